package io.bop.aof.sample.web;

/** As many tails are open as are allowed. */
final class TooManyTailsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TooManyTailsException(int open) {
    super("All " + open + " tails are in use; close one or raise flightlog.max-tails.");
  }
}
