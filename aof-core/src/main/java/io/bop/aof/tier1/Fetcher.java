package io.bop.aof.tier1;

import io.bop.aof.zstd.Sink;
import java.io.IOException;

/** Brings the bytes of a segment object. */
@FunctionalInterface
public interface Fetcher {

  /**
   * Hands all bytes of the object to the sink, from front to back, in parts of any size.
   *
   * @throws IOException when they cannot be had, or what the sink threw
   */
  void fetch(Sink sink) throws IOException;
}
