package io.bop.aof.format;

import io.bop.aof.format.ManifestRecord.ChunkSealed;
import io.bop.aof.format.ManifestRecord.CompressionDone;
import io.bop.aof.format.ManifestRecord.CompressionFailed;
import io.bop.aof.format.ManifestRecord.CompressionStarted;
import io.bop.aof.format.ManifestRecord.CustomEvent;
import io.bop.aof.format.ManifestRecord.LocalEvicted;
import io.bop.aof.format.ManifestRecord.NeedsRecovery;
import io.bop.aof.format.ManifestRecord.SegmentOpened;
import io.bop.aof.format.ManifestRecord.SegmentSealed;
import io.bop.aof.format.ManifestRecord.StreamCreated;
import io.bop.aof.format.ManifestRecord.StreamDeleted;
import io.bop.aof.format.ManifestRecord.StreamTruncated;
import io.bop.aof.format.ManifestRecord.TailCheckpoint;
import io.bop.aof.format.ManifestRecord.Tier2DeleteQueued;
import io.bop.aof.format.ManifestRecord.Tier2Deleted;
import io.bop.aof.format.ManifestRecord.Unknown;
import io.bop.aof.format.ManifestRecord.UploadDone;
import io.bop.aof.format.ManifestRecord.UploadFailed;
import io.bop.aof.format.ManifestRecord.UploadStarted;
import io.bop.aof.format.ManifestRecord.WriterEpoch;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Sample records for tests. */
public final class ManifestRecords {

  /** 2026-01-02T03:04:05.000006Z. */
  public static final long MICROS = 1_767_323_045_000_006L;

  public static final UUID OWNER = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

  private ManifestRecords() {}

  /** One record of each type, in an order that makes sense. */
  public static List<ManifestRecord> oneOfEach() {
    String key = ObjectKeys.segment(1, 1, 1, 0xCAFE_F00D);
    return List.of(
        new WriterEpoch(MICROS, 1, OWNER, Map.of(2L, 20L, 1L, 10L)),
        new StreamCreated(1, MICROS + 1, "orders", new byte[] {1, 2, 3}),
        new SegmentOpened(1, 1, MICROS + 2, 7, 0, 0, 1),
        new TailCheckpoint(1, 1, MICROS + 3, 50, 9000),
        new SegmentSealed(
            1,
            1,
            MICROS + 4,
            7,
            100,
            20_480,
            0xDEAD_BEEF,
            -5,
            900,
            true,
            -77,
            SegmentFooter.SEALED),
        new CompressionStarted(1, 1, MICROS + 5, 1, 2),
        new CompressionFailed(1, 1, MICROS + 6, ReasonCode.NO_SPACE),
        new CompressionDone(1, 1, MICROS + 7, 5_000, 0xCAFE_F00D, 3, 2),
        new UploadStarted(1, 1, MICROS + 8, key),
        new UploadFailed(1, 1, MICROS + 9, key, ReasonCode.TIMEOUT),
        new UploadStarted(1, 1, MICROS + 10, key),
        new UploadDone(1, 1, MICROS + 11, key, "\"etag-é\"", 0xCAFE_F00D, 5_000, 120),
        new LocalEvicted(1, 1, MICROS + 12, 0, 7, 1 << 20),
        new NeedsRecovery(1, 1, MICROS + 13, 1, ReasonCode.CORRUPT),
        new CustomEvent(1, 1, MICROS + 14, 99, new byte[20]),
        new Unknown(4711, 1, 1, MICROS + 15, new byte[] {9}),
        new StreamTruncated(1, MICROS + 16, 100),
        new Tier2DeleteQueued(1, 1, MICROS + 17, key),
        new Tier2Deleted(1, 1, MICROS + 18, key),
        new StreamDeleted(1, MICROS + 19),
        new ChunkSealed(MICROS + 20, 1234, 0x1234_5678));
  }
}
