package io.bop.aof.cursor;

import io.bop.aof.AofCursors;
import io.bop.aof.AofException;
import io.bop.aof.Cursor;
import io.bop.aof.NamedCursor;
import io.bop.aof.StorageFullException;
import io.bop.aof.StoreClosedException;
import io.bop.aof.format.CursorEntry;
import io.bop.aof.format.CursorListCodec;
import io.bop.aof.format.CursorSlotCodec;
import io.bop.aof.format.MalformedException;
import io.bop.aof.io.Disk;
import io.bop.aof.io.Host;
import io.bop.aof.io.NoSpaceException;
import io.bop.aof.tier0.WaitSet;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Cursors in files of one directory. Thread-safe. */
public final class CursorFiles implements AofCursors, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CursorFiles.class);
  private static final Pattern CONSUMER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Pattern FILE =
      Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]{0,63})@(\\d{1,18})");
  private static final String TEMPORARY = ".tmp";
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Host host;
  private final Path directory;
  private final UUID storeId;
  private final Map<String, Long> streams = new ConcurrentHashMap<>();
  private final Map<Key, Place> places = new ConcurrentHashMap<>();
  private final WaitSet freed;
  private volatile boolean closed;

  /** Knows none yet; see {@link #load}. */
  public CursorFiles(Host host, Path directory, UUID storeId) {
    this.host = host;
    this.directory = directory;
    this.storeId = storeId;
    this.freed = new WaitSet(host);
  }

  private record Key(String consumer, long streamId) {}

  /* Who set busy owns the file; the rest is read by anybody. */
  private static final class Place {
    final String stream;
    final CursorFile file;
    final AtomicBoolean busy = new AtomicBoolean();
    volatile @Nullable CursorEntry saved;
    volatile @Nullable String damage;

    Place(String stream, CursorFile file) {
      this.stream = stream;
      this.file = file;
    }
  }

  static String fileName(CursorEntry entry) {
    return entry.consumer() + "@" + entry.streamId();
  }

  // ---- opening

  /**
   * Reads what an earlier process saved. Files of streams that are not there any more are deleted.
   *
   * @param streamNames of the streams that are there, by id
   */
  public void load(Map<Long, String> streamNames) throws IOException {
    Disk disk = host.disk();
    if (!disk.exists(directory)) {
      return;
    }
    for (Path path : disk.list(directory)) {
      String name = String.valueOf(path.getFileName());
      var matcher = FILE.matcher(name);
      if (name.endsWith(TEMPORARY)) {
        disk.deleteIfExists(path);
      } else if (matcher.matches()) {
        Key key = new Key(matcher.group(1), Long.parseLong(matcher.group(2)));
        String stream = streamNames.get(key.streamId());
        if (stream == null) {
          disk.deleteIfExists(path);
        } else {
          places.put(key, read(stream, path));
        }
      }
    }
    // Names that a killed process made may not be durable, and files are not made anew.
    disk.syncDirectory(directory);
  }

  private Place read(String stream, Path path) throws IOException {
    Place place = new Place(stream, new CursorFile(host.disk(), path, storeId));
    try {
      place.saved = place.file.read();
    } catch (MalformedException e) {
      log.warn("cursor is damaged: stream={} file={} reason={}", stream, path, e.getMessage());
      place.damage = e.getMessage();
    }
    return place;
  }

  /**
   * Writes what a snapshot in Tier 2 knew, where there is no file: for a store that was restored.
   *
   * @param bytes of the snapshot's extra; null: it had none
   * @param streamNames of the streams that are there, by id
   */
  public void restore(byte @Nullable [] bytes, Map<Long, String> streamNames) throws IOException {
    if (bytes == null) {
      return;
    }
    for (CursorEntry entry : CursorListCodec.decode(bytes)) {
      String stream = streamNames.get(entry.streamId());
      Key key = new Key(entry.consumer(), entry.streamId());
      if (stream != null && CONSUMER.matcher(entry.consumer()).matches()) {
        Place place = places.computeIfAbsent(key, k -> create(k, stream));
        if (place.saved == null) {
          write(place, entry);
        }
      }
    }
  }

  private Place create(Key key, String stream) {
    Path path = directory.resolve(key.consumer() + "@" + key.streamId());
    return new Place(stream, new CursorFile(host.disk(), path, storeId));
  }

  /** All places, for a snapshot. */
  public byte[] image() {
    List<CursorEntry> entries = new ArrayList<>();
    for (Place place : places.values()) {
      CursorEntry saved = place.saved;
      if (saved != null) {
        entries.add(saved);
      }
    }
    entries.sort(Comparator.comparing(CursorEntry::consumer).thenComparing(CursorEntry::streamId));
    return CursorListCodec.encode(entries);
  }

  /** There is a stream of that name. */
  public void addStream(String stream, long streamId) {
    streams.put(stream, streamId);
  }

  /** The stream was deleted, and its cursors with it. */
  public void removeStream(String stream, long streamId) {
    streams.remove(stream, streamId);
    for (Key key : List.copyOf(places.keySet())) {
      if (key.streamId() == streamId) {
        try {
          remove(key, stream);
        } catch (AofException e) {
          log.warn("cursor of a deleted stream stays until the next open: stream={}", stream, e);
        }
      }
    }
  }

  // ---- use

  @Override
  public Optional<NamedCursor> find(String consumer, String stream) {
    requireValid(consumer);
    checkOpen();
    Long id = streams.get(stream);
    Place place = id == null ? null : places.get(new Key(consumer, id));
    if (place == null) {
      return Optional.empty();
    }
    String damage = place.damage;
    if (damage != null) {
      throw new AofException(
          "cursor is damaged: consumer="
              + consumer
              + " stream="
              + stream
              + " file="
              + place.file.path()
              + " reason="
              + damage
              + " action=delete the cursor, and say where the consumer begins");
    }
    return Optional.ofNullable(place.saved).map(entry -> named(place, entry));
  }

  private static NamedCursor named(Place place, CursorEntry entry) {
    return new NamedCursor(
        entry.consumer(),
        place.stream,
        new Cursor(entry.epoch(), entry.offset()),
        Instant.EPOCH.plus(entry.savedAtMicros(), ChronoUnit.MICROS));
  }

  @Override
  public NamedCursor save(String consumer, String stream, Cursor cursor) {
    requireValid(consumer);
    Long id = streams.get(stream);
    if (id == null) {
      throw new IllegalArgumentException("no such stream: stream=" + stream);
    }
    Key key = new Key(consumer, id);
    long now = host.time().wallMicros();
    CursorEntry entry = new CursorEntry(consumer, id, cursor.epoch(), cursor.offset(), now);
    Place place = take(key, stream);
    try {
      write(place, entry);
    } catch (NoSpaceException e) {
      throw new StorageFullException(
          directory.toString(), CursorSlotCodec.FILE_SIZE, freeBytes(e), e);
    } catch (IOException e) {
      throw new AofException(
          "cursor could not be saved: consumer="
              + consumer
              + " stream="
              + stream
              + " file="
              + place.file.path()
              + " cause="
              + e.getMessage(),
          e);
    } finally {
      give(place);
    }
    return named(place, entry);
  }

  private void write(Place place, CursorEntry entry) throws IOException {
    host.disk().createDirectories(directory);
    place.file.write(entry);
    place.saved = entry;
    place.damage = null;
  }

  private long freeBytes(IOException cause) {
    try {
      return host.disk().usableSpace(directory);
    } catch (IOException e) {
      cause.addSuppressed(e);
      return 0;
    }
  }

  /* One save of a cursor at a time; those of others go on meanwhile. */
  private Place take(Key key, String stream) {
    while (true) {
      checkOpen();
      Place place = places.computeIfAbsent(key, k -> create(k, stream));
      long patience = host.time().nanoTime() + PATIENCE_NANOS;
      freed.await(() -> !place.busy.get(), patience, false);
      if (place.busy.compareAndSet(false, true)) {
        if (places.get(key) == place && !closed) {
          return place;
        }
        give(place);
      }
    }
  }

  private void give(Place place) {
    place.busy.set(false);
    freed.wakeAll();
  }

  @Override
  public void delete(String consumer, String stream) {
    requireValid(consumer);
    Long id = streams.get(stream);
    if (id != null && places.containsKey(new Key(consumer, id))) {
      remove(new Key(consumer, id), stream);
    }
  }

  private void remove(Key key, String stream) {
    Place place = take(key, stream);
    try {
      host.disk().deleteIfExists(place.file.path());
      host.disk().syncDirectory(directory);
      places.remove(key, place);
    } catch (IOException e) {
      throw new AofException(
          "cursor could not be deleted: file=" + place.file.path() + " cause=" + e.getMessage(), e);
    } finally {
      give(place);
    }
  }

  @Override
  public List<NamedCursor> list() {
    List<NamedCursor> list = new ArrayList<>();
    for (Place place : places.values()) {
      CursorEntry saved = place.saved;
      if (saved != null) {
        list.add(named(place, saved));
      }
    }
    list.sort(Comparator.comparing(NamedCursor::consumer).thenComparing(NamedCursor::stream));
    return list;
  }

  private void checkOpen() {
    if (closed) {
      throw new StoreClosedException(String.valueOf(directory.getParent()));
    }
  }

  /** Lets those that save come to their end; nothing is written after that. */
  @Override
  public void close() {
    closed = true;
    long patience = host.time().nanoTime() + PATIENCE_NANOS;
    freed.await(() -> places.values().stream().noneMatch(p -> p.busy.get()), patience, false);
  }

  private static void requireValid(String consumer) {
    if (!CONSUMER.matcher(consumer).matches()) {
      throw new IllegalArgumentException(
          "illegal name of a consumer: '" + consumer + "' must be " + CONSUMER);
    }
  }
}
