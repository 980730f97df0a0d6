package io.bop.aof.format;

/** Numbers of the manifest's record types; a number is never given another meaning. */
public final class ManifestRecordType {
  public static final int SEGMENT_OPENED = 0;
  public static final int SEGMENT_SEALED = 1;
  public static final int COMPRESSION_STARTED = 2;
  public static final int COMPRESSION_DONE = 3;
  public static final int COMPRESSION_FAILED = 4;
  public static final int UPLOAD_STARTED = 5;
  public static final int UPLOAD_DONE = 6;
  public static final int UPLOAD_FAILED = 7;
  public static final int TIER2_DELETE_QUEUED = 8;
  public static final int TIER2_DELETED = 9;
  /* 10 to 12 are reserved for hydration, 14 for a snapshot marker; neither is written. */
  public static final int LOCAL_EVICTED = 13;
  public static final int CUSTOM_EVENT = 15;
  public static final int STREAM_CREATED = 16;
  public static final int STREAM_DELETED = 17;
  public static final int STREAM_TRUNCATED = 18;
  public static final int TAIL_CHECKPOINT = 19;
  public static final int WRITER_EPOCH = 20;
  public static final int NEEDS_RECOVERY = 21;
  public static final int CHUNK_SEALED = 22;

  private ManifestRecordType() {}
}
