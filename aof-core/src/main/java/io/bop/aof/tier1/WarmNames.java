package io.bop.aof.tier1;

import java.nio.file.Path;
import java.util.OptionalLong;

/** Names in the directory: {@code <streamId>/<segmentId>.zst}, both of 20 digits. */
final class WarmNames {

  static final String SUFFIX = ".zst";
  static final String TEMPORARY_SUFFIX = SUFFIX + ".tmp";
  static final String QUARANTINE = "quarantine";

  private static final int DIGITS = 20;

  private WarmNames() {}

  static String number(long id) {
    if (id < 0) {
      throw new IllegalArgumentException("id must not be negative: id=" + id);
    }
    String digits = Long.toString(id);
    return "0".repeat(DIGITS - digits.length()) + digits;
  }

  static Path stream(Path directory, long streamId) {
    return directory.resolve(number(streamId));
  }

  static Path file(Path directory, long streamId, long segmentId) {
    return stream(directory, streamId).resolve(number(segmentId) + SUFFIX);
  }

  static Path temporary(Path directory, long streamId, long segmentId) {
    return stream(directory, streamId).resolve(number(segmentId) + TEMPORARY_SUFFIX);
  }

  static String quarantined(long streamId, long segmentId, int attempt) {
    String name = number(streamId) + "-" + number(segmentId) + SUFFIX;
    return attempt == 0 ? name : name + "." + attempt;
  }

  /** The stream whose files the directory holds; empty when it is not one of ours. */
  static OptionalLong streamId(Path streamDirectory) {
    return parse(name(streamDirectory));
  }

  /** The segment that a file is of; empty when it is not a warm file under its final name. */
  static OptionalLong segmentId(Path file) {
    String name = name(file);
    return name.endsWith(SUFFIX)
        ? parse(name.substring(0, name.length() - SUFFIX.length()))
        : OptionalLong.empty();
  }

  static boolean isTemporary(Path file) {
    return name(file).endsWith(TEMPORARY_SUFFIX);
  }

  private static String name(Path path) {
    Path name = path.getFileName();
    return name == null ? "" : name.toString();
  }

  private static OptionalLong parse(String digits) {
    if (digits.length() != DIGITS || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(digits));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }
}
