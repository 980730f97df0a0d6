package io.bop.aof.objectstore.filesystem;

import io.bop.aof.objectstore.filesystem.Sidecars.Sidecar;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Lets the fuzz tests at the sidecars. Stateless. */
public final class SidecarAccess {

  private SidecarAccess() {}

  /** A sidecar's bytes. */
  public static byte[] encode(Map<String, String> metadata) {
    return Sidecars.encode(metadata);
  }

  /** The metadata; empty when the bytes are damaged. */
  public static Optional<Map<String, String>> decode(byte[] bytes) {
    return Optional.ofNullable(Sidecars.decode(bytes));
  }

  /** The entity tag in a sidecar's name, if it is one. */
  public static Optional<String> etag(String text) {
    return Optional.ofNullable(Sidecars.parseName(Path.of("any"), text)).map(Sidecar::etag);
  }
}
