package io.bop.aof;

/** How much work goes into compressing sealed segments. */
public enum CompressionProfile {
  /** Fastest: gets a backlog out of Tier 0 quickly, at a lower ratio. */
  THROUGHPUT,
  /** The default: good ratio at a speed that keeps up with most writers. */
  BALANCED,
  /** Few workers and a cheap level: leaves the cores to the application. */
  CPU_SAVING,
  /** Best ratio for data that is kept for years; several times slower. */
  ARCHIVE
}
