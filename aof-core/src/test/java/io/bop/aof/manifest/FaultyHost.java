package io.bop.aof.manifest;

import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.io.Entropy;
import io.bop.aof.io.Host;
import io.bop.aof.io.MappedFile;
import io.bop.aof.io.NoSpaceException;
import io.bop.aof.io.Threads;
import io.bop.aof.io.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The real machine with a clock by hand, a trace of what changed files, and faults by plan. */
final class FaultyHost implements Host {

  final List<String> trace = new ArrayList<>();
  long micros = 1_767_323_045_000_000L;

  /** How many of the coming forces of files fail. */
  int failingForces;

  /** How many of the coming forces succeed before they begin to fail. */
  int goodForces;

  /** Files opened for writing and not closed. */
  int openFiles;

  /** Whether writes find the disk full. */
  boolean full;

  /** How many bytes still fit while the disk is full: what is deleted or cut off gives it back. */
  long room;

  /** How many of the coming writes fail. */
  int failingWrites;

  /** How many of the coming forces of directories fail. */
  int failingSyncs;

  private final Host real = Host.system();
  private final Disk disk = new TracedDisk();

  @Override
  public Disk disk() {
    return disk;
  }

  @Override
  public Time time() {
    return new Time() {
      @Override
      public long wallMicros() {
        return micros;
      }

      @Override
      public long nanoTime() {
        return micros * 1_000;
      }
    };
  }

  @Override
  public Entropy entropy() {
    return real.entropy();
  }

  @Override
  public Threads threads() {
    return real.threads();
  }

  private void note(String what, Path path) {
    trace.add(what + " " + path.getFileName());
  }

  private final class TracedDisk implements Disk {
    private final Disk target = real.disk();

    @Override
    public void createDirectories(Path directory) throws IOException {
      target.createDirectories(directory);
    }

    @Override
    public boolean exists(Path path) {
      return target.exists(path);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
      return target.list(directory);
    }

    @Override
    public long size(Path file) throws IOException {
      return target.size(file);
    }

    @Override
    public DiskFile create(Path file) throws IOException {
      note("create", file);
      return new TracedFile(file, target.create(file));
    }

    @Override
    public DiskFile openForWrite(Path file) throws IOException {
      return new TracedFile(file, target.openForWrite(file));
    }

    @Override
    public DiskFile openForRead(Path file) throws IOException {
      return target.openForRead(file);
    }

    @Override
    public MappedFile map(Path file, long size) throws IOException {
      return target.map(file, size);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      note("rename", to);
      target.rename(from, to);
    }

    @Override
    public boolean linkIfAbsent(Path existing, Path name) throws IOException {
      return target.linkIfAbsent(existing, name);
    }

    @Override
    public boolean deleteIfExists(Path file) throws IOException {
      long size = target.exists(file) ? target.size(file) : 0;
      boolean deleted = target.deleteIfExists(file);
      room += full ? size : 0;
      if (deleted) {
        note("delete", file);
      }
      return deleted;
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
      if (failingSyncs > 0) {
        failingSyncs--;
        trace.add("failed sync");
        throw new IOException("EIO");
      }
      trace.add("sync");
      target.syncDirectory(directory);
    }

    @Override
    public long usableSpace(Path directory) throws IOException {
      return target.usableSpace(directory);
    }

    @Override
    public Optional<DiskLock> tryLock(Path file) throws IOException {
      return target.tryLock(file);
    }
  }

  private final class TracedFile implements DiskFile {
    private final Path path;
    private final DiskFile target;

    TracedFile(Path path, DiskFile target) {
      this.path = path;
      this.target = target;
      openFiles++;
    }

    @Override
    public int read(long position, byte[] dst, int offset, int length) throws IOException {
      return target.read(position, dst, offset, length);
    }

    @Override
    public void write(long position, byte[] src, int offset, int length) throws IOException {
      if (failingWrites > 0) {
        failingWrites--;
        note("failed write", path);
        throw new IOException("EIO");
      }
      if (full && (room -= length) < 0) {
        throw new NoSpaceException("disk is full: path=" + path, new IOException("ENOSPC"));
      }
      note("write", path);
      target.write(position, src, offset, length);
    }

    @Override
    public long size() throws IOException {
      return target.size();
    }

    @Override
    public void force() throws IOException {
      if (goodForces > 0) {
        goodForces--;
      } else if (failingForces > 0) {
        failingForces--;
        note("failed force", path);
        throw new IOException("EIO");
      }
      note("force", path);
      target.force();
    }

    @Override
    public void truncate(long size) throws IOException {
      room += full ? target.size() - size : 0;
      target.truncate(size);
    }

    @Override
    public void close() throws IOException {
      openFiles--;
      target.close();
    }
  }
}
