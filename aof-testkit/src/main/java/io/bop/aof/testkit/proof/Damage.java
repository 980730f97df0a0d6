package io.bop.aof.testkit.proof;

import io.bop.aof.AofStream;
import io.bop.aof.CorruptionException;
import io.bop.aof.Tier;
import io.bop.aof.format.DurableMarkCodec;
import io.bop.aof.format.MalformedException;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.format.SegmentFooterCodec;
import io.bop.aof.format.SegmentFooterLayout;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SegmentHeaderCodec;
import io.bop.aof.format.SegmentHeaderLayout;
import io.bop.aof.format.SlotState;
import io.bop.aof.testkit.simulation.SimulatedDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** What bad disks and careless hands do to the local tiers while no process runs. */
final class Damage {

  private static final String WARM = ".zst";
  private static final int DATA_START = SegmentHeaderLayout.PAGE_SIZE;

  private final Path root;
  private final BucketAudit audit;
  private final SplittableRandom random;
  private final Set<Segment> segments = new HashSet<>();

  /* Checksums of damaged files, as long as they are there. */
  private final Map<Path, Integer> files = new HashMap<>();

  Damage(Path root, BucketAudit audit, SplittableRandom random) {
    this.root = root;
    this.audit = audit;
    this.random = random;
  }

  private record Segment(String stream, long segment) {}

  /** Whether a local copy of this segment was ever damaged. */
  boolean isStruck(String stream, long segment) {
    return segments.contains(new Segment(stream, segment));
  }

  /**
   * Whether a reader may say this: a copy was damaged, or there is none but an object.
   *
   * @param bodiesBroken whether objects may be broken on their way, however often they are read
   */
  boolean explains(CorruptionException said, AofStream stream, boolean bodiesBroken) {
    return isStruck(said.stream(), said.segment())
        || (bodiesBroken
            && stream.snapshot().segments().stream()
                .filter(segment -> segment.id() == said.segment())
                .allMatch(segment -> segment.residency().equals(Set.of(Tier.TIER2))));
  }

  /** Whether the file was damaged and has these bytes since. */
  boolean isStruck(Path file, int crc32c) {
    Integer struck = files.get(file);
    return struck != null && struck == crc32c;
  }

  /** A bit that was flipped, and can be flipped back. */
  record Flip(Path file, long position, int bit) {
    void apply(SimulatedDisk disk) {
      try {
        disk.damage().flipBit(file, position, bit);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Damages or removes a local copy of a segment that the bucket has, if there is one. */
  boolean strikeArchived(SimulatedDisk disk) {
    List<Path> copies = disk.files().stream().filter(file -> isArchivedCopy(disk, file)).toList();
    if (copies.isEmpty()) {
      return false;
    }
    Path file = copies.get(random.nextInt(copies.size()));
    try {
      note(disk, file);
      strike(disk, file);
      if (disk.files().contains(file)) {
        files.put(file, WarmAudit.crc32c(disk.content(file)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return true;
  }

  private void note(SimulatedDisk disk, Path file) {
    boolean hot = folderOf(file).equals(root.resolve("tier0"));
    SegmentHeader header = hot ? header(read(disk, file)) : null;
    long stream = header != null ? header.streamId() : number(folderOf(file));
    long segment = header != null ? header.segmentId() : number(file);
    segments.add(new Segment(audit.nameOf(stream), segment));
  }

  private void strike(SimulatedDisk disk, Path file) throws IOException {
    long size = disk.content(file).length;
    switch (random.nextInt(3)) {
      case 0 -> {
        disk.deleteIfExists(file);
        disk.syncDirectory(folderOf(file));
      }
      case 1 -> disk.damage().truncate(file, random.nextLong(size));
      default -> flip(file, 0, size).apply(disk);
    }
  }

  private Flip flip(Path file, long from, long to) {
    return new Flip(file, random.nextLong(from, to), random.nextInt(Byte.SIZE));
  }

  private boolean isArchivedCopy(SimulatedDisk disk, Path file) {
    Path folder = folderOf(file);
    if (folder.equals(root.resolve("tier0"))) {
      SegmentHeader header = header(read(disk, file));
      return header != null
          && header.state() != SlotState.SPARE
          && audit.isArchived(header.streamId(), header.segmentId());
    }
    return isWarm(root.resolve("tier1"), file) && audit.isArchived(number(folder), number(file));
  }

  /** Whether it is a warm file under its final name. */
  static boolean isWarm(Path tier1, Path file) {
    Path folder = folderOf(file);
    return tier1.equals(folder.getParent())
        && isNumber(folder.getFileName().toString())
        && file.toString().endsWith(WARM);
  }

  /** The number in the name of a folder or a warm file. */
  static long number(Path file) {
    String name = file.getFileName().toString();
    return Long.parseLong(
        name.endsWith(WARM) ? name.substring(0, name.length() - WARM.length()) : name);
  }

  static Path folderOf(Path file) {
    return Objects.requireNonNull(file.getParent(), "parent");
  }

  private static boolean isNumber(String name) {
    return !name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /**
   * Flips a bit below the durable mark of a segment that is not sealed: the only copy there is.
   *
   * @return how to mend it; null: there is no such segment
   */
  @Nullable Flip strikeDurable(SimulatedDisk disk) {
    List<Flip> choices = new ArrayList<>();
    for (Path file : disk.files()) {
      if (root.resolve("tier0").equals(file.getParent())) {
        byte[] bytes = read(disk, file);
        SegmentHeader header = header(bytes);
        if (header != null
            && header.fileSize() == bytes.length
            && header.state() == SlotState.IN_USE
            && !hasFooter(bytes, header)) {
          long mark = new DurableMarkCodec().read(Arrays.copyOf(bytes, DATA_START), header.salt());
          if (mark > DATA_START) {
            choices.add(flip(file, DATA_START, mark));
          }
        }
      }
    }
    if (choices.isEmpty()) {
      return null;
    }
    Flip chosen = choices.get(random.nextInt(choices.size()));
    chosen.apply(disk);
    return chosen;
  }

  /**
   * Takes the flip back, unless the file is not there any more, or was sealed as it is: a bit
   * between two records hurts nobody.
   */
  static void mend(SimulatedDisk disk, Flip flip) {
    if (!disk.files().contains(flip.file())) {
      return;
    }
    byte[] bytes = read(disk, flip.file());
    SegmentHeader header = header(bytes);
    if (header != null && !hasFooter(bytes, header)) {
      flip.apply(disk);
    }
  }

  private static byte[] read(SimulatedDisk disk, Path file) {
    try {
      return disk.content(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable SegmentHeader header(byte[] bytes) {
    if (bytes.length < DATA_START) {
      return null;
    }
    try {
      return SegmentHeaderCodec.decode(Arrays.copyOf(bytes, DATA_START));
    } catch (MalformedException e) {
      return null;
    }
  }

  private static boolean hasFooter(byte[] bytes, SegmentHeader header) {
    try {
      SegmentFooter footer =
          SegmentFooterCodec.decode(bytes, bytes.length - SegmentFooterLayout.SIZE);
      return footer.salt() == header.salt() && footer.segmentId() == header.segmentId();
    } catch (MalformedException e) {
      return false;
    }
  }
}
