package io.bop.aof.read;

import io.bop.aof.io.Host;
import io.bop.aof.manifest.StreamLedger;
import java.util.function.LongSupplier;

/**
 * What readers of one stream share. Thread-safe.
 *
 * @param host the machine
 * @param tail where records arrive
 * @param ledger the sealed segments
 * @param epoch of the newest writer that is known
 * @param copies of sealed segments
 * @param events who is told
 * @param counts what was read
 */
public record ReadView(
    Host host,
    Tail tail,
    StreamLedger ledger,
    LongSupplier epoch,
    SegmentCopies copies,
    ReadEvents events,
    ReadCounts counts) {

  /** The stream's name. */
  public String name() {
    return tail.name();
  }
}
