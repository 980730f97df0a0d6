package io.bop.aof.testkit.damage;

import io.bop.aof.AofException;
import io.bop.aof.AofStore;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.SeededRandom;
import io.bop.aof.testkit.damage.Damage.Way;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Damages one file of a copy of a store, opens it, reads everything, closes it; again and again.
 * Confined to one thread.
 */
final class DamageStorm {

  private final StoreTemplate template;
  private final StoreTemplate foreign;
  private final StoreMap map;
  private final Map<FileKind, List<Path>> byKind = new EnumMap<>(FileKind.class);
  private final StormTable table = new StormTable();

  /** With a store of which all files are damaged in turn, and one to take foreign files from. */
  DamageStorm(StoreTemplate template, StoreTemplate foreign) {
    this.template = template;
    this.foreign = foreign;
    try {
      this.map = new StoreMap(template);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    map.kinds()
        .forEach((path, kind) -> byKind.computeIfAbsent(kind, any -> new ArrayList<>()).add(path));
  }

  /** What came of it so far. */
  StormTable table() {
    return table;
  }

  /** The kinds of files that there are. */
  Map<FileKind, List<Path>> files() {
    return byKind;
  }

  /** One damage in that way, drawn from the seed. */
  void strike(SeededRandom random, Way way) throws IOException {
    ImageDisk disk = template.disk().copy();
    Damage damage = damage(random, disk, way);
    try {
      Verdict verdict = judge(random, disk, damage);
      table.add(damage.kind(), way, verdict);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          "template=" + template.name() + " kind=" + damage.kind() + " " + damage.what() + ": " + e,
          e);
    }
  }

  private Damage damage(SeededRandom random, ImageDisk disk, Way way) throws IOException {
    List<FileKind> kinds = List.copyOf(byKind.keySet());
    FileKind kind = random.pick(kinds);
    Path path = random.pick(byKind.get(kind));
    return switch (way) {
      case BYTE -> Damage.flip(random, disk, path, kind);
      case ZERO_512 -> Damage.zero(random, disk, path, kind, 512);
      case ZERO_4096 -> Damage.zero(random, disk, path, kind, 4096);
      case TRUNCATED -> Damage.cut(random, disk, path, kind);
      case MISSING -> Damage.remove(disk, path, kind);
      case SWAPPED -> Damage.swap(disk, path, random.pick(alike(disk, path)), kind);
      case FOREIGN -> foreign(random, disk, path, kind);
    };
  }

  /* Files of the same folder at the top and with the same ending. */
  private static List<Path> alike(ImageDisk disk, Path path) {
    Path top = StoreTemplate.ROOT.resolve(StoreTemplate.ROOT.relativize(path).getName(0));
    return disk.paths().stream()
        .filter(other -> other.startsWith(top) && suffix(other).equals(suffix(path)))
        .toList();
  }

  private static String suffix(Path path) {
    String name = path.toString();
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private Damage foreign(SeededRandom random, ImageDisk disk, Path path, FileKind kind)
      throws IOException {
    List<Path> candidates = new ArrayList<>();
    for (Path other : foreign.disk().paths()) {
      if (other.getParent().equals(path.getParent()) && suffix(other).equals(suffix(path))) {
        candidates.add(other);
      }
    }
    if (candidates.isEmpty()) {
      return new Damage("none to take: file=" + path, List.of(), kind);
    }
    Path other = random.pick(candidates);
    return Damage.replace(disk, path, foreign.disk().file(other), other, kind);
  }

  private Verdict judge(SeededRandom random, ImageDisk disk, Damage damage) {
    MemoryHost host = new MemoryHost(disk, random.nextLong());
    Verdict first = openAndRead(random, host, damage);
    if (first == Verdict.REFUSED || !random.oneIn(4)) {
      return first;
    }
    // What the first open did to the files must not cost anything either.
    return first.worse(openAndRead(random, host, damage));
  }

  private Verdict openAndRead(SeededRandom random, MemoryHost host, Damage damage) {
    AofStore store;
    try {
      store = Engine.open(template.config(), host);
    } catch (AofException e) {
      requireRefusable(damage, e);
      return Verdict.REFUSED;
    }
    Verdict verdict;
    try {
      verdict = new Inspection(template, map, damage, random).run(store);
      if (random.oneIn(4)) {
        use(store, damage);
      }
    } finally {
      store.close();
    }
    return verdict;
  }

  /* Only where no other file says the same may a store refuse to open. */
  private static void requireRefusable(Damage damage, AofException e) {
    boolean may =
        switch (damage.kind()) {
          case NEWEST_CHUNK, OLDER_CHUNK, SNAPSHOT, IDENTITY, REMOTE_IDENTITY, SIDECAR -> true;
          default -> false;
        };
    if (!may || String.valueOf(e.getMessage()).isBlank()) {
      throw new AssertionError("open is refused: " + e, e);
    }
  }

  /* Takes slots, so that what was wrongly given up is overwritten. */
  private static void use(AofStore store, Damage damage) {
    try {
      for (int i = 0; i < 4; i++) {
        store.stream("fresh-" + i).append(new byte[100]);
      }
    } catch (AofException e) {
      // Other bytes under the key of a chunk are another writer's: that fences, whoever put them.
      if (damage.kind() != FileKind.REMOTE_CHUNK) {
        throw e;
      }
    }
  }
}
