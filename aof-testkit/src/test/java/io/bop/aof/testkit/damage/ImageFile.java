package io.bop.aof.testkit.damage;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The bytes of a file in memory, in pages that copies share until they are written. A file that was
 * mapped once is one array from then on. Thread-safe, but for the mapped array, as mappings are.
 */
final class ImageFile {

  private static final int PAGE = 16 * 1024;
  private static final byte[] ZEROS = new byte[PAGE];

  private byte[][] pages = new byte[0][];
  private boolean[] own = new boolean[0];
  private byte[] flat = new byte[0];
  private boolean isFlat;
  private long size;

  synchronized ImageFile copy() {
    ImageFile copy = new ImageFile();
    if (isFlat) {
      copy.write(0, flat, 0, flat.length);
    } else {
      copy.pages = pages.clone();
      copy.own = new boolean[pages.length];
      copy.size = size;
      Arrays.fill(own, false);
    }
    return copy;
  }

  synchronized long size() {
    return size;
  }

  synchronized int read(long position, byte[] dst, int offset, int length) {
    int count = (int) Math.max(0, Math.min(length, size - position));
    if (isFlat) {
      System.arraycopy(flat, (int) Math.min(position, size), dst, offset, count);
      return count;
    }
    for (int done = 0; done < count; ) {
      int within = (int) ((position + done) % PAGE);
      int part = Math.min(PAGE - within, count - done);
      System.arraycopy(pages[page(position + done)], within, dst, offset + done, part);
      done += part;
    }
    return count;
  }

  synchronized byte[] bytes() {
    byte[] bytes = new byte[Math.toIntExact(size)];
    read(0, bytes, 0, bytes.length);
    return bytes;
  }

  synchronized void write(long position, byte[] src, int offset, int length) {
    if (position + length > size) {
      resize(position + length);
    }
    if (isFlat) {
      System.arraycopy(src, offset, flat, (int) position, length);
      return;
    }
    for (int done = 0; done < length; ) {
      int page = page(position + done);
      int within = (int) ((position + done) % PAGE);
      int part = Math.min(PAGE - within, length - done);
      System.arraycopy(src, offset + done, writable(page), within, part);
      done += part;
    }
  }

  synchronized void resize(long newSize) {
    if (isFlat) {
      flat = Arrays.copyOf(flat, Math.toIntExact(newSize));
    } else {
      int count = (int) ((newSize + PAGE - 1) / PAGE);
      int before = pages.length;
      pages = Arrays.copyOf(pages, count);
      own = Arrays.copyOf(own, count);
      for (int i = before; i < count; i++) {
        pages[i] = ZEROS;
      }
      int within = (int) (newSize % PAGE);
      if (newSize < size && within > 0) {
        Arrays.fill(writable(count - 1), within, PAGE, (byte) 0);
      }
    }
    size = newSize;
  }

  /** The file as memory: what is written there is seen by readers of the file. */
  synchronized ByteBuffer map(long length) {
    if (!isFlat) {
      flat = bytes();
      isFlat = true;
      pages = new byte[0][];
    }
    return ByteBuffer.wrap(flat, 0, Math.toIntExact(length)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int page(long position) {
    return (int) (position / PAGE);
  }

  private byte[] writable(int page) {
    if (!own[page]) {
      pages[page] = pages[page].clone();
      own[page] = true;
    }
    return pages[page];
  }
}
