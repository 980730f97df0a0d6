package io.bop.aof.testkit.simulation;

import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.io.Host;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of every disk have in common: the real one, or the simulated one. */
abstract class DiskContract {

  enum Kind {
    SYSTEM,
    SIMULATED
  }

  final Disk disk;
  Path root = Path.of("");
  Path file = Path.of("");

  DiskContract(Kind kind) {
    disk = kind == Kind.SYSTEM ? Host.system().disk() : new SimulatedDisk(1);
  }

  @BeforeEach
  void makeRoot(@TempDir Path folder) throws IOException {
    root = folder.resolve("root");
    file = root.resolve("file");
    disk.createDirectories(root);
  }

  // ---- words

  void write(Path path, String text) throws IOException {
    byte[] bytes = bytes(text);
    try (DiskFile out = disk.exists(path) ? disk.openForWrite(path) : disk.create(path)) {
      out.write(0, bytes, 0, bytes.length);
      out.truncate(bytes.length);
    }
  }

  String read(Path path) throws IOException {
    try (DiskFile in = disk.openForRead(path)) {
      return text(in);
    }
  }

  static String text(DiskFile in) throws IOException {
    return text(in, 0, (int) in.size());
  }

  static String text(DiskFile in, long position, int length) throws IOException {
    byte[] bytes = new byte[length];
    in.readFully(position, bytes, 0, length);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static String text(ByteBuffer buffer, int position, int length) {
    byte[] bytes = new byte[length];
    buffer.get(position, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
