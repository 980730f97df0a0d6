package io.bop.aof.benchmarks.limit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file in the Zstandard seekable format, by its seek table alone. Immutable.
 *
 * @param path where it lies
 * @param frames its data frames, without the one that holds the segment's header page
 */
record WarmFile(Path path, List<Frame> frames) {

  private static final int FOOTER_SIZE = 9;
  private static final int FOOTER_MAGIC = 0x8F92EAB1;
  private static final int SKIPPABLE_HEADER = 8;
  private static final int CHECKSUM_FLAG = 0x80;

  /**
   * One zstd frame.
   *
   * @param position of its first byte in the file
   * @param size compressed bytes
   * @param contentSize bytes that it holds
   */
  record Frame(int position, int size, int contentSize) {}

  /** Reads the seek table at the end of the file. */
  static WarmFile open(Path path) throws IOException {
    byte[] bytes = Files.readAllBytes(path);
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int footer = bytes.length - FOOTER_SIZE;
    if (footer < 0 || file.getInt(footer + 5) != FOOTER_MAGIC) {
      throw new IOException("no seek table at the end: file=" + path);
    }
    int count = file.getInt(footer);
    boolean checksums = (file.get(footer + 4) & CHECKSUM_FLAG) != 0;
    int entrySize = checksums ? 12 : 8;
    int entry = footer - count * entrySize;
    List<Frame> frames = new ArrayList<>();
    int position = 0;
    for (int i = 0; i < count; i++, entry += entrySize) {
      int size = file.getInt(entry);
      int contentSize = file.getInt(entry + 4);
      if (contentSize > 0 && i > 0) {
        frames.add(new Frame(position, size, contentSize));
      }
      position += size;
    }
    if (position + SKIPPABLE_HEADER + count * entrySize + FOOTER_SIZE != bytes.length) {
      throw new IOException("seek table does not add up: file=" + path);
    }
    return new WarmFile(path, List.copyOf(frames));
  }

  /** Size of the largest frame's content. */
  int largestContent() {
    return frames.stream().mapToInt(Frame::contentSize).max().orElse(0);
  }
}
