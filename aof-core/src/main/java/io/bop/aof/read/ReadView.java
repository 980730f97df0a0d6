package io.bop.aof.read;

import io.bop.aof.io.Host;
import io.bop.aof.manifest.StreamLedger;
import io.bop.aof.tier0.HotStream;

/**
 * What readers of one stream share. Thread-safe.
 *
 * @param host the machine
 * @param hot where records arrive
 * @param ledger the sealed segments
 * @param copies of sealed segments
 * @param events who is told
 */
public record ReadView(
    Host host, HotStream hot, StreamLedger ledger, SegmentCopies copies, ReadEvents events) {

  /** The stream's name. */
  public String name() {
    return hot.name();
  }
}
