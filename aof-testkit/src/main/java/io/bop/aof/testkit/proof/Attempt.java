package io.bop.aof.testkit.proof;

import io.bop.aof.Durability;

/**
 * One attempt to append, by one client: a record, or a batch. What became of it is written once,
 * when it is known.
 */
final class Attempt {

  enum Outcome {
    /** Not known yet, or never: it may be there. */
    OPEN,
    /** It is there. */
    ACKNOWLEDGED,
    /** It must not be there. */
    REFUSED
  }

  final long id;
  final int client;
  final int[] sizes;
  final Durability durability;

  /** The process that it was made in, counted from 0. */
  final int process;

  Outcome outcome = Outcome.OPEN;

  Attempt(long id, int client, int[] sizes, Durability durability, int process) {
    this.id = id;
    this.client = client;
    this.sizes = sizes;
    this.durability = durability;
    this.process = process;
  }

  byte[] payload(int index) {
    return Payloads.of(id, index, sizes.length, sizes[index]);
  }

  @Override
  public String toString() {
    return "attempt="
        + id
        + " records="
        + sizes.length
        + " durability="
        + durability
        + " outcome="
        + outcome;
  }
}
