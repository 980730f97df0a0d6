package io.bop.aof.format;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keys of objects below the prefix, and the names of the same files in {@code manifest/}. Numbers
 * have a fixed width, so that the order of a listing is numeric.
 */
public final class ObjectKeys {
  /** Describes the store. */
  public static final String STORE = "store.json";

  /** Prefix of all manifest objects. */
  public static final String MANIFEST_FOLDER = "manifest/";

  /** Prefix of all segment objects. */
  public static final String SEGMENTS_FOLDER = "segments/";

  private static final int DIGITS = 20;
  private static final int GENERATION_DIGITS = 10;
  private static final String NUMBER = "(\\d{20})";
  private static final Pattern SEGMENT =
      Pattern.compile(
          SEGMENTS_FOLDER
              + NUMBER
              + "/"
              + NUMBER
              + "-"
              + NUMBER
              + "-([0-9a-f]{8})(?:-(\\d{10}))?\\.zst");
  private static final Pattern CHUNK = Pattern.compile(NUMBER + "\\.mlog");
  private static final Pattern SNAPSHOT =
      Pattern.compile("snapshot-" + NUMBER + "-" + NUMBER + "\\.snap");

  private ObjectKeys() {}

  /**
   * What a segment's key says.
   *
   * @param generation how many keys of the segment were given up before; 0 is not written
   */
  public record SegmentKey(long streamId, long segmentId, long epoch, int crc32c, int generation) {}

  /** What a snapshot's name says. */
  public record SnapshotName(long chunkIndex, long epoch) {}

  /** Key of a segment's object when no key was given up before. */
  public static String segment(long streamId, long segmentId, long epoch, int crc32c) {
    return segment(new SegmentKey(streamId, segmentId, epoch, crc32c, 0));
  }

  /** Key of a segment's object. */
  public static String segment(SegmentKey key) {
    return SEGMENTS_FOLDER
        + digits(key.streamId())
        + "/"
        + digits(key.segmentId())
        + "-"
        + digits(key.epoch())
        + "-"
        + hex(key.crc32c())
        + (key.generation() == 0 ? "" : "-" + digits(key.generation(), GENERATION_DIGITS))
        + ".zst";
  }

  /** Key of a manifest chunk. */
  public static String manifestChunk(long chunkIndex) {
    return MANIFEST_FOLDER + chunkName(chunkIndex);
  }

  /** Key of a snapshot of the state after a chunk of that epoch. */
  public static String snapshot(long chunkIndex, long epoch) {
    return MANIFEST_FOLDER + snapshotName(chunkIndex, epoch);
  }

  /** File name of a manifest chunk. */
  public static String chunkName(long chunkIndex) {
    return digits(chunkIndex) + ".mlog";
  }

  /** File name of a snapshot. */
  public static String snapshotName(long chunkIndex, long epoch) {
    return "snapshot-" + digits(chunkIndex) + "-" + digits(epoch) + ".snap";
  }

  /** Reads back {@link #segment}; empty for other keys. */
  public static Optional<SegmentKey> parseSegment(String key) {
    Matcher m = SEGMENT.matcher(key);
    if (!m.matches()) {
      return Optional.empty();
    }
    OptionalLong streamId = number(m.group(1));
    OptionalLong segmentId = number(m.group(2));
    OptionalLong epoch = number(m.group(3));
    if (streamId.isEmpty() || segmentId.isEmpty() || epoch.isEmpty()) {
      return Optional.empty();
    }
    int crc = Integer.parseUnsignedInt(m.group(4), 16);
    long generation = m.group(5) == null ? 0 : Long.parseLong(m.group(5));
    boolean known = generation <= Integer.MAX_VALUE && (m.group(5) == null || generation > 0);
    return known
        ? Optional.of(
            new SegmentKey(
                streamId.getAsLong(),
                segmentId.getAsLong(),
                epoch.getAsLong(),
                crc,
                (int) generation))
        : Optional.empty();
  }

  /** Reads back {@link #manifestChunk}; empty for other keys. */
  public static OptionalLong parseManifestChunk(String key) {
    return key.startsWith(MANIFEST_FOLDER)
        ? parseChunkName(key.substring(MANIFEST_FOLDER.length()))
        : OptionalLong.empty();
  }

  /** Reads back {@link #snapshot}; empty for other keys. */
  public static Optional<SnapshotName> parseSnapshot(String key) {
    return key.startsWith(MANIFEST_FOLDER)
        ? parseSnapshotName(key.substring(MANIFEST_FOLDER.length()))
        : Optional.empty();
  }

  /** Reads back {@link #chunkName}; empty for other names. */
  public static OptionalLong parseChunkName(String name) {
    Matcher m = CHUNK.matcher(name);
    return m.matches() ? number(m.group(1)) : OptionalLong.empty();
  }

  /** Reads back {@link #snapshotName}; empty for other names. */
  public static Optional<SnapshotName> parseSnapshotName(String name) {
    Matcher m = SNAPSHOT.matcher(name);
    if (!m.matches()) {
      return Optional.empty();
    }
    OptionalLong chunkIndex = number(m.group(1));
    OptionalLong epoch = number(m.group(2));
    return chunkIndex.isEmpty() || epoch.isEmpty()
        ? Optional.empty()
        : Optional.of(new SnapshotName(chunkIndex.getAsLong(), epoch.getAsLong()));
  }

  private static String digits(long number) {
    return digits(number, DIGITS);
  }

  private static String digits(long number, int width) {
    if (number < 0) {
      throw new IllegalArgumentException("number is negative: number=" + number);
    }
    String text = Long.toString(number);
    return "0".repeat(width - text.length()) + text;
  }

  private static String hex(int bits) {
    String text = Integer.toHexString(bits);
    return "0".repeat(Integer.BYTES * 2 - text.length()) + text;
  }

  /* Twenty digits can exceed a long. */
  private static OptionalLong number(String digits) {
    try {
      return OptionalLong.of(Long.parseLong(digits));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }
}
