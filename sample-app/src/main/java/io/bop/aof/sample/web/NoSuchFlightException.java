package io.bop.aof.sample.web;

import io.bop.aof.StreamSnapshot;

/** There is no record at an offset. */
final class NoSuchFlightException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final long start;
  private final long next;

  NoSuchFlightException(long offset, StreamSnapshot stream) {
    super("There is no flight at offset " + offset + ".");
    this.start = stream.startOffset();
    this.next = stream.nextOffset();
  }

  long start() {
    return start;
  }

  long next() {
    return next;
  }
}
