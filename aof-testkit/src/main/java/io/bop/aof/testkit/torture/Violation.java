package io.bop.aof.testkit.torture;

/** A promise of the store was broken. */
final class Violation extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** With the promise and what was met instead. */
  Violation(String message) {
    super(message);
  }
}
