package io.bop.aof.testkit.simulation;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory that a file is mapped to: one block for all mappings of the file. Guarded by the disk, but
 * for the bytes: those are written by whoever maps the file, at any time.
 */
final class MappedMemory {

  private static final int BLOCK = 64 * 1024;
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(BLOCK).asReadOnlyBuffer();
  private static final ByteBuffer POISON = poison();

  private final ByteBuffer buffer;
  private int users;

  MappedMemory(int size) {
    this.buffer = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer poison() {
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
    for (int i = 0; i < BLOCK; i += Long.BYTES) {
      block.putLong(i, 0xDEAD_F11E_DEAD_F11EL);
    }
    return block.asReadOnlyBuffer();
  }

  int size() {
    return buffer.capacity();
  }

  int pages() {
    return size() / Page.SIZE;
  }

  /** A view for one more user. */
  ByteBuffer attach(int length) {
    users++;
    return buffer.slice(0, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** One user less; true for the last. */
  boolean detach() {
    users--;
    return users == 0;
  }

  void get(int position, byte[] dst, int offset, int length) {
    buffer.get(position, dst, offset, length);
  }

  void put(int position, byte[] src, int offset, int length) {
    buffer.put(position, src, offset, length);
  }

  /** Loads the first pages of a file; all other bytes become zeros. */
  @SuppressWarnings("ReferenceEquality") // The one zero page is known by its identity.
  void load(FilePages pages) {
    int run = 0;
    for (int i = 0; i < pages(); i++) {
      Page page = pages.at(i);
      if (page != Page.ZERO) {
        zero(run * Page.SIZE, i * Page.SIZE);
        put(i * Page.SIZE, page.bytes(), 0, Page.SIZE);
        run = i + 1;
      }
    }
    zero(run * Page.SIZE, size());
  }

  void zero(int from, int to) {
    fill(ZEROS, from, to);
  }

  private void fill(ByteBuffer block, int from, int to) {
    for (int at = from; at < to; at += BLOCK) {
      buffer.put(at, block, 0, Math.min(BLOCK, to - at));
    }
  }

  /** First byte in the range that is not zero; negative: all are. */
  int firstNonZero(int from, int to) {
    return firstOther(ZEROS, from, to);
  }

  private int firstOther(ByteBuffer block, int from, int to) {
    ByteBuffer mine = buffer.duplicate();
    ByteBuffer wanted = block.duplicate();
    for (int at = from; at < to; at += BLOCK) {
      int length = Math.min(BLOCK, to - at);
      mine.limit(at + length).position(at);
      wanted.limit(length).position(0);
      int other = mine.mismatch(wanted);
      if (other >= 0) {
        return at + other;
      }
    }
    return -1;
  }

  boolean isSame(int index, Page page) {
    int from = index * Page.SIZE;
    ByteBuffer mine = buffer.duplicate().limit(from + Page.SIZE).position(from);
    return mine.mismatch(ByteBuffer.wrap(page.bytes())) < 0;
  }

  Page page(int index) {
    byte[] bytes = new byte[Page.SIZE];
    get(index * Page.SIZE, bytes, 0, Page.SIZE);
    return Page.of(bytes);
  }

  // ---- after its use

  /**
   * Makes late readers see nonsense, and late writers leave a trace. Whoever used it does not any
   * more: a process that was killed takes no leave.
   */
  void spoil() {
    users = 0;
    fill(POISON, 0, size());
  }

  /** Position of what was written since {@link #spoil}; negative: nothing was. */
  int lateWrite() {
    return firstOther(POISON, 0, size());
  }
}
