package io.bop.aof.spring.testsupport;

import io.bop.aof.AofCursors;
import io.bop.aof.Cursor;
import io.bop.aof.NamedCursor;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Cursors in the heap. */
public final class InMemoryCursors implements AofCursors {

  private final Map<String, NamedCursor> cursors = new ConcurrentHashMap<>();
  private final AtomicInteger saves = new AtomicInteger();
  private volatile @Nullable RuntimeException failure;

  /** Every save fails so from now on; null: none does. */
  public void failSaves(@Nullable RuntimeException value) {
    failure = value;
  }

  /** How many there were. */
  public int saves() {
    return saves.get();
  }

  /** The offset that was saved last, or -1. */
  public long offset(String consumer, String stream) {
    return find(consumer, stream).map(c -> c.cursor().offset()).orElse(-1L);
  }

  /** The stream was deleted. */
  void deleteAll(String stream) {
    cursors.values().removeIf(c -> c.stream().equals(stream));
  }

  @Override
  public Optional<NamedCursor> find(String consumer, String stream) {
    return Optional.ofNullable(cursors.get(consumer + "@" + stream));
  }

  @Override
  public NamedCursor save(String consumer, String stream, Cursor cursor) {
    RuntimeException refusal = failure;
    if (refusal != null) {
      throw refusal;
    }
    saves.incrementAndGet();
    NamedCursor saved = new NamedCursor(consumer, stream, cursor, Instant.EPOCH);
    cursors.put(consumer + "@" + stream, saved);
    return saved;
  }

  @Override
  public void delete(String consumer, String stream) {
    cursors.remove(consumer + "@" + stream);
  }

  @Override
  public List<NamedCursor> list() {
    return cursors.values().stream()
        .sorted(Comparator.comparing(NamedCursor::consumer).thenComparing(NamedCursor::stream))
        .toList();
  }
}
