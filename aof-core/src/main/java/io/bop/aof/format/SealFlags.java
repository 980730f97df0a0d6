package io.bop.aof.format;

/** How a segment came to be sealed: the flags in its footer and in {@code SegmentSealed}. */
public final class SealFlags {
  /** Complete; always set. */
  public static final int SEALED = 1;

  /** A force had failed: the records were copied to another slot. */
  public static final int FLUSH_FAILED = 1 << 1;

  /** Sealed by an open after a crash: what lay behind its last record is not part of the stream. */
  public static final int RECOVERED = 1 << 2;

  private SealFlags() {}
}
