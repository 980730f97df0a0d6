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

/** The store's identity in its own directory: {@code store.json}, as in Tier 2. */
final class LocalIdentity {

  private static final List<String> FOLDERS = List.of("manifest", "tier0");
  private static final List<String> SUFFIXES = List.of(".mlog", ".snap", ".seg");

  private LocalIdentity() {}

  /** The identity; empty in a directory that holds no store yet. */
  static Optional<StoreIdentity> read(Disk disk, Path root) throws IOException {
    Path file = root.resolve(StoreIdentity.KEY);
    if (!disk.exists(file)) {
      requireNoStore(disk, root);
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
    Path file = root.resolve(StoreIdentity.KEY);
    Path temporary = root.resolve(StoreIdentity.KEY + ".tmp");
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
      remove(disk, root, e);
      throw e;
    }
  }

  static void remove(Disk disk, Path root, @Nullable Exception because) {
    try {
      disk.deleteIfExists(root.resolve(StoreIdentity.KEY));
      disk.syncDirectory(root);
    } catch (IOException e) {
      if (because != null) {
        because.addSuppressed(e);
      }
    }
  }
}
