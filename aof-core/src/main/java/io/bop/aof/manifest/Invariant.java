package io.bop.aof.manifest;

/**
 * What is always true of a ledger, by name; checked before a record is written and after replay.
 */
public enum Invariant {
  /** A record about a stream names one that exists and was not deleted. */
  STREAM_KNOWN,
  /** A new stream has an id and a name that no living stream has; ids are never used again. */
  STREAM_NEW,
  /** A record about a segment names one that is listed. */
  SEGMENT_KNOWN,
  /** Segment ids of a stream rise. */
  SEGMENT_IDS_RISE,
  /** A segment begins where its predecessor ends, in offsets and in bytes. */
  SEGMENTS_CONTIGUOUS,
  /** No segment is opened under a lower epoch than the one before it; writers' epochs rise. */
  EPOCHS_RISE,
  /** A Tier 0 slot holds one segment. */
  SLOT_FREE,
  /** Only an active segment is sealed or gets a checkpoint. */
  SEGMENT_ACTIVE,
  /** Only a sealed segment is compressed, uploaded or evicted. */
  SEGMENT_SEALED,
  /** Numbers of a seal make sense: counts, positions, timestamps. */
  SEAL_SOUND,
  /** An object's key names its segment, and an epoch that is not above the writer's. */
  KEY_FITS,
  /** An upload ends only after it was begun, and does not begin on a key that is being deleted. */
  UPLOAD_ANNOUNCED,
  /** Segments of a stream are uploaded in order. */
  UPLOADS_IN_ORDER,
  /** An object is deleted only after that was announced. */
  DELETE_ANNOUNCED,
  /** An object that the ledger counts on is not deleted. */
  OBJECT_NOT_NEEDED,
  /** A copy is evicted only from a local tier that has it. */
  COPY_HELD,
  /** The last copy of records that are still part of the stream is not evicted. */
  NOT_THE_LAST_COPY,
  /** The start of a stream only rises, and not above its end. */
  START_RISES,
  /** The counters are what counting again would give. */
  COUNTERS_RIGHT,
  /** State, residency and facts of a segment agree. */
  ENTRY_SOUND
}
