package io.bop.aof.recovery;

import io.bop.aof.UnsupportedFormatException;
import io.bop.aof.format.MalformedException;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SegmentHeaderCodec;
import io.bop.aof.format.SegmentHeaderLayout;
import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the headers of all slots before an open changes anything. Recovery reads them again, but
 * by then the newest manifest chunk has been sealed, which a newer release need not understand.
 */
public final class SlotFormats {

  private static final Logger log = LoggerFactory.getLogger(SlotFormats.class);
  private static final String SUFFIX = ".seg";

  private SlotFormats() {}

  /**
   * Reads one page of each slot; what is damaged is left to recovery.
   *
   * @throws UnsupportedFormatException when a newer version wrote one
   */
  public static void requireReadable(Disk disk, Path directory) throws IOException {
    byte[] page = new byte[SegmentHeaderLayout.PAGE_SIZE];
    for (Path path : disk.list(directory)) {
      if (slotNumber(String.valueOf(path.getFileName())).isPresent()
          && disk.size(path) >= page.length) {
        require(disk, path, page);
      }
    }
  }

  /** The number in the name of a slot; empty: it is the name of something else. */
  static OptionalLong slotNumber(String name) {
    if (!name.endsWith(SUFFIX)) {
      return OptionalLong.empty();
    }
    String digits = name.substring(0, name.length() - SUFFIX.length());
    if (digits.isEmpty()
        || digits.length() > 18
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(Long.parseLong(digits));
  }

  private static void require(Disk disk, Path path, byte[] page) throws IOException {
    try (DiskFile file = disk.openForRead(path)) {
      file.readFully(0, page, 0, page.length);
      SegmentHeader header = SegmentHeaderCodec.decode(page, path.toString());
      log.trace("slot is readable: file={} state={}", path, header.state());
    } catch (MalformedException e) {
      log.debug("slot has no valid header, recovery will say so: file={}", path, e);
    }
  }
}
