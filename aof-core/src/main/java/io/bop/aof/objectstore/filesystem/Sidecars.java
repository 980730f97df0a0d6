package io.bop.aof.objectstore.filesystem;

import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.objectstore.ObjectMetadata;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Metadata of objects, each in a small text file of its own. Thread-safe.
 *
 * <pre>
 *   aof-object 1
 *   aof-crc32c=e3069283
 *   aof-epoch=7
 *   end 4a17b156                CRC32C of all bytes before this line
 * </pre>
 */
final class Sidecars {

  /*
   * A sidecar belongs to a key and a content, not to a put: its name carries checksum and size. So
   * it can be durable before the object is linked, and a putter that loses the race for the key
   * leaves, at worst, a sidecar for bytes that nobody has, which no reader takes for the winner's.
   * Two putters of the same bytes share the sidecar of the first.
   */

  private static final String FIRST_LINE = "aof-object 1\n";
  private static final String LAST_LINE = "end ";
  private static final int MAX_SIZE = 16 * 1024;

  private final Disk disk;
  private final StorePaths paths;

  Sidecars(Disk disk, StorePaths paths) {
    this.disk = disk;
    this.paths = paths;
  }

  /** What the name of a sidecar says. */
  record Sidecar(Path path, int crc32c, long size) {
    String etag() {
      return StorePaths.etag(crc32c, size);
    }
  }

  /**
   * Makes the metadata durable.
   *
   * @return true when there was none for this content before
   */
  boolean write(String key, ObjectBody body, Map<String, String> metadata, Path temporary)
      throws IOException {
    Path sidecar = paths.sidecar(key, body.crc32c(), body.size());
    Path folder = StorePaths.parentOf(sidecar);
    byte[] bytes = encode(metadata);
    try {
      try (DiskFile file = disk.create(temporary)) {
        file.write(0, bytes, 0, bytes.length);
        file.force();
      }
      disk.createDirectories(folder);
      boolean created = disk.linkIfAbsent(temporary, sidecar);
      // Also when another putter made it: it may not have come to this line yet.
      disk.syncDirectory(folder);
      return created;
    } finally {
      disk.deleteIfExists(temporary);
    }
  }

  /** All sidecars of the key, of whatever content. */
  List<Sidecar> find(String key) throws IOException {
    return inFolder(StorePaths.folderOf(key)).getOrDefault(StorePaths.nameOf(key), List.of());
  }

  /** The sidecars in a folder, by the last segment of the key. */
  Map<String, List<Sidecar>> inFolder(String folder) throws IOException {
    Map<String, List<Sidecar>> found = new HashMap<>();
    for (Path path : disk.list(paths.sidecarFolder(folder))) {
      String name = StorePaths.nameOf(path);
      int tilde = name.indexOf('~');
      @Nullable Sidecar sidecar = tilde < 0 ? null : parseName(path, name.substring(tilde + 1));
      if (sidecar != null) {
        found.computeIfAbsent(name.substring(0, tilde), any -> new ArrayList<>()).add(sidecar);
      }
    }
    return found;
  }

  Map<String, String> read(String key, Sidecar sidecar) throws IOException {
    try (DiskFile file = disk.openForRead(sidecar.path())) {
      byte[] bytes = new byte[(int) Math.min(file.size(), MAX_SIZE)];
      file.readFully(0, bytes, 0, bytes.length);
      @Nullable Map<String, String> metadata = decode(bytes);
      if (metadata == null) {
        throw DiskFailures.corrupt(key, "error=metadata is damaged file=" + sidecar.path());
      }
      return metadata;
    }
  }

  /** Removes one sidecar; need not be durable, since a stale one does no harm. */
  void delete(Sidecar sidecar) throws IOException {
    disk.deleteIfExists(sidecar.path());
  }

  static @Nullable Sidecar parseName(Path path, String etag) {
    int dash = etag.indexOf('-');
    if (dash != 2 * Integer.BYTES) {
      return null;
    }
    try {
      int crc32c = HexFormat.fromHexDigits(etag, 0, dash);
      Sidecar sidecar = new Sidecar(path, crc32c, Long.parseLong(etag.substring(dash + 1)));
      return sidecar.etag().equals(etag) && sidecar.size() >= 0 ? sidecar : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  static byte[] encode(Map<String, String> metadata) {
    StringBuilder text = new StringBuilder(FIRST_LINE);
    new TreeMap<>(metadata).forEach((name, value) -> text.append(name + "=" + value + "\n"));
    String end = LAST_LINE + checksum(text) + "\n";
    return text.append(end).toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /* Latin 1 keeps every byte as it is; a decoder of ASCII would take all foreign ones for one. */
  static @Nullable Map<String, String> decode(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int end = text.lastIndexOf(LAST_LINE);
    if (!text.startsWith(FIRST_LINE) || end < 0) {
      return null;
    }
    String content = text.substring(0, end);
    if (!text.substring(end).equals(LAST_LINE + checksum(content) + "\n")) {
      return null;
    }
    Map<String, String> metadata = new HashMap<>();
    content.lines().skip(1).forEach(line -> addEntry(metadata, line));
    return metadata;
  }

  private static void addEntry(Map<String, String> metadata, String line) {
    int equals = line.indexOf('=');
    if (equals > 0) {
      metadata.put(line.substring(0, equals), line.substring(equals + 1));
    }
  }

  private static String checksum(CharSequence text) {
    CRC32C crc = new CRC32C();
    crc.update(text.toString().getBytes(StandardCharsets.ISO_8859_1));
    return ObjectMetadata.crc32cText((int) crc.getValue());
  }
}
