package io.bop.aof.objectstore.filesystem;

import io.bop.aof.io.Entropy;
import io.bop.aof.objectstore.ObjectKeys;
import io.bop.aof.objectstore.ObjectMetadata;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * Where everything lies below the root. Immutable.
 *
 * <pre>
 *   &lt;key&gt;                              the object, byte for byte
 *   .meta/&lt;key&gt;~&lt;crc32c&gt;-&lt;size&gt;         metadata of the object with that key and content
 *   .tmp/&lt;random&gt;.part                 on its way in
 *   .tmp/lock                          held by the process that may sweep {@code .tmp}
 * </pre>
 *
 * <p>No key begins with a dot and no key has a tilde, so nothing of this can be mistaken for an
 * object.
 */
record StorePaths(Path root) {

  private static final String TEMPORARY_SUFFIX = ".part";

  Path temporaryFolder() {
    return root.resolve(".tmp");
  }

  Path sidecarRoot() {
    return root.resolve(".meta");
  }

  Path lock() {
    return temporaryFolder().resolve("lock");
  }

  Path newTemporary(Entropy entropy) {
    String name = HexFormat.of().toHexDigits(entropy.nextLong());
    return temporaryFolder().resolve(name + TEMPORARY_SUFFIX);
  }

  static boolean isTemporary(Path path) {
    return nameOf(path).endsWith(TEMPORARY_SUFFIX);
  }

  /** The file of the object; its parent is the folder to sync. */
  Path object(String key) {
    return root.resolve(ObjectKeys.check(key));
  }

  /** The folder of that part of the tree; {@code folder} is empty or ends with a slash. */
  Path objectFolder(String folder) {
    return folder.isEmpty() ? root : root.resolve(folder);
  }

  Path sidecarFolder(String folder) {
    return folder.isEmpty() ? sidecarRoot() : sidecarRoot().resolve(folder);
  }

  Path sidecar(String key, int crc32c, long size) {
    return sidecarFolder(folderOf(key)).resolve(nameOf(key) + "~" + etag(crc32c, size));
  }

  static String etag(int crc32c, long size) {
    return ObjectMetadata.crc32cText(crc32c) + "-" + size;
  }

  static String folderOf(String key) {
    return key.substring(0, key.lastIndexOf('/') + 1);
  }

  static String nameOf(String key) {
    return key.substring(key.lastIndexOf('/') + 1);
  }

  static String nameOf(Path path) {
    Path name = path.getFileName();
    return name == null ? "" : name.toString();
  }

  static Path parentOf(Path file) {
    Path parent = file.getParent();
    if (parent == null) {
      throw new IllegalArgumentException("file has no folder: file=" + file);
    }
    return parent;
  }
}
