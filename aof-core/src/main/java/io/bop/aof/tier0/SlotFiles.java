package io.bop.aof.tier0;

import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SegmentHeaderCodec;
import io.bop.aof.format.SegmentHeaderLayout;
import io.bop.aof.format.SlotState;
import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.io.Host;
import io.bop.aof.io.MappedFile;
import io.bop.aof.segment.Slot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * Makes, prepares and removes slot files. Confined to the pool's worker, but for what says
 * otherwise.
 */
final class SlotFiles {

  private static final int FILL_SIZE = 64 * 1024;

  private final Host host;
  private final SlotPool.Options options;

  SlotFiles(Host host, SlotPool.Options options) {
    this.host = host;
    this.options = options;
  }

  /** Allocates the file really, under a temporary name until it is whole. */
  void create(Slot slot) throws IOException {
    Disk disk = host.disk();
    Path temporary = slot.file().resolveSibling(slot.file().getFileName() + ".tmp");
    try {
      fill(temporary, slot);
      disk.rename(temporary, slot.file());
      disk.syncDirectory(options.directory());
    } catch (IOException e) {
      // Also under the final name: a name that could not be forced does not count.
      discard(temporary, e);
      discard(slot.file(), e);
      throw e;
    }
  }

  private void discard(Path file, IOException cause) {
    try {
      host.disk().deleteIfExists(file);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /*
   * The first page is written alone, the rest in writes of 64 KiB: how a file was filled decides
   * how large the page cache's folios are, and with them the cost of stores and forces.
   */
  private void fill(Path file, Slot slot) throws IOException {
    try (DiskFile out = host.disk().create(file)) {
      byte[] zeros = new byte[FILL_SIZE];
      int page = SegmentHeaderLayout.PAGE_SIZE;
      byte[] header = headerPage(slot, host.entropy().nextLong());
      out.write(0, header, 0, page);
      long position = page;
      while (position < slot.size()) {
        long border = (position / FILL_SIZE + 1) * FILL_SIZE;
        int length = (int) (Math.min(border, slot.size()) - position);
        out.write(position, zeros, 0, length);
        position += length;
      }
      out.force();
    }
  }

  /** Gives the slot a fresh salt, durably, and maps it anew. */
  ReadySlot prepare(Slot slot) throws IOException {
    long salt = host.entropy().nextLong();
    try (DiskFile file = host.disk().openForWrite(slot.file())) {
      file.write(0, headerPage(slot, salt), 0, SegmentHeaderLayout.PAGE_SIZE);
      file.force();
    }
    MappedFile mapping = host.disk().map(slot.file(), slot.size());
    return new ReadySlot(slot, mapping, salt);
  }

  /** Removes the file, durably. */
  void remove(Slot slot) throws IOException {
    host.disk().deleteIfExists(slot.file());
    host.disk().syncDirectory(options.directory());
  }

  /** Makes the header of a mapped slot a spare's again; no record was written. Any thread. */
  void makeSpare(ReadySlot slot) {
    SegmentHeaderCodec.encode(spareHeader(slot.slot(), slot.salt()), slot.mapping().buffer());
  }

  private byte[] headerPage(Slot slot, long salt) {
    ByteBuffer page =
        ByteBuffer.allocate(SegmentHeaderLayout.PAGE_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    SegmentHeaderCodec.encode(spareHeader(slot, salt), page);
    return page.array();
  }

  private SegmentHeader spareHeader(Slot slot, long salt) {
    return new SegmentHeader(
        options.storeId(),
        salt,
        0,
        0,
        0,
        0,
        slot.size(),
        host.time().wallMicros(),
        0,
        SlotState.SPARE);
  }
}
