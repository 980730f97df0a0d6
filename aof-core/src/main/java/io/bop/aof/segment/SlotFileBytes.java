package io.bop.aof.segment;

import io.bop.aof.format.MalformedException;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.format.SegmentFooterCodec;
import io.bop.aof.format.SegmentFooterLayout;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SegmentHeaderCodec;
import io.bop.aof.format.SegmentHeaderLayout;
import io.bop.aof.format.SparseIndex;
import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** A sealed segment in a slot that is not mapped, read through a file of its own. */
public final class SlotFileBytes implements SegmentBytes {

  private final DiskFile file;
  private final SegmentHeader header;
  private final SegmentFooter footer;

  private final LeaseCount leases;
  private boolean open = true;

  private SlotFileBytes(
      DiskFile file, SegmentHeader header, SegmentFooter footer, LeaseCount leases) {
    this.leases = leases;
    this.file = file;
    this.header = header;
    this.footer = footer;
  }

  /**
   * Opens the slot's file and checks header and footer.
   *
   * @param known what the footer says; null: not known. It is taken when the file has no footer of
   *     this segment that can be read.
   * @param leases of which the caller acquired one; it ends with the close, unless this throws
   * @throws io.bop.aof.format.MalformedException when they are damaged or do not fit each other
   */
  public static SlotFileBytes open(
      Disk disk, Slot slot, LeaseCount leases, @Nullable SegmentFooter known) throws IOException {
    DiskFile file = disk.openForRead(slot.file());
    try {
      String name = slot.file().toString();
      byte[] page = new byte[SegmentHeaderLayout.PAGE_SIZE];
      file.readFully(0, page, 0, page.length);
      SegmentHeader header = SegmentHeaderCodec.decode(page, name);
      boolean fits =
          known != null
              && known.salt() == header.salt()
              && known.segmentId() == header.segmentId()
              && known.baseOffset() == header.baseOffset();
      SegmentFooter footer = readFooter(file, slot, header, fits ? known : null);
      return new SlotFileBytes(file, header, footer, leases);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static SegmentFooter readFooter(
      DiskFile file, Slot slot, SegmentHeader header, @Nullable SegmentFooter known)
      throws IOException {
    String name = slot.file().toString();
    byte[] end = new byte[SegmentFooterLayout.SIZE];
    try {
      file.readFully(slot.size() - end.length, end, 0, end.length);
      SegmentFooter footer = SegmentFooterCodec.decode(end, 0, name);
      if (footer.salt() != header.salt() || footer.segmentId() != header.segmentId()) {
        throw new MalformedException(
            slot.size() - end.length, "footer belongs to another segment: file=" + name);
      }
      return footer;
    } catch (MalformedException | EOFException e) {
      if (known == null) {
        throw e;
      }
      return known;
    }
  }

  /** The header. */
  public SegmentHeader header() {
    return header;
  }

  /** The footer. */
  public SegmentFooter footer() {
    return footer;
  }

  /** The sparse index; only a hint. */
  public SparseIndex index() throws IOException {
    long size = SparseIndex.encodedSize(footer.indexCount());
    if (footer.indexPosition() + size > header.fileSize() - SegmentFooterLayout.SIZE) {
      throw new MalformedException(footer.indexPosition(), "index does not fit: size=" + size);
    }
    byte[] bytes = new byte[(int) size];
    file.readFully(footer.indexPosition(), bytes, 0, bytes.length);
    return SparseIndex.decode(bytes, header.salt());
  }

  @Override
  public long streamId() {
    return header.streamId();
  }

  @Override
  public long segmentId() {
    return header.segmentId();
  }

  @Override
  public long salt() {
    return header.salt();
  }

  @Override
  public long baseOffset() {
    return header.baseOffset();
  }

  @Override
  public long dataEnd() {
    return footer.dataEnd();
  }

  @Override
  public void read(long position, byte[] dst, int offset, int length) throws IOException {
    file.readFully(position, dst, offset, length);
  }

  @Override
  public void close() {
    if (!open) {
      return;
    }
    open = false;
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      leases.release();
    }
  }
}
