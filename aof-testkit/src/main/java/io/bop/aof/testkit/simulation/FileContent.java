package io.bop.aof.testkit.simulation;

import io.bop.aof.io.NoSpaceException;
import io.bop.aof.testkit.SeededRandom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is behind one or more names: the bytes, their size, and what of it is on the disk. It lives
 * until it has no name and nobody has it open. Guarded by the disk.
 */
final class FileContent implements Node {

  /*
   * While the file is mapped, its first bytes are in the memory of the mapping, written to by
   * anybody at any time; `pages` then holds what was last observed there. Before a force, a
   * write-back or a crash the memory is compared with that, and pages that differ become dirty.
   * Comparing runs of zeros is the common case and is done in large steps.
   */
  private static final long MOST_SIZE = (long) Integer.MAX_VALUE * Page.SIZE / 4;
  private static final int MOST_SIZES = 4;
  private static final int RUN = 16;

  private final long id;
  private final Space space;
  private final FilePages pages;
  private final List<Long> sizesBetween = new ArrayList<>(0);
  private long size;
  private long durableSize;
  private int names;
  private int users;
  private @Nullable MappedMemory memory;
  private int lastForced;
  private boolean locked;
  private boolean listed;

  FileContent(long id, Space space) {
    this(id, space, new FilePages(), 0);
  }

  private FileContent(long id, Space space, FilePages pages, long size) {
    this.id = id;
    this.space = space;
    this.pages = pages;
    this.size = size;
    this.durableSize = size;
    space.add(pages.allocated());
  }

  long id() {
    return id;
  }

  long size() {
    return size;
  }

  // ---- names and users

  void addName() {
    names++;
  }

  void removeName() {
    names--;
    freeIfUnused();
  }

  void addUser() {
    users++;
  }

  void removeUser() {
    users--;
    freeIfUnused();
  }

  /** The process died: nobody has it open, mapped or locked. Its room is counted anew. */
  void forgetUsers() {
    unmap();
    users = 0;
    locked = false;
    listed = false;
    space.add(pages.allocated());
  }

  private void freeIfUnused() {
    if (names == 0 && users == 0) {
      space.add(-pages.allocated());
    }
  }

  boolean tryLock() {
    boolean taken = !locked;
    locked = true;
    return taken;
  }

  void unlock() {
    locked = false;
  }

  /** Marks it as one whose pages may be written back; false when it was. */
  boolean list() {
    boolean before = listed;
    listed = true;
    return !before;
  }

  void unlist() {
    listed = false;
  }

  // ---- bytes

  int read(long position, byte[] dst, int offset, int length) {
    int wanted = (int) Math.max(0, Math.min(length, size - position));
    for (int done = 0; done < wanted; ) {
      int at = (int) ((position + done) % Page.SIZE);
      int index = (int) ((position + done) / Page.SIZE);
      int part = Math.min(Page.SIZE - at, wanted - done);
      MappedMemory mapped = mappedAt(index);
      if (mapped == null) {
        System.arraycopy(pages.at(index).bytes(), at, dst, offset + done, part);
      } else {
        mapped.get(index * Page.SIZE + at, dst, offset + done, part);
      }
      done += part;
    }
    return wanted;
  }

  /** Writes as far as there is room. */
  void write(Path path, long position, byte[] src, int offset, int length) throws IOException {
    requireSize(path, position + length);
    if (length == 0) {
      return;
    }
    clearBehindEnd(position);
    for (int done = 0; done < length; ) {
      int at = (int) ((position + done) % Page.SIZE);
      int index = (int) ((position + done) / Page.SIZE);
      int part = Math.min(Page.SIZE - at, length - done);
      requireRoom(path, index);
      long before = pages.allocated();
      MappedMemory mapped = mappedAt(index);
      if (mapped == null) {
        pages.write(index, at, src, offset + done, part);
      } else {
        mapped.put(index * Page.SIZE + at, src, offset + done, part);
        pages.put(index, mapped.page(index));
      }
      space.add(pages.allocated() - before);
      done += part;
      size = Math.max(size, position + done);
    }
  }

  private static void requireSize(Path path, long wanted) throws IOException {
    if (wanted < 0 || wanted > MOST_SIZE) {
      throw new IOException("file too large: path=" + path + " size=" + wanted);
    }
  }

  private void requireRoom(Path path, int index) throws NoSpaceException {
    if (pages.isHole(index) && !space.hasPages(1)) {
      throw Space.full(path);
    }
  }

  /** Mapped memory behind the end of the file may hold anything; a file that grows has zeros. */
  private void clearBehindEnd(long to) {
    MappedMemory mapped = memory;
    if (mapped != null && to > size && size < mapped.size()) {
      mapped.zero((int) size, (int) Math.min(to, mapped.size()));
    }
  }

  void resize(Path path, long wanted) throws IOException {
    requireSize(path, wanted);
    rememberSize();
    if (wanted < size) {
      shrink(wanted);
    } else {
      clearBehindEnd(wanted);
    }
    size = wanted;
    rememberSize();
  }

  private void shrink(long wanted) {
    observe(0, pages.end());
    int index = (int) (wanted / Page.SIZE);
    int at = (int) (wanted % Page.SIZE);
    long before = pages.allocated();
    if (at != 0 && !pages.isHole(index)) {
      pages.put(index, pages.at(index).cutTo(at));
      index++;
    } else if (at != 0) {
      index++;
    }
    pages.removeFrom(index);
    space.add(pages.allocated() - before);
    MappedMemory mapped = memory;
    if (mapped != null && wanted < mapped.size()) {
      mapped.zero((int) wanted, mapped.size());
    }
  }

  private void rememberSize() {
    if (size != durableSize && sizesBetween.size() < MOST_SIZES) {
      sizesBetween.add(size);
    }
  }

  // ---- mapped memory

  private @Nullable MappedMemory mappedAt(int index) {
    MappedMemory mapped = memory;
    return mapped != null && index < mapped.pages() ? mapped : null;
  }

  @Nullable MappedMemory memory() {
    return memory;
  }

  /** The memory of the file; all its pages really exist afterwards. */
  MappedMemory map(Path path, long length) throws IOException {
    MappedMemory mapped = memory;
    if (mapped == null) {
      mapped = mapAnew(path);
    } else if (length > mapped.size()) {
      throw new IOException(
          "simulated file grew since it was mapped: path=" + path + " action=close that mapping");
    }
    return mapped;
  }

  private MappedMemory mapAnew(Path path) throws IOException {
    long rounded = (size + Page.SIZE - 1) / Page.SIZE * Page.SIZE;
    if (rounded > Integer.MAX_VALUE) {
      throw new IOException("file too large to be mapped: path=" + path + " size=" + size);
    }
    int count = (int) (rounded / Page.SIZE);
    int holes = 0;
    for (int i = 0; i < count; i++) {
      holes += pages.isHole(i) ? 1 : 0;
    }
    if (!space.hasPages(holes)) {
      throw Space.full(path);
    }
    for (int i = 0; holes > 0 && i < count; i++) {
      if (pages.isHole(i)) {
        pages.put(i, Page.ZERO);
      }
    }
    space.add(holes);
    MappedMemory mapped = MemoryPool.instance().take(Math.max(Page.SIZE, (int) rounded));
    mapped.load(pages);
    memory = mapped;
    return mapped;
  }

  /** Takes the bytes out of the memory; it is not used any more. */
  void unmap() {
    MappedMemory mapped = memory;
    if (mapped != null) {
      clearBehindEnd(mapped.size());
      observe(0, pages.end());
      memory = null;
    }
  }

  /** Compares the memory with what was seen there last. */
  private void observe(int from, int to) {
    MappedMemory mapped = memory;
    if (mapped == null) {
      return;
    }
    int inFile = (int) ((size + Page.SIZE - 1) / Page.SIZE);
    int last = Math.min(Math.min(to, mapped.pages()), inFile);
    long before = pages.allocated();
    int index = from;
    while (index < last) {
      int run = zeros(index, Math.min(last, index + RUN));
      if (run > index) {
        int other = mapped.firstNonZero(index * Page.SIZE, run * Page.SIZE);
        index = other < 0 ? run : other / Page.SIZE;
        if (other >= 0) {
          pages.put(index, mapped.page(index));
          index++;
        }
      } else {
        if (!mapped.isSame(index, pages.at(index))) {
          pages.put(index, mapped.page(index));
        }
        index++;
      }
    }
    space.add(pages.allocated() - before);
  }

  /** First page at or after {@code from} that was not all zeros when it was seen last. */
  @SuppressWarnings("ReferenceEquality") // The one zero page is known by its identity.
  private int zeros(int from, int to) {
    int index = from;
    while (index < to && pages.at(index) == Page.ZERO) {
      index++;
    }
    return index;
  }

  // ---- the disk

  /** Makes a range durable, or fails to: then nothing of it ever reaches the disk. */
  void force(long from, long to, boolean works) {
    int first = (int) (from / Page.SIZE);
    int last = (int) ((Math.min(to, MOST_SIZE) + Page.SIZE - 1) / Page.SIZE);
    observe(first, last);
    if (to < size) {
      lastForced = Math.max(0, last - 1);
    }
    if (works) {
      pages.force(first, last);
      durableSize = size;
      sizesBetween.clear();
    } else {
      pages.lose(first, last);
    }
  }

  /**
   * Writes a few pages back as the kernel does at any moment. They stay dirty here: that says only
   * that the disk may have them.
   *
   * @return false when there is nothing to write back
   */
  boolean writeBack(SeededRandom random) {
    MappedMemory mapped = memory;
    if (mapped == null && !pages.isDirty() && size == durableSize) {
      return false;
    }
    rememberSize();
    if (mapped != null) {
      int near = random.oneIn(4) ? random.nextInt(mapped.pages()) : lastForced + random.nextInt(3);
      observe(near, near + 1);
      observe(0, 1);
    }
    int index = pages.dirtyNear(random.oneIn(2) ? 0 : random.nextInt(Math.max(1, pages.end())));
    if (index >= 0) {
      pages.writeBack(index);
    }
    return true;
  }

  /** All that is seen is on the disk: somebody changed the disk itself. */
  void settle() {
    observe(0, pages.end());
    pages.settle();
    durableSize = size;
    sizesBetween.clear();
  }

  /** What the next boot finds under the names of this file. */
  FileContent afterCrash(long seed, Space found) {
    observe(0, pages.end());
    SeededRandom random = new SeededRandom(new SeededRandom(seed ^ id).nextLong());
    CrashMode mode = CrashMode.draw(random);
    long foundSize =
        switch (mode) {
          case OLD -> durableSize;
          case NEW -> size;
          case MIXED, TORN -> anySize(random);
        };
    return new FileContent(id, found, pages.afterCrash(mode, random, foundSize), foundSize);
  }

  private long anySize(SeededRandom random) {
    int number = random.nextInt(sizesBetween.size() + 2);
    return switch (number) {
      case 0 -> durableSize;
      case 1 -> size;
      default -> sizesBetween.get(number - 2);
    };
  }
}
