package io.bop.aof.testkit.damage;

import io.bop.aof.Tier;
import io.bop.aof.format.DurableMarkCodec;
import io.bop.aof.format.RecordScanner;
import io.bop.aof.format.RecordScanner.Step;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SegmentHeaderCodec;
import io.bop.aof.format.SegmentHeaderLayout;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.ManifestReplay;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.manifest.StreamLedger;
import io.bop.aof.tier2.StoreIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What lies where in a template, by its own manifest. Immutable. */
final class StoreMap {

  private final Map<Path, FileKind> kinds = new TreeMap<>();
  private final List<SegmentPlace> segments = new ArrayList<>();
  private final ImageDisk disk;

  StoreMap(StoreTemplate template) throws IOException {
    disk = template.disk();
    Path root = StoreTemplate.ROOT;
    byte[] identity = disk.file(root.resolve(StoreIdentity.KEY)).bytes();
    Ledger ledger =
        ManifestReplay.read(disk, root.resolve("manifest"), StoreIdentity.parse(identity).storeId())
            .ledger();
    for (StreamLedger stream : ledger.streams()) {
      for (SegmentEntry entry : stream.segments()) {
        segments.add(place(stream, entry));
      }
    }
    for (Path path : disk.paths()) {
      FileKind kind = FileKind.of(path, disk, ledger);
      if (kind != FileKind.OBJECT || isCounted(path)) {
        kinds.put(path, kind);
      }
    }
  }

  /* Objects of a stream that was deleted wait for their end. */
  private boolean isCounted(Path path) {
    return segments.stream().anyMatch(place -> place.copies().contains(path));
  }

  /** All files with their kinds. */
  Map<Path, FileKind> kinds() {
    return kinds;
  }

  /** All segments. */
  List<SegmentPlace> segments() {
    return segments;
  }

  private SegmentPlace place(StreamLedger stream, SegmentEntry entry) throws IOException {
    Path root = StoreTemplate.ROOT;
    Set<Path> copies = new HashSet<>();
    Path slot = root.resolve("tier0").resolve(slotName(entry));
    if (entry.in(Tier.TIER0)) {
      copies.add(slot);
    }
    if (entry.in(Tier.TIER1)) {
      copies.add(
          root.resolve(
              String.format(
                  Locale.ROOT, "tier1/%020d/%020d.zst", entry.streamId(), entry.segmentId())));
    }
    if (entry.in(Tier.TIER2)) {
      copies.add(root.resolve("tier2").resolve(entry.objectKey()));
    }
    for (Path copy : copies) {
      disk.file(copy);
    }
    long end = entry.nextOffset();
    long durable = end;
    if (!entry.isSealed()) {
      end = walk(slot, Long.MAX_VALUE);
      durable = walk(slot, mark(slot));
    }
    return new SegmentPlace(stream.name(), entry.baseOffset(), end, durable, Set.copyOf(copies));
  }

  private String slotName(SegmentEntry entry) {
    for (Path path : disk.list(StoreTemplate.ROOT.resolve("tier0"))) {
      String name = path.getFileName().toString();
      if (name.endsWith(".seg")
          && Long.parseLong(name.substring(0, name.indexOf('.'))) == entry.slot()) {
        return name;
      }
    }
    return "none.seg";
  }

  private long mark(Path slot) throws IOException {
    byte[] bytes = disk.file(slot).bytes();
    return new DurableMarkCodec().read(bytes, SegmentHeaderCodec.decode(bytes).salt());
  }

  /** The offset after the last whole record that ends at or before {@code position}. */
  private long walk(Path slot, long position) throws IOException {
    byte[] bytes = disk.file(slot).bytes();
    SegmentHeader header = SegmentHeaderCodec.decode(bytes);
    int to = (int) Math.min(position, bytes.length);
    if (to <= SegmentHeaderLayout.PAGE_SIZE) {
      return header.baseOffset();
    }
    RecordScanner scanner = new RecordScanner();
    scanner.reset(bytes, SegmentHeaderLayout.PAGE_SIZE, to, header.salt(), header.baseOffset());
    Step step = scanner.advance();
    while (step == Step.RECORD) {
      step = scanner.advance();
    }
    return scanner.nextOffset();
  }
}
