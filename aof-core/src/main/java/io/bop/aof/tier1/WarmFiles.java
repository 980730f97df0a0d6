package io.bop.aof.tier1;

import io.bop.aof.format.MalformedException;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.io.DiskRoom;
import io.bop.aof.io.Host;
import io.bop.aof.segment.SegmentBytes;
import io.bop.aof.zstd.FrameSetting;
import io.bop.aof.zstd.RangeSource;
import io.bop.aof.zstd.SeekableTail;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The directory of compressed segments, {@code <streamId>/<segmentId>.zst}, both of 20 digits. A
 * file under its final name is complete, durable and was verified. Thread-safe; one job per segment
 * at a time, a second one is an {@link IllegalStateException}.
 *
 * <p>At open: {@link #sweep}, then {@link #list}, before anything else.
 */
public final class WarmFiles implements AutoCloseable {

  /** Compression jobs whose memory is kept for the next ones. */
  private static final int IDLE_LANES = 2;

  private final Host host;
  private final Disk disk;
  private final DiskRoom room;
  private final Path directory;
  private final ConcurrentHashMap<SegmentKey, Entry> entries = new ConcurrentHashMap<>();
  private final Set<SegmentKey> busy = ConcurrentHashMap.newKeySet();
  private final Set<SegmentKey> ending = ConcurrentHashMap.newKeySet();
  private final AtomicLong bytesUsed = new AtomicLong();
  private final ArrayBlockingQueue<CompressionLane> lanes = new ArrayBlockingQueue<>(IDLE_LANES);
  private final WarmQuarantine quarantine;

  /** The files in the directory, which need not exist yet, without a reserve. Touches nothing. */
  public WarmFiles(Host host, Path directory) {
    this(host, directory, new DiskRoom(host.disk(), 0, DiskRoom.Listener.NONE));
  }

  /** The files in the directory, which need not exist yet. Touches nothing. */
  public WarmFiles(Host host, Path directory, DiskRoom room) {
    this.room = room;
    this.host = host;
    this.disk = host.disk();
    this.directory = directory;
    this.quarantine = new WarmQuarantine(disk, directory);
  }

  /** Tells of each file that is set aside and of its new place, on the thread that does it. */
  public void onSetAside(BiConsumer<WarmFileName, Path> listener) {
    quarantine.onMoved(listener);
  }

  private record SegmentKey(long streamId, long segmentId) {}

  /** What is known of a file. */
  private static final class Entry {
    private final long bytes;
    private volatile long lastUsed;

    Entry(long bytes, long lastUsed) {
      this.bytes = bytes;
      this.lastUsed = lastUsed;
    }
  }

  /** Says which files may go. */
  @FunctionalInterface
  public interface Candidate {
    /** Whether the file may be evicted. */
    boolean test(long streamId, long segmentId);
  }

  /**
   * Removes what a crash left half-written, and folders that nothing is in.
   *
   * @return how many files
   */
  public int sweep() throws IOException {
    int removed = 0;
    for (Path stream : disk.list(directory)) {
      if (WarmNames.streamId(stream).isEmpty()) {
        continue;
      }
      int before = removed;
      List<Path> files = disk.list(stream);
      if (files.isEmpty()) {
        disk.deleteIfExists(stream);
      }
      for (Path file : files) {
        if (WarmNames.isTemporary(file) && disk.deleteIfExists(file)) {
          removed++;
        }
      }
      if (removed > before) {
        disk.syncDirectory(stream);
      }
    }
    return removed;
  }

  /** Reads the directory, from where all later sizes count; sorted by stream and segment. */
  public List<WarmFileName> list() throws IOException {
    entries.clear();
    bytesUsed.set(0);
    long now = host.time().nanoTime();
    List<WarmFileName> found = new ArrayList<>();
    for (Path stream : disk.list(directory)) {
      OptionalLong streamId = WarmNames.streamId(stream);
      if (streamId.isEmpty()) {
        continue;
      }
      for (Path file : disk.list(stream)) {
        OptionalLong segmentId = WarmNames.segmentId(file);
        if (segmentId.isPresent()) {
          long bytes = disk.size(file);
          found.add(new WarmFileName(streamId.getAsLong(), segmentId.getAsLong(), bytes));
          bytesUsed.addAndGet(bytes);
          entries.put(
              new SegmentKey(streamId.getAsLong(), segmentId.getAsLong()), new Entry(bytes, now));
        }
      }
    }
    return found;
  }

  /**
   * Compresses a sealed segment. Every record is verified on its way in; the file is forced, read
   * back and verified as a whole before it gets its name, and the name is durable on return. A file
   * that has that name is set aside right before. An interrupt cancels. A job that fails leaves no
   * temporary file; it may be repeated.
   *
   * @param source stays open
   * @param footer of this very segment
   * @throws SegmentDamagedException when the segment is not intact
   * @throws ReadBackException when the disk did not give back what was written
   * @throws IOException when the disk failed or is full, or the job was cancelled
   */
  public WarmFile write(SegmentBytes source, SegmentFooter footer, FrameSetting setting)
      throws IOException {
    SegmentKey key = begin(source.streamId(), source.segmentId());
    try {
      CompressionLane lane = takeLane();
      try (PendingFile pending = pending(key)) {
        lane.compress(source, footer, setting, pending);
        pending.force();
        return publish(key, pending, verify(key, lane, pending));
      } finally {
        putBack(lane);
      }
    } finally {
      busy.remove(key);
    }
  }

  /**
   * Writes a warm file from the bytes of its object. Length and checksum are verified, the file is
   * forced and read back, and its name is durable on return. A file that has that name is set aside
   * right before. A job that fails leaves no temporary file; it may be repeated.
   *
   * @param bytes size of the object
   * @param crc32c CRC32C of the whole object
   * @throws MalformedException when the bytes are not those of the object
   * @throws ReadBackException when the disk did not give back what was written
   * @throws IOException what the fetcher threw, or the disk failed or is full
   */
  public WarmFile hydrate(long streamId, long segmentId, long bytes, int crc32c, Fetcher fetcher)
      throws IOException {
    SegmentKey key = begin(streamId, segmentId);
    try (PendingFile pending = pending(key)) {
      fetcher.fetch(
          (part, offset, length) -> {
            PendingFile.requireLength(bytes, pending.size() + length, false, nameOf(key));
            pending.write(part, offset, length);
          });
      PendingFile.requireLength(bytes, pending.size(), true, nameOf(key));
      if (pending.crc32c() != crc32c) {
        throw new MalformedException(
            0,
            "wrong CRC of object: expected="
                + Integer.toHexString(crc32c)
                + " found="
                + Integer.toHexString(pending.crc32c())
                + " file="
                + nameOf(key));
      }
      SeekableTail tail = SeekableTail.read(pending.source(), bytes, nameOf(key));
      if (tail.footer().segmentId() != segmentId) {
        throw new MalformedException(
            bytes - tail.length(),
            "object of another segment: found="
                + tail.footer().segmentId()
                + " file="
                + nameOf(key));
      }
      pending.force();
      pending.requireReadBack(nameOf(key));
      return publish(key, pending, tail);
    } finally {
      busy.remove(key);
    }
  }

  /**
   * Opens a warm file; counts as a use.
   *
   * @param cache takes the tail and frames
   * @throws IOException when there is none, or it cannot be read
   * @throws MalformedException when its tail is damaged
   */
  public WarmSegmentReader open(long streamId, long segmentId, FrameCache cache)
      throws IOException {
    DiskFile file = disk.openForRead(path(streamId, segmentId));
    try {
      WarmSegmentReader reader = new WarmSegmentReader(this, cache, file, streamId, segmentId);
      touch(streamId, segmentId);
      return reader;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /**
   * What a warm file holds.
   *
   * @param file its size, checksum and frames
   * @param footer of the segment in it
   */
  public record Content(WarmFile file, SegmentFooter footer) {}

  /**
   * Reads a whole file, each byte once and from front to back, and verifies it: frames, records and
   * what its tail says of them. That it is the file of this segment is the caller's to see.
   *
   * @param size of the file
   * @param source of its bytes
   * @throws MalformedException when it is not intact
   */
  public Content verify(long streamId, long segmentId, long size, RangeSource source)
      throws IOException {
    CompressionLane lane = takeLane();
    try {
      ReadBack.Content found = lane.verify(source, size, path(streamId, segmentId).toString());
      SeekableTail tail = found.tail();
      WarmFile file =
          new WarmFile(
              streamId,
              segmentId,
              size,
              found.crc32c(),
              tail.frameCount(),
              tail.length(),
              tail.rawBytes());
      return new Content(file, tail.footer());
    } finally {
      putBack(lane);
    }
  }

  /**
   * Deletes the file durably. Readers that have it open keep it.
   *
   * @return false when there was none
   */
  public boolean delete(long streamId, long segmentId) throws IOException {
    SegmentKey key = begin(streamId, segmentId);
    try {
      // Readers must not look for a file that is about to go, nor take its absence for damage.
      ending.add(key);
      boolean deleted = disk.deleteIfExists(path(streamId, segmentId));
      forget(key);
      if (deleted) {
        disk.syncDirectory(streamDirectory(key));
      }
      return deleted;
    } finally {
      ending.remove(key);
      busy.remove(key);
    }
  }

  /**
   * Sets a damaged file aside, durably, under {@code quarantine/}. It no longer counts.
   *
   * @return where it is now; empty when there was none
   */
  public Optional<Path> quarantine(long streamId, long segmentId) throws IOException {
    SegmentKey key = begin(streamId, segmentId);
    try {
      return Optional.ofNullable(setAside(key));
    } finally {
      busy.remove(key);
    }
  }

  private @Nullable Path setAside(SegmentKey key) throws IOException {
    Path file = path(key.streamId(), key.segmentId());
    if (!disk.exists(file)) {
      forget(key);
      return null;
    }
    try {
      ending.add(key);
      WarmFileName name = new WarmFileName(key.streamId(), key.segmentId(), disk.size(file));
      return quarantine.move(file, name, () -> forget(key));
    } finally {
      ending.remove(key);
    }
  }

  /** Where damaged files are set aside. */
  public Path quarantineFolder() {
    return quarantine.folder();
  }

  /** Removes the folder of a stream, if it is empty: the stream was deleted. */
  public void removeFolder(long streamId) throws IOException {
    Path folder = WarmNames.stream(directory, streamId);
    if (disk.exists(folder) && disk.list(folder).isEmpty() && disk.deleteIfExists(folder)) {
      disk.syncDirectory(directory);
    }
  }

  /** Where the segment's file is, or would be. */
  public Path path(long streamId, long segmentId) {
    return WarmNames.file(directory, streamId, segmentId);
  }

  /** Whether there is a file of the segment. */
  public boolean contains(long streamId, long segmentId) {
    SegmentKey key = new SegmentKey(streamId, segmentId);
    return !ending.contains(key) && entries.containsKey(key);
  }

  /** Size of the segment's file; 0: there is none. */
  public long bytes(long streamId, long segmentId) {
    Entry entry = entries.get(new SegmentKey(streamId, segmentId));
    return entry == null ? 0 : entry.bytes;
  }

  /** Bytes of all files, those being written included; quarantined ones not. */
  public long bytesUsed() {
    return bytesUsed.get();
  }

  /** How many files there are. */
  public int count() {
    return entries.size();
  }

  /** Notes a use of the file now. */
  public void touch(long streamId, long segmentId) {
    Entry entry = entries.get(new SegmentKey(streamId, segmentId));
    if (entry != null) {
      entry.lastUsed = host.time().nanoTime();
    }
  }

  /**
   * When the file was used last, on the monotonic clock; writing and hydrating count. Empty when
   * there is none.
   */
  public OptionalLong lastUsedNanos(long streamId, long segmentId) {
    Entry entry = entries.get(new SegmentKey(streamId, segmentId));
    return entry == null ? OptionalLong.empty() : OptionalLong.of(entry.lastUsed);
  }

  /** The candidate that was not used for longest; of several, that of the lowest segment id. */
  public Optional<WarmFileName> leastRecentlyUsed(Candidate candidate) {
    long now = host.time().nanoTime();
    long longest = Long.MIN_VALUE;
    WarmFileName oldest = null;
    for (var each : entries.entrySet()) {
      SegmentKey key = each.getKey();
      long idle = now - each.getValue().lastUsed;
      boolean older =
          oldest == null
              || idle > longest
              || (idle == longest && key.segmentId() < oldest.segmentId());
      if (older && candidate.test(key.streamId(), key.segmentId())) {
        longest = idle;
        oldest = new WarmFileName(key.streamId(), key.segmentId(), each.getValue().bytes);
      }
    }
    return Optional.ofNullable(oldest);
  }

  /** Gives back memory that is kept between jobs. Jobs must have ended. */
  @Override
  public void close() {
    CompressionLane lane = lanes.poll();
    while (lane != null) {
      lane.close();
      lane = lanes.poll();
    }
  }

  private SegmentKey begin(long streamId, long segmentId) {
    SegmentKey key = new SegmentKey(streamId, segmentId);
    if (!busy.add(key)) {
      throw new IllegalStateException(
          "another job has this segment: streamId=" + streamId + " segmentId=" + segmentId);
    }
    return key;
  }

  private PendingFile pending(SegmentKey key) throws IOException {
    PendingFile.checkInterrupt();
    disk.createDirectories(streamDirectory(key));
    Path temporary = WarmNames.temporary(directory, key.streamId(), key.segmentId());
    return new PendingFile(disk, temporary, room, bytesUsed);
  }

  private WarmFile publish(SegmentKey key, PendingFile pending, SeekableTail tail)
      throws IOException {
    if (entries.containsKey(key)) {
      // It is damaged, or nobody would make it again: until now it was the best that there was.
      setAside(key);
    }
    pending.publish(path(key.streamId(), key.segmentId()));
    entries.put(key, new Entry(pending.size(), host.time().nanoTime()));
    forceName(key);
    return new WarmFile(
        key.streamId(),
        key.segmentId(),
        pending.size(),
        pending.crc32c(),
        tail.frameCount(),
        tail.length(),
        tail.rawBytes());
  }

  /* A name that was not forced does not count; the job that is repeated makes it anew. */
  private void forceName(SegmentKey key) throws IOException {
    try {
      disk.syncDirectory(streamDirectory(key));
    } catch (IOException e) {
      forget(key);
      disk.deleteIfExists(path(key.streamId(), key.segmentId()));
      throw e;
    }
  }

  private SeekableTail verify(SegmentKey key, CompressionLane lane, PendingFile pending)
      throws IOException {
    String name = nameOf(key);
    try {
      ReadBack.Content content = lane.verify(pending.source(), pending.size(), name);
      if (content.crc32c() != pending.crc32c()) {
        throw new MalformedException(pending.size(), "wrong CRC of the file");
      }
      return content.tail();
    } catch (MalformedException e) {
      throw new ReadBackException(
          "warm file does not read back: file=" + name + " reason=" + e.getMessage(), e);
    }
  }

  private void forget(SegmentKey key) {
    Entry entry = entries.remove(key);
    if (entry != null) {
      bytesUsed.addAndGet(-entry.bytes);
    }
  }

  private CompressionLane takeLane() {
    CompressionLane lane = lanes.poll();
    return lane == null ? new CompressionLane() : lane;
  }

  private void putBack(CompressionLane lane) {
    if (!lanes.offer(lane)) {
      lane.close();
    }
  }

  private Path streamDirectory(SegmentKey key) {
    return WarmNames.stream(directory, key.streamId());
  }

  private String nameOf(SegmentKey key) {
    return path(key.streamId(), key.segmentId()).toString();
  }
}
