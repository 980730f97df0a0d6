package io.bop.aof.objectstore.filesystem;

import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.objectstore.ObjectKeys;
import io.bop.aof.objectstore.ObjectPage;
import io.bop.aof.objectstore.ObjectSummary;
import io.bop.aof.objectstore.filesystem.Sidecars.Sidecar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** One listing: walks the tree in the order of the keys until the page is full. Confined. */
final class KeyWalk {

  /* The character behind '/': every key in a folder lies before the folder's name and this. */
  private static final char BEHIND_SLASH = '/' + 1;

  private final Disk disk;
  private final StorePaths paths;
  private final Sidecars sidecars;
  private final String prefix;
  private final @Nullable String after;
  private final int limit;
  private final List<ObjectSummary> found = new ArrayList<>();
  private boolean more;

  KeyWalk(FilesystemObjectStore.Parts parts, String prefix, @Nullable String after, int limit) {
    this.disk = parts.disk();
    this.paths = parts.paths();
    this.sidecars = parts.sidecars();
    this.prefix = prefix;
    this.after = after;
    this.limit = limit;
  }

  ObjectPage run() throws IOException {
    walk("");
    return new ObjectPage(found, more);
  }

  /** An entry of a folder; a folder sorts as what its keys begin with. */
  private record Entry(Path path, String key, String order) {}

  private void walk(String folder) throws IOException {
    DiskFailures.stopWhenInterrupted();
    Map<String, List<Sidecar>> known = sidecars.inFolder(folder);
    for (Entry entry : entries(folder, known)) {
      if (more) {
        return;
      }
      OptionalLong size = sizeOfObject(disk, entry.path());
      if (size.isPresent()) {
        String name = StorePaths.nameOf(entry.key());
        add(entry.key(), size.getAsLong(), known.getOrDefault(name, List.of()));
      } else {
        walk(entry.key() + "/");
      }
    }
  }

  private List<Entry> entries(String folder, Map<String, List<Sidecar>> known) throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (Path path : disk.list(paths.objectFolder(folder))) {
      String name = StorePaths.nameOf(path);
      String key = folder + name;
      if (ObjectKeys.isLegal(key) && mayMatch(key)) {
        boolean isFolder = !known.containsKey(name) && !disk.list(path).isEmpty();
        entries.add(new Entry(path, key, isFolder ? key + "/" : key));
      }
    }
    entries.sort(Comparator.comparing(Entry::order));
    return entries;
  }

  /** Whether this key, or one in a folder of that name, can be on the page. */
  private boolean mayMatch(String key) {
    boolean inPrefix = key.startsWith(prefix) || prefix.startsWith(key + "/");
    return inPrefix && (after == null || (key + BEHIND_SLASH).compareTo(after) > 0);
  }

  private void add(String key, long size, List<Sidecar> known) {
    if (!key.startsWith(prefix) || after != null && key.compareTo(after) <= 0) {
      return;
    }
    if (found.size() == limit) {
      more = true;
      return;
    }
    boolean sure = known.size() == 1 && known.get(0).size() == size;
    found.add(new ObjectSummary(key, size, sure ? known.get(0).etag() : "", Map.of()));
  }

  /** Size of the file; empty when it is a folder or not there. */
  static OptionalLong sizeOfObject(Disk disk, Path path) throws IOException {
    if (!disk.exists(path)) {
      return OptionalLong.empty();
    }
    try (DiskFile file = disk.openForRead(path)) {
      return OptionalLong.of(file.size());
    } catch (IOException e) {
      // A folder cannot be opened; neither can a file that was deleted meanwhile.
      if (!disk.exists(path) || !disk.list(path).isEmpty() || isFolder(e)) {
        return OptionalLong.empty();
      }
      throw e;
    }
  }

  private static boolean isFolder(IOException e) {
    String message = e.getMessage();
    return message != null && message.contains("(Is a directory)");
  }
}
