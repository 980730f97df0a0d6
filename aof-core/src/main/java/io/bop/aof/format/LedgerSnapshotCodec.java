package io.bop.aof.format;

import io.bop.aof.SegmentState;
import io.bop.aof.StreamNames;
import io.bop.aof.UnsupportedFormatException;
import io.bop.aof.format.LedgerImage.CheckpointImage;
import io.bop.aof.format.LedgerImage.PendingImage;
import io.bop.aof.format.LedgerImage.StreamImage;
import io.bop.aof.format.LedgerImage.Totals;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Byte layout of a ledger snapshot; little-endian.
 *
 * <pre>
 *   0       8         12             16        32           40           48
 *   | magic | version | headerLength | storeId | chunkIndex | chunkEpoch | ...
 *
 *   48         52           56       64
 *   | chunkCrc | entryCount | length | body ... | crc |
 * </pre>
 *
 * {@code entryCount} is the number of segments of all streams, {@code length} that of the whole
 * file. The CRC in the last four bytes covers all bytes before it. The body holds, in this order:
 * totals, streams with their segments, pending deletes, pending uploads, extras; each list begins
 * with a {@code u32} count.
 */
public final class LedgerSnapshotCodec {
  /** As the file shows it. */
  public static final long MAGIC = Magic.of("AOF2SNAP");

  /** The version that is written, and the newest that can be read. */
  public static final int VERSION = 1;

  /** Size of the header. */
  public static final int HEADER_SIZE = 64;

  /** Bytes of one segment. */
  public static final int SEGMENT_SIZE = 4 + 14 * Long.BYTES + 4 * Integer.BYTES;

  static final int MAGIC_AT = 0;
  static final int VERSION_AT = MAGIC_AT + Long.BYTES;
  static final int HEADER_LENGTH_AT = VERSION_AT + Integer.BYTES;
  static final int STORE_ID_AT = HEADER_LENGTH_AT + Integer.BYTES;
  static final int CHUNK_INDEX_AT = STORE_ID_AT + 2 * Long.BYTES;
  static final int CHUNK_EPOCH_AT = CHUNK_INDEX_AT + Long.BYTES;
  static final int CHUNK_CRC_AT = CHUNK_EPOCH_AT + Long.BYTES;
  static final int ENTRY_COUNT_AT = CHUNK_CRC_AT + Integer.BYTES;
  static final int LENGTH_AT = ENTRY_COUNT_AT + Integer.BYTES;

  private static final Envelope.Kind KIND = new Envelope.Kind("snapshot", MAGIC, VERSION);
  private static final int CRC_SIZE = Integer.BYTES;
  private static final int FLAG_EXT_ID = 1;
  private static final int FLAG_UPLOAD_STARTED = 1 << 1;
  private static final int PENDING_MIN_SIZE = 4 * Long.BYTES + Short.BYTES;
  private static final int STREAM_MIN_SIZE = 8 * Long.BYTES;

  private LedgerSnapshotCodec() {}

  /** The file's bytes; the same image gives the same bytes. */
  public static byte[] encode(LedgerImage image) {
    int entries = image.streams().stream().mapToInt(s -> s.segments().size()).sum();
    int expected = Math.addExact(4096, Math.multiplyExact(entries, SEGMENT_SIZE));
    BytesWriter out = new BytesWriter(expected);
    out.u64(MAGIC).u32(VERSION).u32(HEADER_SIZE).uuid(image.storeId());
    out.u64(image.chunkIndex()).u64(image.chunkEpoch()).u32(image.chunkCrc()).u32(entries);
    out.u64(0);
    Totals totals = image.totals();
    out.u64(totals.epoch()).u64(totals.announcedEpoch()).u64(totals.records());
    out.u64(totals.nextStreamId()).u64(totals.nextJobId());
    out.u32(image.streams().size());
    image.streams().forEach(stream -> stream(stream, out));
    pending(image.pendingDeletes(), out);
    pending(image.pendingUploads(), out);
    out.u32(image.extras().size());
    image.extras().forEach((id, bytes) -> out.u32(id).sized(bytes));
    out.setInt(LENGTH_AT, out.size() + CRC_SIZE);
    out.u32(out.crc());
    return out.toBytes();
  }

  private static void stream(StreamImage stream, BytesWriter out) {
    out.u64(stream.id()).text(stream.name()).sized(stream.settings());
    out.u64(stream.createdAtMicros()).u8(stream.deleted() ? 1 : 0);
    out.u64(stream.startOffset()).u64(stream.archivedOffset());
    out.u64(stream.highestSegmentId()).u64(stream.sealedOffset()).u64(stream.sealedBytes());
    CheckpointImage checkpoint = stream.checkpoint();
    out.u8(checkpoint == null ? 0 : 1);
    if (checkpoint != null) {
      out.u64(checkpoint.segmentId());
      out.u64(checkpoint.durableOffset()).u64(checkpoint.durablePosition());
    }
    out.u32(stream.epochStarts().length);
    for (long value : stream.epochStarts()) {
      out.u64(value);
    }
    out.u32(stream.segments().size());
    stream.segments().forEach(segment -> segment(segment, out));
  }

  private static void segment(SegmentRow row, BytesWriter out) {
    int flags =
        (row.hasLastExtId ? FLAG_EXT_ID : 0) | (row.uploadStarted ? FLAG_UPLOAD_STARTED : 0);
    out.u8(stateNumber(row.state)).u8(row.residency).u8(row.missing).u8(flags);
    out.u64(row.segmentId).u64(row.slot).u64(row.baseOffset).u64(row.baseBytes).u64(row.epoch);
    out.u64(row.recordCount).u64(row.dataEnd).u64(row.minTimestamp).u64(row.maxTimestamp);
    out.u64(row.lastExtId).u64(row.sealedAtMicros).u64(row.compressedBytes);
    out.u64(row.objectEpoch).u64(row.objectGeneration);
    out.u32(row.recordsCrc).u32(row.sealFlags).u32(row.objectCrc).u32(row.tailLength);
  }

  private static void pending(List<PendingImage> list, BytesWriter out) {
    out.u32(list.size());
    for (PendingImage p : list) {
      out.u64(p.streamId()).u64(p.segmentId()).text(p.key());
      out.u64(p.chunkIndex()).u64(p.timestampMicros());
    }
  }

  /**
   * Reads a snapshot.
   *
   * @param file named in the error of a newer version
   * @throws UnsupportedFormatException when a newer version wrote it
   * @throws MalformedException when it is damaged or no snapshot
   */
  public static LedgerImage decode(byte[] bytes, String file) {
    checkWhole(bytes, file);
    BytesReader in = new BytesReader(bytes, STORE_ID_AT, bytes.length - CRC_SIZE);
    UUID storeId = in.uuid();
    long chunkIndex = in.natural("chunk index");
    long chunkEpoch = in.natural("chunk epoch");
    int chunkCrc = in.u32();
    int entries = in.u32();
    in.u64();
    Totals totals =
        new Totals(
            in.natural("epoch"),
            in.natural("announced epoch"),
            in.natural("records"),
            in.natural("next stream id"),
            in.natural("next job id"));
    List<StreamImage> streams = new ArrayList<>();
    int streamCount = in.count(STREAM_MIN_SIZE);
    int found = 0;
    long lastId = -1;
    for (int i = 0; i < streamCount; i++) {
      StreamImage stream = stream(in);
      if (stream.id() <= lastId) {
        throw in.malformed("stream ids do not rise: stream=" + stream.id());
      }
      lastId = stream.id();
      found += stream.segments().size();
      streams.add(stream);
    }
    if (found != entries) {
      throw in.malformed("entry count differs: expected=" + entries + " found=" + found);
    }
    List<PendingImage> deletes = pending(in);
    List<PendingImage> uploads = pending(in);
    SortedMap<Integer, byte[]> extras = extras(in);
    in.end();
    return new LedgerImage(
        storeId, chunkIndex, chunkEpoch, chunkCrc, totals, streams, deletes, uploads, extras);
  }

  private static void checkWhole(byte[] bytes, String file) {
    if (bytes.length < HEADER_SIZE + CRC_SIZE) {
      throw new MalformedException(bytes.length, "snapshot ends early: size=" + bytes.length);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    Envelope.check(in, MAGIC_AT, bytes.length, KIND, file);
    int headerLength = in.getInt(HEADER_LENGTH_AT);
    long length = in.getLong(LENGTH_AT);
    if (headerLength != HEADER_SIZE || length != bytes.length) {
      throw new MalformedException(LENGTH_AT, "snapshot lengths do not add up: length=" + length);
    }
  }

  private static StreamImage stream(BytesReader in) {
    return new StreamImage(
        in.natural("stream id"),
        name(in),
        in.sized(),
        in.u64(),
        in.bool(),
        in.natural("start offset"),
        in.natural("archived offset"),
        in.natural("segment id"),
        in.natural("sealed offset"),
        in.natural("sealed bytes"),
        checkpoint(in),
        epochStarts(in),
        segments(in));
  }

  private static String name(BytesReader in) {
    String name = in.text();
    if (!StreamNames.isValid(name)) {
      throw in.malformed("illegal stream name");
    }
    return name;
  }

  private static @Nullable CheckpointImage checkpoint(BytesReader in) {
    return in.bool()
        ? new CheckpointImage(
            in.natural("segment id"), in.natural("offset"), in.natural("position"))
        : null;
  }

  private static long[] epochStarts(BytesReader in) {
    long[] starts = new long[in.count(Long.BYTES)];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = in.natural("epoch start");
      if (i >= 2 && starts[i] <= starts[i - 2]) {
        throw in.malformed("epoch starts do not rise: value=" + starts[i]);
      }
    }
    if (starts.length % 2 != 0) {
      throw in.malformed("epoch starts are not pairs");
    }
    return starts;
  }

  private static List<SegmentRow> segments(BytesReader in) {
    int count = in.count(SEGMENT_SIZE);
    List<SegmentRow> rows = new ArrayList<>(count);
    long last = -1;
    for (int i = 0; i < count; i++) {
      SegmentRow row = segment(in);
      if (row.segmentId <= last) {
        throw in.malformed("segment ids do not rise: segment=" + row.segmentId);
      }
      last = row.segmentId;
      rows.add(row);
    }
    return rows;
  }

  private static SegmentRow segment(BytesReader in) {
    SegmentRow row = new SegmentRow();
    row.state = state(in);
    row.residency = in.u8();
    row.missing = in.u8();
    int flags = in.u8();
    if ((row.residency | row.missing) > TierBits.ALL || flags > 3) {
      throw in.malformed("unknown bits in a segment");
    }
    row.hasLastExtId = (flags & FLAG_EXT_ID) != 0;
    row.uploadStarted = (flags & FLAG_UPLOAD_STARTED) != 0;
    row.segmentId = in.natural("segment id");
    row.slot = in.natural("slot");
    row.baseOffset = in.natural("base offset");
    row.baseBytes = in.natural("base bytes");
    row.epoch = in.natural("epoch");
    row.recordCount = in.natural("record count");
    row.dataEnd = in.natural("data end");
    row.minTimestamp = in.u64();
    row.maxTimestamp = in.u64();
    row.lastExtId = in.u64();
    row.sealedAtMicros = in.u64();
    row.compressedBytes = in.natural("compressed bytes");
    row.objectEpoch = in.natural("object epoch");
    row.objectGeneration = generation(in);
    row.recordsCrc = in.u32();
    row.sealFlags = in.u32();
    row.objectCrc = in.u32();
    row.tailLength = in.natural32("tail length");
    if ((row.sealFlags & ~SegmentFooter.KNOWN_FLAGS) != 0) {
      throw in.malformed("seal has unknown flags: flags=" + row.sealFlags);
    }
    return row;
  }

  private static int generation(BytesReader in) {
    long generation = in.natural("object generation");
    if (generation > Integer.MAX_VALUE) {
      throw in.malformed("object generation out of range: generation=" + generation);
    }
    return (int) generation;
  }

  private static List<PendingImage> pending(BytesReader in) {
    int count = in.count(PENDING_MIN_SIZE);
    List<PendingImage> list = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      list.add(
          new PendingImage(
              in.natural("stream id"),
              in.natural("segment id"),
              in.text(),
              in.natural("chunk"),
              in.u64()));
    }
    return list;
  }

  private static SortedMap<Integer, byte[]> extras(BytesReader in) {
    SortedMap<Integer, byte[]> extras = new TreeMap<>();
    int count = in.count(2 * Integer.BYTES);
    for (int i = 0; i < count; i++) {
      int id = in.u32();
      if (!extras.isEmpty() && id <= extras.lastKey()) {
        throw in.malformed("ids of extras do not rise: id=" + id);
      }
      extras.put(id, in.sized());
    }
    return extras;
  }

  private static int stateNumber(SegmentState state) {
    return switch (state) {
      case ACTIVE -> 0;
      case SEALING -> 1;
      case SEALED -> 2;
      case COMPRESSED -> 3;
      case UPLOADED -> 4;
      case RETIRED -> 5;
    };
  }

  private static SegmentState state(BytesReader in) {
    int number = in.u8();
    return switch (number) {
      case 0 -> SegmentState.ACTIVE;
      case 1 -> SegmentState.SEALING;
      case 2 -> SegmentState.SEALED;
      case 3 -> SegmentState.COMPRESSED;
      case 4 -> SegmentState.UPLOADED;
      case 5 -> SegmentState.RETIRED;
      default -> throw in.malformed("unknown segment state: state=" + number);
    };
  }
}
