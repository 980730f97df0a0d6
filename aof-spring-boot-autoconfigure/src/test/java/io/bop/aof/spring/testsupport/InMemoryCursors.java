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

/** Cursors in the heap. */
final class InMemoryCursors implements AofCursors {

  private final Map<String, NamedCursor> cursors = new ConcurrentHashMap<>();

  @Override
  public Optional<NamedCursor> find(String consumer, String stream) {
    return Optional.ofNullable(cursors.get(consumer + "@" + stream));
  }

  @Override
  public NamedCursor save(String consumer, String stream, Cursor cursor) {
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
