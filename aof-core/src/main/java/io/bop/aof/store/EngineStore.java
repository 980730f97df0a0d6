package io.bop.aof.store;

import io.bop.aof.AofConfig;
import io.bop.aof.AofCursors;
import io.bop.aof.AofException;
import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.CompressionProfile;
import io.bop.aof.DrillReport;
import io.bop.aof.Durability;
import io.bop.aof.RecoveryReport;
import io.bop.aof.SalvageRange;
import io.bop.aof.StaleWriterException;
import io.bop.aof.StorageFullException;
import io.bop.aof.StoreClosedException;
import io.bop.aof.StreamClosedException;
import io.bop.aof.StreamConfig;
import io.bop.aof.StreamNames;
import io.bop.aof.coordinator.Pending;
import io.bop.aof.follower.Drills;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SlotState;
import io.bop.aof.manifest.StreamLedger;
import io.bop.aof.read.HotTail;
import io.bop.aof.read.ReadCounts;
import io.bop.aof.read.ReadView;
import io.bop.aof.recovery.Fence;
import io.bop.aof.recovery.RecoveredStream;
import io.bop.aof.recovery.Salvage;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.tier0.HotContext;
import io.bop.aof.tier0.HotOptions;
import io.bop.aof.tier0.HotStream;
import io.bop.aof.tier0.SizeClass;
import io.bop.aof.tier0.SlotPool;
import io.bop.aof.tier2.Tier2;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open store. */
final class EngineStore implements AofStore {

  private static final Logger log = LoggerFactory.getLogger(EngineStore.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(20);

  private final StoreParts parts;
  private final RecoveryReport recovery;
  private final HotContext context;
  private final Drills drills;
  private final AppendSamples samples;
  private final Waits waits = new Waits();
  private final ConcurrentHashMap<String, EngineStream> streams = new ConcurrentHashMap<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  EngineStore(StoreParts parts, RecoveryReport recovery) {
    this.parts = parts;
    this.recovery = recovery;
    this.drills = new Drills(parts.host(), parts.config(), parts.listener(), parts.tier2());
    this.samples = new AppendSamples(parts.listener(), parts.host().time());
    this.context =
        new HotContext(
            parts.host(),
            parts.storeId(),
            parts.epoch(),
            parts.slots(),
            parts.pages(),
            parts.pools().flush(),
            parts.pools().completions(),
            new CountedEvents(parts.coordinator(), waits));
  }

  /** Adds a stream that was there before. */
  void addRecovered(long streamId, RecoveredStream recovered) {
    StreamLedger ledger = parts.ledger().stream(streamId);
    if (ledger != null) {
      add(ledger, recovered);
    }
  }

  private EngineStream add(StreamLedger ledger, RecoveredStream recovered) {
    return streams.computeIfAbsent(ledger.name(), name -> create(ledger, recovered));
  }

  private EngineStream create(StreamLedger ledger, RecoveredStream recovered) {
    SegmentHeader header =
        new SegmentHeader(
            parts.storeId(),
            0,
            ledger.streamId(),
            recovered.lastSegmentId(),
            recovered.nextOffset(),
            recovered.nextBytes(),
            SizeClass.SMALL.bytes(),
            parts.host().time().wallMicros(),
            parts.epoch(),
            SlotState.IN_USE);
    HotStream hot =
        new HotStream(ledger.name(), context, options(ledger.name()), HotSegment.origin(header));
    if (recovered.refusal() != null) {
      hot.refuse(recovered.refusal());
    }
    parts.coordinator().register(hot);
    parts.cursors().addStream(ledger.name(), ledger.streamId());
    ReadView view =
        new ReadView(
            parts.host(),
            new HotTail(hot),
            ledger,
            parts::epoch,
            parts.copies(),
            parts.coordinator(),
            new ReadCounts());
    return new EngineStream(this, hot, view, durability(ledger.name()));
  }

  private HotOptions options(String name) {
    AofConfig config = parts.config();
    StreamConfig own = config.streams().getOrDefault(name, StreamConfig.inherited());
    long largest = own.segmentMaxSize() != null ? own.segmentMaxSize() : config.segment().maxSize();
    long smallest = Math.min(config.segment().minSize(), largest);
    long unflushed =
        own.maxUnflushed() != null ? own.maxUnflushed() : config.flush().maxUnflushed();
    return new HotOptions(
        SizeClass.of(smallest),
        SizeClass.of(largest),
        config.flush().interval().toNanos(),
        Math.min(config.flush().watermark(), unflushed),
        unflushed,
        config.appendTimeout().toNanos());
  }

  private Durability durability(String name) {
    StreamConfig own = parts.config().streams().getOrDefault(name, StreamConfig.inherited());
    Durability set = own.durability();
    return set != null ? set : parts.config().durability();
  }

  /** Another writer took over before: nothing is written any more. */
  void fence(StaleWriterException stale) {
    parts.coordinator().fence(stale);
    streams.values().forEach(stream -> stream.hot().refuse(stale));
  }

  StoreParts parts() {
    return parts;
  }

  RecoveryReport recovery() {
    return recovery;
  }

  AppendSamples samples() {
    return samples;
  }

  Waits waits() {
    return waits;
  }

  boolean isClosed() {
    return closed.get();
  }

  void checkOpen() {
    if (closed.get()) {
      throw new StoreClosedException(parts.config().root().toString());
    }
  }

  // ---- streams

  @Override
  public AofStream stream(String name) {
    checkOpen();
    EngineStream known = streams.get(name);
    if (known != null) {
      return known;
    }
    StreamNames.requireValid(name);
    Pending<StreamLedger> answer = new Pending<>(parts.host());
    parts.coordinator().createStream(name, answer);
    StreamLedger ledger = await(answer, "creation of stream " + name);
    EngineStream added = add(ledger, new RecoveredStream(0, 0, 0, null));
    if (closed.get()) {
      // A close that began meanwhile may not have met it, and would not wait for its records.
      added.hot().end(new StoreClosedException(parts.config().root().toString()));
    }
    checkOpen();
    return added;
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
    EngineStream stream = streams.get(name);
    if (stream == null) {
      return;
    }
    StorageFullException full = parts.coordinator().storageFull();
    if (full != null) {
      throw full;
    }
    stream.hot().end(new StreamClosedException(name));
    parts.coordinator().unregister(stream.hot());
    Pending<Boolean> answer = new Pending<>(parts.host());
    parts.coordinator().deleteStream(stream.hot().id(), answer);
    await(answer, "deletion of stream " + name);
    streams.remove(name, stream);
    parts.cursors().removeStream(name, stream.hot().id());
  }

  /** Waits for the coordinator; when that cannot record anything, the disk is why. */
  <T> T await(Pending<T> answer, String what) {
    return await(answer, what, parts.config().appendTimeout());
  }

  /** The same, as long as {@code limit}. */
  <T> T await(Pending<T> answer, String what, Duration limit) {
    try {
      return answer.await(what, limit.toNanos());
    } catch (AofException e) {
      StorageFullException full = parts.coordinator().storageFull();
      if (full == null || e instanceof StorageFullException) {
        throw e;
      }
      full.addSuppressed(e);
      throw full;
    }
  }

  Iterable<EngineStream> streams() {
    return streams.values();
  }

  // ---- the rest

  @Override
  public AofCursors cursors() {
    checkOpen();
    return parts.cursors();
  }

  @Override
  public AofSnapshot snapshot() {
    return StoreSnapshots.take(this);
  }

  @Override
  public DrillReport drill() {
    checkOpen();
    return drills.run();
  }

  @Override
  public List<SalvageRange> salvageable() {
    checkOpen();
    Path root = parts.config().root();
    Tier2 tier2 = parts.tier2();
    try {
      Optional<StaleWriterException> stale = Fence.read(parts.host().disk(), root);
      if (stale.isEmpty() || tier2 == null) {
        throw new AofException("store was not taken over: root=" + root);
      }
      return Salvage.ranges(root, stale.get(), tier2, parts.ledger(), this::durableOffset);
    } catch (IOException e) {
      throw new AofException(
          "what is to be salvaged could not be found out: root="
              + root
              + " cause="
              + e.getMessage(),
          e);
    }
  }

  private long durableOffset(StreamLedger ledger) {
    EngineStream stream = streams.get(ledger.name());
    return stream == null ? 0 : stream.durableOffset();
  }

  Drills drills() {
    return drills;
  }

  @Override
  public void compressionProfile(CompressionProfile profile) {
    checkOpen();
    parts.coordinator().compressionProfile(profile);
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    long started = parts.host().time().nanoTime();
    StoreClosedException reason = new StoreClosedException(parts.config().root().toString());
    AofException failure = null;
    drills.close(CLOSE_LIMIT);
    for (EngineStream stream : streams.values()) {
      stream.hot().end(reason);
    }
    try {
      parts.coordinator().finishSeals(CLOSE_LIMIT);
      parts.coordinator().close(CLOSE_LIMIT);
    } catch (IOException | RuntimeException e) {
      failure = new AofException("store was not closed cleanly; the next open recovers it", e);
    }
    failure = closeParts(failure == null ? notDurable() : failure);
    if (failure != null) {
      throw failure;
    }
    log.info(
        "store closed: root={} tookMillis={}",
        parts.config().root(),
        (parts.host().time().nanoTime() - started) / 1_000_000);
  }

  /* A close that returns says that all is durable. */
  private @Nullable AofException notDurable() {
    for (EngineStream stream : streams.values()) {
      AofException poison = stream.hot().poisoned();
      if (poison != null) {
        return new AofException("store was not closed cleanly; the next open recovers it", poison);
      }
      if (stream.durableOffset() < stream.nextOffset()) {
        return new AofException(
            "store was closed, but records could not be made durable: stream="
                + stream.name()
                + " durable="
                + stream.durableOffset()
                + " next="
                + stream.nextOffset()
                + " action=check the disk, then reopen",
            stream.hot().commits().failure());
      }
    }
    return null;
  }

  private @Nullable AofException closeParts(@Nullable AofException before) {
    AofException failure = before;
    parts.pools().flush().shutdown(CLOSE_LIMIT);
    parts.pools().fetches().shutdown(CLOSE_LIMIT);
    parts.pools().reads().shutdown(CLOSE_LIMIT);
    parts.pools().completions().shutdown(CLOSE_LIMIT);
    parts.slots().close(CLOSE_LIMIT);
    for (EngineStream stream : streams.values()) {
      for (HotSegment segment : stream.hot().segments()) {
        // Whoever is between claim and commit writes into the mapping: then it stays.
        segment.trip();
        if (segment.isComplete()) {
          segment.retire(() -> {});
        } else {
          SlotPool.neverUseAgain(parts.host().disk(), segment.slot());
        }
      }
    }
    try {
      parts.cursors().close();
      parts.warm().close();
      if (parts.tier2() != null) {
        parts.tier2().close();
      }
      parts.lock().close();
    } catch (IOException | RuntimeException e) {
      AofException closing = new AofException("store was not closed completely", e);
      if (failure == null) {
        failure = closing;
      } else {
        failure.addSuppressed(closing);
      }
    }
    return failure;
  }
}
