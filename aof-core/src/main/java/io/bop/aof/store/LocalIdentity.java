package io.bop.aof.store;

import io.bop.aof.AofException;
import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.tier2.StoreIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The store's identity in its own directory: {@code store.json}, as in Tier 2. A follower's root
 * has the same under another name.
 */
final class LocalIdentity {

  private static final String FOLLOWER = "follower.json";

  private static final List<String> FOLDERS = List.of("manifest", "tier0");
  private static final List<String> SUFFIXES = List.of(".mlog", ".snap", ".seg");

  private LocalIdentity() {}

  /** The identity; empty in a directory that holds no store yet. */
  static Optional<StoreIdentity> read(Disk disk, Path root) throws IOException {
    Optional<StoreIdentity> found = read(disk, root, StoreIdentity.KEY);
    if (found.isEmpty()) {
      requireNoStore(disk, root);
    }
    return found;
  }

  /** The identity of the store that a follower reads in this root; empty when none does. */
  static Optional<StoreIdentity> readFollower(Disk disk, Path root) throws IOException {
    return read(disk, root, FOLLOWER);
  }

  private static Optional<StoreIdentity> read(Disk disk, Path root, String name)
      throws IOException {
    Path file = root.resolve(name);
    if (!disk.exists(file)) {
      return Optional.empty();
    }
    try (DiskFile in = disk.openForRead(file)) {
      // One more than there may be, so that the parser sees that it is too large.
      byte[] bytes = new byte[(int) Math.min(in.size(), StoreIdentity.MAX_SIZE + 1)];
      in.readFully(0, bytes, 0, bytes.length);
      return Optional.of(StoreIdentity.parse(bytes));
    }
  }

  /* A new identity would make the files that are there foreign ones, to be set aside. */
  private static void requireNoStore(Disk disk, Path root) throws IOException {
    for (String folder : FOLDERS) {
      for (Path path : disk.list(root.resolve(folder))) {
        String name = path.toString();
        if (SUFFIXES.stream().anyMatch(name::endsWith)) {
          throw new AofException(
              "store.json is missing beside the files of a store: root="
                  + root
                  + " file="
                  + root.relativize(path)
                  + " action=put store.json back, or choose an empty directory");
        }
      }
    }
  }

  static void write(Disk disk, Path root, StoreIdentity identity) throws IOException {
    write(disk, root, StoreIdentity.KEY, identity);
  }

  static void writeFollower(Disk disk, Path root, StoreIdentity identity) throws IOException {
    write(disk, root, FOLLOWER, identity);
  }

  /** The root is not a follower's any more. */
  static void removeFollower(Disk disk, Path root) throws IOException {
    disk.deleteIfExists(root.resolve(FOLLOWER));
    disk.syncDirectory(root);
  }

  private static void write(Disk disk, Path root, String name, StoreIdentity identity)
      throws IOException {
    Path file = root.resolve(name);
    Path temporary = root.resolve(name + ".tmp");
    disk.deleteIfExists(temporary);
    byte[] bytes = identity.encode();
    try (DiskFile out = disk.create(temporary)) {
      out.write(0, bytes, 0, bytes.length);
      out.force();
    }
    try {
      disk.rename(temporary, file);
      disk.syncDirectory(root);
    } catch (IOException e) {
      // An identity that a power loss can take is none: all other files would be strangers.
      remove(disk, root, name, e);
      throw e;
    }
  }

  static void remove(Disk disk, Path root, @Nullable Exception because) {
    remove(disk, root, StoreIdentity.KEY, because);
  }

  private static void remove(Disk disk, Path root, String name, @Nullable Exception because) {
    try {
      disk.deleteIfExists(root.resolve(name));
      disk.syncDirectory(root);
    } catch (IOException e) {
      if (because != null) {
        because.addSuppressed(e);
      }
    }
  }
}
