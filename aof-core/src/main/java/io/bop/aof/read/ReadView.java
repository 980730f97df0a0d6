package io.bop.aof.read;

import io.bop.aof.io.Host;
import io.bop.aof.manifest.StreamLedger;

/**
 * What readers of one stream share. Thread-safe.
 *
 * @param host the machine
 * @param tail where records arrive
 * @param ledger the sealed segments
 * @param copies of sealed segments
 * @param events who is told
 */
public record ReadView(
    Host host, Tail tail, StreamLedger ledger, SegmentCopies copies, ReadEvents events) {

  /** The stream's name. */
  public String name() {
    return tail.name();
  }
}
