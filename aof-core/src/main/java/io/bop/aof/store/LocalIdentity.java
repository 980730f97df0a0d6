package io.bop.aof.store;

import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.tier2.StoreIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The store's identity in its own directory: {@code store.json}, as in Tier 2. */
final class LocalIdentity {

  private LocalIdentity() {}

  static Optional<StoreIdentity> read(Disk disk, Path root) throws IOException {
    Path file = root.resolve(StoreIdentity.KEY);
    if (!disk.exists(file)) {
      return Optional.empty();
    }
    byte[] bytes = new byte[(int) disk.size(file)];
    try (DiskFile in = disk.openForRead(file)) {
      in.readFully(0, bytes, 0, bytes.length);
    }
    return Optional.of(StoreIdentity.parse(bytes));
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
    disk.rename(temporary, file);
    disk.syncDirectory(root);
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
