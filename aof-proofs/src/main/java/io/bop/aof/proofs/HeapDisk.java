package io.bop.aof.proofs;

import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.io.MappedFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A disk that takes everything and keeps nothing; mappings are {@link HeapFile}s. */
final class HeapDisk implements Disk {

  static final HeapDisk INSTANCE = new HeapDisk();

  private static final int MAPPED = 4_096 + 512;

  @Override
  public void createDirectories(Path directory) {}

  @Override
  public boolean exists(Path path) {
    return true;
  }

  @Override
  public List<Path> list(Path directory) {
    return List.of();
  }

  @Override
  public long size(Path file) {
    return 0;
  }

  @Override
  public DiskFile create(Path file) {
    return NoFile.INSTANCE;
  }

  @Override
  public DiskFile openForWrite(Path file) {
    return NoFile.INSTANCE;
  }

  @Override
  public DiskFile openForRead(Path file) {
    return NoFile.INSTANCE;
  }

  @Override
  public MappedFile map(Path file, long size) {
    return new HeapFile(MAPPED);
  }

  @Override
  public void rename(Path from, Path to) {}

  @Override
  public boolean linkIfAbsent(Path existing, Path name) {
    return true;
  }

  @Override
  public boolean deleteIfExists(Path file) {
    return true;
  }

  @Override
  public void syncDirectory(Path directory) {}

  @Override
  public long usableSpace(Path directory) {
    return 1L << 40;
  }

  @Override
  public Optional<DiskLock> tryLock(Path file) {
    return Optional.empty();
  }
}
