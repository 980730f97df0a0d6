package io.bop.aof.follower;

import io.bop.aof.AofCursors;
import io.bop.aof.AofException;
import io.bop.aof.AofFollower;
import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.CompressionProfile;
import io.bop.aof.DrillReport;
import io.bop.aof.FollowerStatus;
import io.bop.aof.ReadOnlyStoreException;
import io.bop.aof.SalvageRange;
import io.bop.aof.StoreClosedException;
import io.bop.aof.StreamNames;
import io.bop.aof.StreamSnapshot;
import io.bop.aof.Tier2UnavailableException;
import io.bop.aof.io.Host;
import io.bop.aof.io.Threads.Timer;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.manifest.ChunkMissingException;
import io.bop.aof.manifest.ManifestDamagedException;
import io.bop.aof.manifest.StreamLedger;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.read.ReadCounts;
import io.bop.aof.read.ReadView;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open follower. One worker at a time applies chunks; readers see the ledger as it grows. */
public final class FollowerStore implements AofFollower {

  private static final Logger log = LoggerFactory.getLogger(FollowerStore.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(20);

  private final FollowerParts parts;
  private final Host host;
  private final FollowerCache cache;
  private final Drills drills;
  private final WorkerPool poller;
  private final WorkerPool hydrations;
  private final ConcurrentHashMap<String, FollowedStream> streams = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, StreamLedger> known = new ConcurrentHashMap<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  private volatile long newestChunk = -1;
  private volatile long completeAtNanos;
  private volatile long polls;
  private volatile @Nullable String lastError;
  private volatile @Nullable String failure;
  private volatile @Nullable Timer timer;

  // Of the worker that polls.
  private final LookAhead ahead = new LookAhead();
  private boolean torn;
  private boolean stopped;

  /** Made of its parts; {@link #begin} makes it follow. */
  public FollowerStore(FollowerParts parts) {
    this.parts = parts;
    this.host = parts.host();
    this.poller = host.threads().pool("aof-follow", 1);
    this.hydrations = host.threads().pool("aof-hydrate", parts.config().hydration().workers());
    this.drills = new Drills(host, parts.config(), parts.config().listener(), parts.tier2());
    this.cache = new FollowerCache(parts, hydrations);
  }

  /** Applies all that is there, on the calling thread, and looks for more from then on. */
  public void begin() throws IOException {
    while (parts.manifest().advance()) {
      newestChunk = parts.manifest().newestChunk();
    }
    cache.sweep();
    complete();
    lookFarAhead();
    Map<Long, String> names = new HashMap<>();
    known.forEach((name, stream) -> names.put(stream.streamId(), name));
    parts.cursors().load(names);
    schedule();
    drills.start();
  }

  /* What is found at the open may be the old part of a chain that was torn since. */
  private void lookFarAhead() throws ObjectStoreException {
    try {
      for (int doublings = 0; doublings <= LookAhead.DOUBLINGS; doublings++) {
        lookAhead(LookAhead.distanceOf(doublings));
      }
    } catch (ChunkMissingException e) {
      noteTorn(e);
    }
  }

  // ---- following

  private void schedule() {
    if (!closed.get() && !stopped) {
      long delay = parts.config().follower().pollInterval().toNanos();
      timer = host.threads().schedule(delay, () -> poller.execute(this::poll));
    }
  }

  private void poll() {
    if (closed.get()) {
      return;
    }
    try {
      follow();
    } catch (ObjectStoreException | Tier2UnavailableException e) {
      noteError(e);
    } catch (ChunkMissingException e) {
      noteTorn(e);
    } catch (ManifestDamagedException e) {
      stop("the manifest in tier 2 is damaged: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      // Of a newer version, for one. The ledger may have a part of a chunk by now.
      stop("the manifest in tier 2 cannot be followed: " + e.getMessage(), e);
    }
    pollEnded();
    schedule();
  }

  private void follow() throws ObjectStoreException {
    boolean news = applyAll();
    lastError = null;
    if (news) {
      ahead.news();
      mended();
    } else if (!torn) {
      OptionalLong distance = ahead.none();
      if (distance.isPresent()) {
        lookAhead(distance.getAsLong());
      }
    }
    if (!torn) {
      complete();
    }
  }

  private void mended() throws ObjectStoreException {
    if (torn) {
      torn = false;
      failure = null;
      log.info("the chunk that was missing is there, following again: chunk={}", newestChunk);
      lookFarAhead();
    }
  }

  private boolean applyAll() throws ObjectStoreException {
    boolean news = false;
    while (parts.manifest().advance()) {
      news = true;
      lastError = null;
      show();
    }
    return news;
  }

  private void lookAhead(long distance) throws ObjectStoreException {
    if (parts.manifest().lookAhead(distance)) {
      show();
      applyAll();
    }
  }

  /* It may be put back, so the looks for it go on, and with it the follower does. */
  private void noteTorn(ChunkMissingException e) {
    if (!torn) {
      torn = true;
      fail("the manifest in tier 2 is not whole: " + e.getMessage(), e);
    }
  }

  private void stop(String reason, RuntimeException cause) {
    stopped = true;
    fail(reason, cause);
  }

  private void fail(String reason, RuntimeException cause) {
    if (!closed.get()) {
      failure = reason;
      log.error("follower is stuck: root={}", parts.config().root(), cause);
      parts.config().listener().failed("", 0, "follow", cause);
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one worker polls, others only read
  private void pollEnded() {
    polls++;
  }

  private void noteError(Exception e) {
    if (lastError == null) {
      log.warn("follower cannot look for news, trying on: root={}", parts.config().root(), e);
    }
    lastError = String.valueOf(e.getMessage());
  }

  private void complete() {
    completeAtNanos = host.time().nanoTime();
    show();
  }

  private void show() {
    newestChunk = parts.manifest().newestChunk();
    for (StreamLedger stream : parts.manifest().ledger().streams()) {
      if (!stream.deleted() && known.get(stream.name()) != stream) {
        StreamLedger before = known.put(stream.name(), stream);
        if (before != null) {
          // Deleted and created again since the last look; places in the old one mean nothing.
          parts.cursors().removeStream(before.name(), before.streamId());
        }
        parts.cursors().addStream(stream.name(), stream.streamId());
        streams.put(stream.name(), follow(stream));
      }
    }
    streams.values().forEach(FollowedStream::advance);
    streams.keySet().removeIf(name -> parts.manifest().ledger().stream(name) == null);
    known.values().removeIf(this::isGone);
    cache.dropUnwanted();
  }

  private boolean isGone(StreamLedger stream) {
    if (streams.containsKey(stream.name())) {
      return false;
    }
    parts.cursors().removeStream(stream.name(), stream.streamId());
    return true;
  }

  private FollowedStream follow(StreamLedger ledger) {
    FollowedTail tail = new FollowedTail(host, ledger);
    ReadView view =
        new ReadView(
            host,
            tail,
            ledger,
            parts.manifest().ledger()::epoch,
            parts.copies(),
            cache,
            new ReadCounts());
    return new FollowedStream(this, tail, view, parts.warm());
  }

  // ---- state

  void checkOpen() {
    if (closed.get()) {
      throw new StoreClosedException(parts.config().root().toString());
    }
  }

  ReadOnlyStoreException readOnly(String operation) {
    return new ReadOnlyStoreException(operation, parts.config().root().toString());
  }

  @Override
  public AofCursors cursors() {
    checkOpen();
    return parts.cursors();
  }

  /** What it is made of. */
  public FollowerParts parts() {
    return parts;
  }

  /** How many segments are being fetched, to be kept. */
  public int hydrating() {
    return cache.running();
  }

  /** Whether it was closed. */
  public boolean isClosed() {
    return closed.get();
  }

  /** Snapshots of all streams, sorted by name. */
  public List<StreamSnapshot> streamSnapshots() {
    return streams.values().stream()
        .map(FollowedStream::snapshot)
        .sorted(Comparator.comparing(StreamSnapshot::name))
        .toList();
  }

  @Override
  public FollowerStatus status() {
    long behind = Math.max(0, host.time().nanoTime() - completeAtNanos);
    return new FollowerStatus(newestChunk, Duration.ofNanos(behind), polls, lastError, failure);
  }

  @Override
  public AofSnapshot snapshot() {
    return parts.snapshots().apply(this);
  }

  // ---- streams

  @Override
  public AofStream stream(String name) {
    checkOpen();
    StreamNames.requireValid(name);
    FollowedStream stream = streams.get(name);
    if (stream == null) {
      throw readOnly("create stream=" + name);
    }
    return stream;
  }

  @Override
  public Optional<AofStream> findStream(String name) {
    checkOpen();
    return Optional.ofNullable(streams.get(name));
  }

  @Override
  public Set<String> streamNames() {
    checkOpen();
    return Collections.unmodifiableSet(new TreeSet<>(streams.keySet()));
  }

  @Override
  public void deleteStream(String name) {
    checkOpen();
    throw readOnly("delete stream=" + name);
  }

  @Override
  public void compressionProfile(CompressionProfile profile) {
    checkOpen();
    throw readOnly("change the compression profile");
  }

  @Override
  public DrillReport drill() {
    checkOpen();
    return drills.run();
  }

  /** A follower holds nothing of its own. */
  @Override
  public List<SalvageRange> salvageable() {
    checkOpen();
    throw new AofException(
        "store was not taken over, it is a follower: root=" + parts.config().root());
  }

  /** The newest drill; null: none since the open. */
  public @Nullable DrillReport lastDrill() {
    return drills.last();
  }

  // ---- the end

  @Override
  public AofStore promote() {
    checkOpen();
    close();
    return parts.takeover().get();
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    Timer waiting = timer;
    if (waiting != null) {
      waiting.cancel();
    }
    streams.values().forEach(FollowedStream::end);
    cache.close();
    drills.close(CLOSE_LIMIT);
    poller.shutdown(CLOSE_LIMIT);
    parts.cursors().close();
    hydrations.shutdown(CLOSE_LIMIT);
    parts.pools().fetches().shutdown(CLOSE_LIMIT);
    parts.pools().reads().shutdown(CLOSE_LIMIT);
    parts.warm().close();
    parts.tier2().close();
    try {
      parts.lock().close();
    } catch (IOException e) {
      throw new AofException("follower was not closed completely", e);
    }
    log.info("follower closed: root={}", parts.config().root());
  }
}
