package io.bop.aof.format;

import io.bop.aof.SegmentState;

/**
 * Everything the manifest knows of one segment, as it is being changed, encoded or decoded. The
 * ledger keeps immutable entries instead; this one is mutable so that twenty facts need no
 * constructor of twenty parameters. Confined to one thread.
 */
public final class SegmentRow {
  public long segmentId;
  public SegmentState state = SegmentState.ACTIVE;

  /** Tiers that hold a copy, as {@link TierBits}. */
  public int residency;

  /** Tiers whose copy is missing or damaged, as {@link TierBits}. */
  public int missing;

  public long slot;
  public long baseOffset;
  public long baseBytes;
  public long epoch;
  public long recordCount;

  /** 0 until the segment is sealed. */
  public long dataEnd;

  public int recordsCrc;
  public long minTimestamp;
  public long maxTimestamp;
  public boolean hasLastExtId;
  public long lastExtId;
  public int sealFlags;
  public long sealedAtMicros;
  public long compressedBytes;
  public int objectCrc;
  public int tailLength;

  /** Whether an upload was ever begun; only then {@link #objectEpoch} counts. */
  public boolean uploadStarted;

  public long objectEpoch;

  /** How many keys of the segment's object were given up before. */
  public int objectGeneration;
}
