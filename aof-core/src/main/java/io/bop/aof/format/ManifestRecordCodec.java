package io.bop.aof.format;

import static io.bop.aof.format.ManifestRecordLayout.CRC_AT;
import static io.bop.aof.format.ManifestRecordLayout.FLAGS_AT;
import static io.bop.aof.format.ManifestRecordLayout.HEADER_SIZE;
import static io.bop.aof.format.ManifestRecordLayout.MAX_PAYLOAD;
import static io.bop.aof.format.ManifestRecordLayout.PAYLOAD_LENGTH_AT;
import static io.bop.aof.format.ManifestRecordLayout.RESERVED_AT;
import static io.bop.aof.format.ManifestRecordLayout.SEGMENT_ID_AT;
import static io.bop.aof.format.ManifestRecordLayout.STREAM_ID_AT;
import static io.bop.aof.format.ManifestRecordLayout.TIMESTAMP_AT;
import static io.bop.aof.format.ManifestRecordLayout.TYPE_AT;

import io.bop.aof.StreamNames;
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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.CRC32C;

/** Manifest records to bytes and back; see {@link ManifestRecordLayout}. */
public final class ManifestRecordCodec {

  private static final int TYPICAL_SIZE = 192;
  private static final byte[] ZERO_CRC = new byte[Integer.BYTES];

  private ManifestRecordCodec() {}

  /**
   * The record's bytes, header included.
   *
   * @throws IllegalArgumentException when a text or the whole payload is too long
   */
  public static byte[] encode(ManifestRecord record) {
    BytesWriter out = new BytesWriter(TYPICAL_SIZE);
    out.u16(record.type()).u16(0).u32(0);
    out.u64(record.streamId()).u64(record.segmentId()).u64(record.timestampMicros());
    out.u32(0).u32(0);
    payload(record, out);
    int length = out.size() - HEADER_SIZE;
    if (length > MAX_PAYLOAD) {
      throw new IllegalArgumentException("manifest record is too large: payload=" + length);
    }
    out.setInt(PAYLOAD_LENGTH_AT, length);
    out.setInt(CRC_AT, out.crc());
    return out.toBytes();
  }

  /**
   * Size of the whole record at {@code at}, if its checksum holds; 0 when fewer bytes are there
   * than it would have; -1 when lengths or checksum are wrong.
   */
  static int check(byte[] bytes, int at, int end) {
    int left = end - at;
    if (left < HEADER_SIZE) {
      return 0;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int length = in.getInt(at + PAYLOAD_LENGTH_AT);
    if (length < 0 || length > MAX_PAYLOAD) {
      return -1;
    }
    if (length > left - HEADER_SIZE) {
      return 0;
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes, at, CRC_AT);
    crc.update(ZERO_CRC, 0, ZERO_CRC.length);
    int behind = CRC_AT + Integer.BYTES;
    crc.update(bytes, at + behind, HEADER_SIZE - behind + length);
    return (int) crc.getValue() == in.getInt(at + CRC_AT) ? HEADER_SIZE + length : -1;
  }

  /**
   * The one record that fills {@code bytes}.
   *
   * @throws MalformedException when they are not exactly one valid record
   */
  public static ManifestRecord decode(byte[] bytes) {
    int size = check(bytes, 0, bytes.length);
    if (size <= 0 || size != bytes.length) {
      throw new MalformedException(0, "not one whole record: bytes=" + bytes.length);
    }
    return decode(bytes, 0, size);
  }

  /** The record in {@code bytes[at, at + size)}, whose checksum holds. */
  static ManifestRecord decode(byte[] bytes, int at, int size) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int flags = in.getShort(at + FLAGS_AT) & 0xFFFF;
    if (flags != 0) {
      throw new MalformedException(
          at + FLAGS_AT, "record flags written by a newer version: flags=" + flags);
    }
    int reserved = in.getInt(at + RESERVED_AT);
    if (reserved != 0) {
      throw new MalformedException(
          at + RESERVED_AT, "reserved bytes are not zero: reserved=" + reserved);
    }
    int type = in.getShort(at + TYPE_AT) & 0xFFFF;
    Subject subject =
        new Subject(
            in.getLong(at + STREAM_ID_AT),
            in.getLong(at + SEGMENT_ID_AT),
            in.getLong(at + TIMESTAMP_AT));
    if ((subject.stream | subject.segment) < 0) {
      throw new MalformedException(at + STREAM_ID_AT, "negative id: " + subject);
    }
    BytesReader payload = new BytesReader(bytes, at + HEADER_SIZE, at + size);
    ManifestRecord record = record(type, subject, payload);
    payload.end();
    return record;
  }

  /** What every record is about. */
  private record Subject(long stream, long segment, long micros) {}

  private static void payload(ManifestRecord record, BytesWriter out) {
    if (record instanceof SegmentOpened r) {
      out.u64(r.slot()).u64(r.baseOffset()).u64(r.baseBytes()).u64(r.epoch());
    } else if (record instanceof SegmentSealed r) {
      sealed(r, out);
    } else if (record instanceof CompressionStarted r) {
      out.u64(r.jobId()).u32(r.profile());
    } else if (record instanceof CompressionDone r) {
      out.u64(r.compressedBytes()).u32(r.crc32c()).u32(r.frameCount()).u32(r.profile());
    } else if (record instanceof CompressionFailed r) {
      out.u32(r.reason());
    } else if (record instanceof UploadStarted r) {
      out.text(r.key());
    } else if (record instanceof UploadDone r) {
      out.text(r.key()).text(r.etag()).u32(r.crc32c()).u64(r.bytes()).u32(r.tailLength());
    } else if (record instanceof UploadFailed r) {
      out.text(r.key()).u32(r.reason());
    } else if (record instanceof Tier2DeleteQueued r) {
      out.text(r.key());
    } else if (record instanceof Tier2Deleted r) {
      out.text(r.key());
    } else if (record instanceof LocalEvicted r) {
      out.u32(r.tier()).u64(r.slot()).u64(r.reclaimedBytes());
    } else if (record instanceof CustomEvent r) {
      out.u32(r.schemaId()).raw(r.bytes());
    } else if (record instanceof StreamCreated r) {
      out.u64(r.streamId()).text(r.name()).sized(r.settings());
    } else if (record instanceof StreamTruncated r) {
      out.u64(r.newStartOffset());
    } else if (record instanceof TailCheckpoint r) {
      out.u64(r.durableOffset()).u64(r.durablePosition());
    } else if (record instanceof WriterEpoch r) {
      epoch(r, out);
    } else if (record instanceof NeedsRecovery r) {
      out.u32(r.tier()).u32(r.reason());
    } else if (record instanceof ChunkSealed r) {
      out.u64(r.length()).u32(r.crc32c());
    } else if (record instanceof Unknown r) {
      out.raw(r.payload());
    } else if (!(record instanceof StreamDeleted)) {
      throw new IllegalStateException("record without a payload: type=" + record.type());
    }
  }

  private static void sealed(SegmentSealed r, BytesWriter out) {
    out.u64(r.slot()).u64(r.recordCount()).u64(r.dataEnd()).u32(r.recordsCrc());
    out.u64(r.minTimestamp()).u64(r.maxTimestamp());
    out.u8(r.hasLastExtId() ? 1 : 0).u64(r.lastExtId()).u32(r.flags());
  }

  private static void epoch(WriterEpoch r, BytesWriter out) {
    out.u64(r.epoch()).uuid(r.owner()).u32(r.firstOffsets().size());
    r.firstOffsets().forEach((stream, offset) -> out.u64(stream).u64(offset));
  }

  private static ManifestRecord record(int type, Subject s, BytesReader in) {
    return switch (type) {
      case ManifestRecordType.SEGMENT_OPENED ->
          new SegmentOpened(
              s.stream,
              s.segment,
              s.micros,
              in.natural("slot"),
              in.natural("base offset"),
              in.natural("base bytes"),
              in.natural("epoch"));
      case ManifestRecordType.SEGMENT_SEALED -> sealed(s, in);
      case ManifestRecordType.COMPRESSION_STARTED ->
          new CompressionStarted(s.stream, s.segment, s.micros, in.natural("job"), in.u32());
      case ManifestRecordType.COMPRESSION_DONE ->
          new CompressionDone(
              s.stream,
              s.segment,
              s.micros,
              in.natural("compressed bytes"),
              in.u32(),
              in.natural32("frame count"),
              in.u32());
      case ManifestRecordType.COMPRESSION_FAILED ->
          new CompressionFailed(s.stream, s.segment, s.micros, in.u32());
      case ManifestRecordType.UPLOAD_STARTED ->
          new UploadStarted(s.stream, s.segment, s.micros, in.text());
      case ManifestRecordType.UPLOAD_DONE ->
          new UploadDone(
              s.stream,
              s.segment,
              s.micros,
              in.text(),
              in.text(),
              in.u32(),
              in.natural("bytes"),
              in.natural32("tail length"));
      case ManifestRecordType.UPLOAD_FAILED ->
          new UploadFailed(s.stream, s.segment, s.micros, in.text(), in.u32());
      case ManifestRecordType.TIER2_DELETE_QUEUED ->
          new Tier2DeleteQueued(s.stream, s.segment, s.micros, in.text());
      case ManifestRecordType.TIER2_DELETED ->
          new Tier2Deleted(s.stream, s.segment, s.micros, in.text());
      default -> laterRecord(type, s, in);
    };
  }

  private static ManifestRecord laterRecord(int type, Subject s, BytesReader in) {
    return switch (type) {
      case ManifestRecordType.LOCAL_EVICTED ->
          new LocalEvicted(
              s.stream,
              s.segment,
              s.micros,
              in.u32(),
              in.natural("slot"),
              in.natural("reclaimed bytes"));
      case ManifestRecordType.NEEDS_RECOVERY ->
          new NeedsRecovery(s.stream, s.segment, s.micros, in.u32(), in.u32());
      case ManifestRecordType.TAIL_CHECKPOINT ->
          new TailCheckpoint(
              s.stream, s.segment, s.micros, in.natural("offset"), in.natural("position"));
      case ManifestRecordType.CUSTOM_EVENT ->
          new CustomEvent(s.stream, s.segment, s.micros, in.u32(), in.rest());
      case ManifestRecordType.STREAM_CREATED -> created(aboutStream(s, in), in);
      case ManifestRecordType.STREAM_DELETED ->
          new StreamDeleted(aboutStream(s, in).stream, s.micros);
      case ManifestRecordType.STREAM_TRUNCATED ->
          new StreamTruncated(aboutStream(s, in).stream, s.micros, in.natural("start offset"));
      case ManifestRecordType.WRITER_EPOCH -> epoch(aboutStore(s, in), in);
      case ManifestRecordType.CHUNK_SEALED ->
          new ChunkSealed(aboutStore(s, in).micros, in.natural("length"), in.u32());
      default -> new Unknown(type, s.stream, s.segment, s.micros, in.rest());
    };
  }

  private static Subject aboutStream(Subject s, BytesReader in) {
    if (s.segment != 0) {
      throw in.malformed("record of a stream names a segment: segment=" + s.segment);
    }
    return s;
  }

  private static Subject aboutStore(Subject s, BytesReader in) {
    if (s.stream != 0 || s.segment != 0) {
      throw in.malformed("record of the store names a stream: stream=" + s.stream);
    }
    return s;
  }

  private static SegmentSealed sealed(Subject s, BytesReader in) {
    SegmentSealed sealed =
        new SegmentSealed(
            s.stream,
            s.segment,
            s.micros,
            in.natural("slot"),
            in.natural("record count"),
            in.natural("data end"),
            in.u32(),
            in.u64(),
            in.u64(),
            in.bool(),
            in.u64(),
            in.u32());
    if ((sealed.flags() & ~SegmentFooter.KNOWN_FLAGS) != 0) {
      throw in.malformed("seal has unknown flags: flags=" + sealed.flags());
    }
    return sealed;
  }

  private static StreamCreated created(Subject s, BytesReader in) {
    long id = in.u64();
    if (id != s.stream) {
      throw in.malformed("stream id differs from the header's: id=" + id);
    }
    String name = in.text();
    if (!StreamNames.isValid(name)) {
      throw in.malformed("illegal stream name");
    }
    return new StreamCreated(id, s.micros, name, in.sized());
  }

  private static WriterEpoch epoch(Subject s, BytesReader in) {
    long epoch = in.natural("epoch");
    UUID owner = in.uuid();
    SortedMap<Long, Long> offsets = new TreeMap<>();
    int count = in.count(2 * Long.BYTES);
    long last = -1;
    for (int i = 0; i < count; i++) {
      long stream = in.natural("stream id");
      if (stream <= last) {
        throw in.malformed("stream ids do not rise: stream=" + stream);
      }
      last = stream;
      offsets.put(stream, in.natural("first offset"));
    }
    return new WriterEpoch(s.micros, epoch, owner, offsets);
  }
}
