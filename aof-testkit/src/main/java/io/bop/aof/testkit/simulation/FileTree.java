package io.bop.aof.testkit.simulation;

import io.bop.aof.testkit.SeededRandom;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** All names of a disk. Guarded by the disk. */
final class FileTree {

  /*
   * A change of names is one or two edits that reach the disk together or not at all: a rename
   * removes a name and sets another. Changes wait until a directory of theirs is synced; then they
   * are on the disk, with all earlier changes of the same names. At a power loss any of those that
   * wait may have reached the disk, each only together with the earlier ones of its names.
   */
  private static final int MOST_SPLIT = 4_096;

  private final Space space;
  private final Directory root;
  /* Only looked up, never iterated. */
  private final Map<Path, String[]> splitPaths = new HashMap<>();
  private final List<Change> waiting = new ArrayList<>();
  private long lastId;

  FileTree(Space space) {
    this(space, new Directory(), 0);
  }

  private FileTree(Space space, Directory root, long lastId) {
    this.space = space;
    this.root = root;
    this.lastId = lastId;
  }

  /** A name in a directory that exists. */
  record Place(Directory directory, String name) {
    @Nullable Node node() {
      return directory.live.get(name);
    }
  }

  private record Edit(Place place, @Nullable Node node) {}

  private record Change(List<Edit> edits) {
    boolean touches(Directory directory) {
      return edits.stream().anyMatch(edit -> edit.place.directory == directory);
    }

    boolean touches(Set<Place> places) {
      return edits.stream().anyMatch(edit -> places.contains(edit.place));
    }

    void addTo(Set<Place> places) {
      edits.forEach(edit -> places.add(edit.place));
    }

    void reachDisk() {
      edits.forEach(edit -> set(edit.place.directory.durable, edit));
    }
  }

  private static void set(Map<String, Node> names, Edit edit) {
    if (edit.node == null) {
      names.remove(edit.place.name);
    } else {
      names.put(edit.place.name, edit.node);
    }
  }

  // ---- looking up

  /** What the path stands for; null when there is nothing. */
  @Nullable Node find(Path path) {
    Node node = root;
    for (String name : split(path)) {
      if (!(node instanceof Directory directory)) {
        return null;
      }
      node = directory.live.get(name);
      if (node == null) {
        return null;
      }
    }
    return node;
  }

  /** The file of that path. */
  FileContent file(Path path) throws IOException {
    Node node = find(path);
    if (node instanceof FileContent file) {
      return file;
    }
    if (node != null) {
      throw new FileSystemException(path.toString(), null, "Is a directory");
    }
    place(path);
    throw new NoSuchFileException(path.toString());
  }

  /** Where the path's name is or would be. */
  Place place(Path path) throws IOException {
    String[] names = split(path);
    int last = names.length - 1;
    if (last < 0) {
      throw new FileSystemException(path.toString(), null, "is the root");
    }
    Node node = root;
    for (int i = 0; i < last; i++) {
      node = requireDirectory(node, path).live.get(names[i]);
      if (node == null) {
        throw new NoSuchFileException(path.toString());
      }
    }
    return new Place(requireDirectory(node, path), names[last]);
  }

  private static Directory requireDirectory(Node node, Path path) throws FileSystemException {
    if (node instanceof Directory directory) {
      return directory;
    }
    throw new FileSystemException(path.toString(), null, "Not a directory");
  }

  /** The names from the root on. Taking a path apart costs more than looking its names up. */
  private String[] split(Path path) {
    String[] known = splitPaths.get(path);
    if (known != null) {
      return known;
    }
    Path absolute = path.toAbsolutePath().normalize();
    String[] names = new String[absolute.getNameCount()];
    for (int i = 0; i < names.length; i++) {
      names[i] = absolute.getName(i).toString();
    }
    if (splitPaths.size() >= MOST_SPLIT) {
      splitPaths.clear();
    }
    splitPaths.put(path, names);
    return names;
  }

  /** Names in a directory. */
  static Collection<String> names(Directory directory) {
    return directory.live.keySet();
  }

  /** Shows all files in the order of their paths. */
  void forEachFile(BiConsumer<Path, FileContent> action) {
    Path top = Path.of("").toAbsolutePath().getRoot();
    forEachFile(top, root, action);
  }

  private static void forEachFile(
      Path path, Directory directory, BiConsumer<Path, FileContent> action) {
    directory.live.forEach(
        (name, node) -> {
          Path child = path.resolve(name);
          if (node instanceof FileContent file) {
            action.accept(child, file);
          } else {
            forEachFile(child, (Directory) node, action);
          }
        });
  }

  // ---- changing

  /** Adds an empty file. */
  FileContent addFile(Place place) {
    FileContent file = new FileContent(++lastId, space);
    add(place, file);
    return file;
  }

  /** Adds an empty directory. */
  void addDirectory(Place place) {
    add(place, new Directory());
  }

  /** Adds a name. */
  void add(Place place, Node node) {
    change(List.of(new Edit(place, node)));
  }

  /** Removes a name. */
  void remove(Place place) {
    change(List.of(new Edit(place, null)));
  }

  /** Removes a name and sets another, which may be there. */
  void move(Place from, Place to) {
    change(List.of(new Edit(from, null), new Edit(to, from.node())));
  }

  private void change(List<Edit> edits) {
    for (Edit edit : edits) {
      if (edit.node instanceof FileContent file) {
        file.addName();
      }
    }
    for (Edit edit : edits) {
      if (edit.place.node() instanceof FileContent file) {
        file.removeName();
      }
      set(edit.place.directory.live, edit);
    }
    waiting.add(new Change(edits));
  }

  // ---- the disk

  /** Names in the directory are on the disk. */
  void sync(Directory directory) {
    Set<Place> places = new HashSet<>();
    List<Change> reaching = new ArrayList<>();
    for (int i = waiting.size() - 1; i >= 0; i--) {
      Change change = waiting.get(i);
      if (change.touches(directory) || change.touches(places)) {
        change.addTo(places);
        reaching.add(0, change);
        waiting.remove(i);
      }
    }
    reaching.forEach(Change::reachDisk);
  }

  /** The process died: nobody has any file open. What had no name any more is gone. */
  void forgetUsers() {
    Set<FileContent> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    space.add(-space.used() / Page.SIZE);
    forEachFile(
        (path, file) -> {
          if (seen.add(file)) {
            file.forgetUsers();
          }
        });
  }

  /** What the next boot finds. This tree is of no use afterwards. */
  FileTree afterCrash(long seed, Space found) {
    SeededRandom random = new SeededRandom(seed);
    CrashMode mode = CrashMode.draw(random);
    Set<Place> stuck = new HashSet<>();
    for (Change change : waiting) {
      boolean reaches =
          switch (mode) {
            case OLD -> false;
            case NEW -> true;
            case MIXED, TORN -> random.oneIn(2);
          };
      if (reaches && !change.touches(stuck)) {
        change.reachDisk();
      } else {
        change.addTo(stuck);
      }
    }
    long contentSeed = random.nextLong();
    IdentityHashMap<FileContent, FileContent> images = new IdentityHashMap<>();
    Directory top = image(root, file -> file.afterCrash(contentSeed, found), images);
    return new FileTree(found, top, lastId);
  }

  private static Directory image(
      Directory directory,
      UnaryOperator<FileContent> boot,
      IdentityHashMap<FileContent, FileContent> images) {
    Directory found = new Directory();
    directory.durable.forEach(
        (name, node) -> {
          if (node instanceof FileContent file) {
            FileContent image = images.computeIfAbsent(file, boot);
            image.addName();
            found.live.put(name, image);
          } else {
            found.live.put(name, image((Directory) node, boot, images));
          }
        });
    found.durable.putAll(found.live);
    return found;
  }
}
