package io.bop.aof.testkit.damage;

import io.bop.aof.format.MalformedException;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SegmentHeaderCodec;
import io.bop.aof.format.SegmentHeaderLayout;
import io.bop.aof.format.SlotState;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.SegmentEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** The kinds of files of a store. */
enum FileKind {
  /** A slot with an unsealed segment. */
  ACTIVE_SLOT("slot, unsealed"),
  /** A slot with a sealed segment that the manifest counts on. */
  SEALED_SLOT("slot, sealed"),
  /** A slot that holds nothing that counts. */
  SPARE_SLOT("slot, spare"),
  WARM_FILE("warm file"),
  NEWEST_CHUNK("manifest chunk, newest"),
  OLDER_CHUNK("manifest chunk, older"),
  SNAPSHOT("manifest snapshot"),
  MARK("manifest durable mark"),
  IDENTITY("store.json"),
  LOCK("lock and pid files"),
  OBJECT("segment object"),
  REMOTE_CHUNK("manifest chunk in Tier 2"),
  REMOTE_IDENTITY("store.json in Tier 2"),
  SIDECAR("sidecar in Tier 2"),
  OTHER("other");

  private final String text;

  FileKind(String text) {
    this.text = text;
  }

  /** For tables. */
  String text() {
    return text;
  }

  static FileKind of(Path path, ImageDisk disk, Ledger ledger) throws IOException {
    Path root = StoreTemplate.ROOT;
    Path inside = root.relativize(path);
    String top = inside.getName(0).toString();
    return switch (top) {
      case "tier0" -> slot(path, disk, ledger);
      case "tier1" -> WARM_FILE;
      case "manifest" -> manifest(path, disk);
      case "tier2" -> remote(inside.toString());
      case "store.json" -> IDENTITY;
      case "store.lock", "store.pid" -> LOCK;
      default -> OTHER;
    };
  }

  private static FileKind manifest(Path path, ImageDisk disk) {
    String name = path.toString();
    if (name.endsWith(".mark")) {
      return MARK;
    }
    return name.endsWith(".snap") ? SNAPSHOT : chunk(path, disk);
  }

  private static FileKind chunk(Path path, ImageDisk disk) {
    Path newest = path;
    for (Path other : disk.list(path.getParent())) {
      newest = other.toString().endsWith(".mlog") ? other : newest;
    }
    return newest.equals(path) ? NEWEST_CHUNK : OLDER_CHUNK;
  }

  private static FileKind remote(String path) {
    if (path.contains(".meta")) {
      return SIDECAR;
    } else if (path.endsWith(".zst")) {
      return OBJECT;
    } else if (path.endsWith(".mlog")) {
      return REMOTE_CHUNK;
    }
    return path.endsWith("store.json") ? REMOTE_IDENTITY : path.endsWith("lock") ? LOCK : OTHER;
  }

  private static FileKind slot(Path path, ImageDisk disk, Ledger ledger) throws IOException {
    byte[] page = Arrays.copyOf(disk.file(path).bytes(), SegmentHeaderLayout.PAGE_SIZE);
    try {
      SegmentHeader header = SegmentHeaderCodec.decode(page);
      SegmentEntry entry = ledger.segment(header.streamId(), header.segmentId());
      if (header.state() == SlotState.SPARE || entry == null) {
        return SPARE_SLOT;
      }
      return entry.isSealed() ? SEALED_SLOT : ACTIVE_SLOT;
    } catch (MalformedException e) {
      return OTHER;
    }
  }
}
