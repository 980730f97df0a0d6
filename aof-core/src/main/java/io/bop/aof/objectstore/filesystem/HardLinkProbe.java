package io.bop.aof.objectstore.filesystem;

import io.bop.aof.io.Disk;
import io.bop.aof.io.NoSpaceException;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Finds out at start whether the file system has hard links, and whether they are create-only. */
record HardLinkProbe(Disk disk, StorePaths paths) {

  void run(Path file, Path name) throws IOException {
    try {
      disk.create(file).close();
      if (!disk.linkIfAbsent(file, name) || disk.linkIfAbsent(file, name)) {
        throw unsupported(null);
      }
    } catch (ObjectStoreException | NoSpaceException e) {
      throw e;
    } catch (IOException | UnsupportedOperationException e) {
      // The file itself could be made, so it is the link that failed.
      throw disk.exists(file) ? unsupported(e) : asIoException(e);
    } finally {
      disk.deleteIfExists(name);
      disk.deleteIfExists(file);
    }
  }

  private ObjectStoreException unsupported(@Nullable Exception cause) {
    return new ObjectStoreException(
        Reason.UNAVAILABLE,
        "file system has no hard links, which the filesystem object store needs: path="
            + paths.root()
            + " action=use a file system with hard links, or tier2.type=s3",
        cause);
  }

  private static IOException asIoException(Exception e) {
    return e instanceof IOException io ? io : new IOException(e);
  }
}
