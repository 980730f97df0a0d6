package io.bop.aof.spring.testsupport;

import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.CompressionProfile;
import io.bop.aof.DrillReport;
import io.bop.aof.SalvageRange;
import io.bop.aof.StoreClosedException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** A store in the heap, as far as the template needs one. */
public final class InMemoryStore implements AofStore {

  private final Map<String, InMemoryStream> streams = new ConcurrentHashMap<>();
  private final InMemoryCursors cursors = new InMemoryCursors();
  private volatile AofSnapshot snapshot = Snapshots.healthy();
  private volatile boolean closed;

  /** What {@link #snapshot()} returns from now on. */
  public void snapshot(AofSnapshot value) {
    this.snapshot = value;
  }

  /** Whether it was closed. */
  public boolean isClosed() {
    return closed;
  }

  /** The stream as its own class. */
  public InMemoryStream inMemory(String name) {
    return streams.computeIfAbsent(name, InMemoryStream::new);
  }

  @Override
  public AofStream stream(String name) {
    checkOpen();
    return inMemory(name);
  }

  private void checkOpen() {
    if (closed) {
      throw new StoreClosedException("memory");
    }
  }

  @Override
  public Optional<AofStream> findStream(String name) {
    checkOpen();
    return Optional.ofNullable(streams.get(name));
  }

  @Override
  public Set<String> streamNames() {
    checkOpen();
    return new TreeSet<>(streams.keySet());
  }

  @Override
  public void deleteStream(String name) {
    streams.remove(name);
    cursors.deleteAll(name);
  }

  @Override
  public InMemoryCursors cursors() {
    return cursors;
  }

  @Override
  public AofSnapshot snapshot() {
    return snapshot;
  }

  @Override
  public List<SalvageRange> salvageable() {
    throw new UnsupportedOperationException("nobody takes over a store in memory");
  }

  @Override
  public DrillReport drill() {
    throw new UnsupportedOperationException("a store in memory has no tier 2");
  }

  @Override
  public void compressionProfile(CompressionProfile profile) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    closed = true;
  }
}
