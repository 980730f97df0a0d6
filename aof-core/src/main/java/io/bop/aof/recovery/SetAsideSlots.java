package io.bop.aof.recovery;

import io.bop.aof.UnsupportedFormatException;
import io.bop.aof.format.MalformedException;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SegmentHeaderCodec;
import io.bop.aof.format.SegmentHeaderLayout;
import io.bop.aof.format.SlotState;
import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.tier0.SlotQuarantine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Slots that earlier opens have set aside because they lay behind a gap.
 *
 * <p>An open that ended before it could record the seal of what is before the gap leaves a segment
 * that the manifest still knows as active, and whose slot is not in its place. It is not lost: this
 * open finds the same gap.
 */
final class SetAsideSlots {

  private static final String SUFFIX = ".seg";

  private final Disk disk;
  private final Path folder;
  private final UUID storeId;

  SetAsideSlots(Disk disk, Path tier0, UUID storeId) {
    this.disk = disk;
    this.folder = tier0.resolve(SlotQuarantine.FOLDER);
    this.storeId = storeId;
  }

  /** Whether the slot of an active segment is among them. */
  boolean hold(SegmentEntry entry) throws IOException {
    for (Path file : disk.list(folder)) {
      if (isOf(entry, file)) {
        return true;
      }
    }
    return false;
  }

  /* A header that was never forced is that of a spare: then no record of it was durable either. */
  private boolean isOf(SegmentEntry entry, Path file) throws IOException {
    SegmentHeader header = header(file);
    // One that was cut short was set aside for that, and what it held is lost.
    if (header == null
        || !header.storeId().equals(storeId)
        || header.fileSize() != disk.size(file)) {
      return false;
    }
    if (header.state() == SlotState.SPARE) {
      OptionalLong number = number(file);
      return number.isPresent() && number.getAsLong() == entry.slot();
    }
    return header.streamId() == entry.streamId()
        && header.segmentId() == entry.segmentId()
        && header.baseOffset() == entry.baseOffset();
  }

  /* Of several with one name all but the first have another ending behind it. */
  private static OptionalLong number(Path file) {
    String name = file.getFileName().toString();
    int end = name.indexOf(SUFFIX);
    return end < 0
        ? OptionalLong.empty()
        : SlotFormats.slotNumber(name.substring(0, end + SUFFIX.length()));
  }

  private @Nullable SegmentHeader header(Path file) throws IOException {
    byte[] page = new byte[SegmentHeaderLayout.PAGE_SIZE];
    if (disk.size(file) < page.length) {
      return null;
    }
    try (DiskFile slot = disk.openForRead(file)) {
      slot.readFully(0, page, 0, page.length);
      return SegmentHeaderCodec.decode(page, file.toString());
    } catch (MalformedException | UnsupportedFormatException e) {
      return null;
    }
  }
}
