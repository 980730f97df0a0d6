package io.bop.aof.testkit.objectstore;

import io.bop.aof.io.Host;
import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.objectstore.ObjectPage;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.objectstore.ObjectSummary;
import io.bop.aof.objectstore.PutResult;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * An object store that fails on purpose: the next calls as told, or a share of all calls by a seed.
 * Thread-safe. The same seed and the same order of calls give the same faults.
 */
public final class FaultyObjectStore implements ObjectStore {

  private static final long LONG_NANOS = TimeUnit.HOURS.toNanos(1);

  private final Host host;
  private final ObjectStore store;
  private final SplittableRandom random;
  private final Map<ObjectCall, Deque<Fault>> planned = new EnumMap<>(ObjectCall.class);
  private final Map<ObjectCall, Chance> chances = new EnumMap<>(ObjectCall.class);
  private final Map<ObjectCall, Integer> calls = new EnumMap<>(ObjectCall.class);
  private final List<Thread> hanging = new ArrayList<>();
  private int releases;
  private int inFlight;
  private int mostInFlight;

  /** Which call. */
  public enum ObjectCall {
    /** {@link ObjectStore#putIfAbsent}. */
    PUT,
    /** {@link ObjectStore#get}. */
    GET,
    /** {@link ObjectStore#getRange}. */
    GET_RANGE,
    /** {@link ObjectStore#head}. */
    HEAD,
    /** {@link ObjectStore#list}. */
    LIST,
    /** {@link ObjectStore#delete}. */
    DELETE
  }

  private record Chance(double probability, List<Fault> faults) {}

  /** In front of a store that works; owns and closes it. */
  public FaultyObjectStore(Host host, ObjectStore store, long seed) {
    this.host = host;
    this.store = store;
    this.random = new SplittableRandom(seed);
    for (ObjectCall call : ObjectCall.values()) {
      planned.put(call, new ArrayDeque<>());
    }
  }

  /** The next calls of that kind fail so, one each, after those that were planned before. */
  public synchronized FaultyObjectStore next(ObjectCall call, Fault... faults) {
    queue(call).addAll(List.of(faults));
    return this;
  }

  /** Each call of that kind fails with that probability, in one of these ways. */
  public synchronized FaultyObjectStore chance(
      ObjectCall call, double probability, Fault... faults) {
    chances.put(call, new Chance(probability, List.of(faults)));
    return this;
  }

  /** Every call of every kind fails so. */
  public synchronized FaultyObjectStore down(Fault fault) {
    for (ObjectCall call : ObjectCall.values()) {
      chance(call, 1, fault);
    }
    return this;
  }

  /** No more faults; calls that hang go on hanging. */
  public synchronized FaultyObjectStore heal() {
    chances.clear();
    planned.values().forEach(Deque::clear);
    return this;
  }

  /** Ends all calls that hang, with {@link Reason#UNAVAILABLE}. */
  public synchronized void release() {
    releases++;
    hanging.forEach(host.threads()::unpark);
    hanging.clear();
  }

  /** How many calls of that kind came, faulty or not. */
  public synchronized int calls(ObjectCall call) {
    return calls.getOrDefault(call, 0);
  }

  /** How many calls are in here now. */
  public synchronized int inFlight() {
    return inFlight;
  }

  /** The most calls that ever were in here at once. */
  public synchronized int mostInFlight() {
    return mostInFlight;
  }

  @Override
  public PutResult putIfAbsent(String key, ObjectBody body, Map<String, String> metadata)
      throws ObjectStoreException {
    return run(
        ObjectCall.PUT,
        fault -> {
          if (fault instanceof Fault.Rival rival) {
            store.putIfAbsent(key, bodyOf(rival.bytes()), Map.of());
          }
          return store.putIfAbsent(key, body, metadata);
        });
  }

  @Override
  public byte[] get(String key) throws ObjectStoreException {
    return run(
        ObjectCall.GET,
        fault -> {
          byte[] bytes = store.get(key);
          if (fault instanceof Fault.BodyCorrupted && bytes.length > 0) {
            flipBit(ByteBuffer.wrap(bytes), 0, bytes.length);
          }
          return bytes;
        });
  }

  @Override
  public void getRange(String key, long position, ByteBuffer dst) throws ObjectStoreException {
    run(
        ObjectCall.GET_RANGE,
        fault -> {
          int from = dst.position();
          if (fault instanceof Fault.BodyCut cut) {
            int limit = dst.limit();
            dst.limit(from + (int) (dst.remaining() * cut.share()));
            store.getRange(key, position, dst);
            dst.limit(limit);
            throw broken("body was cut");
          }
          store.getRange(key, position, dst);
          if (fault instanceof Fault.BodyCorrupted && dst.position() > from) {
            flipBit(dst, from, dst.position());
          }
          return true;
        });
  }

  @Override
  public Optional<ObjectSummary> head(String key) throws ObjectStoreException {
    return run(ObjectCall.HEAD, fault -> store.head(key));
  }

  @Override
  public ObjectPage list(String prefix, @Nullable String after, int limit)
      throws ObjectStoreException {
    return run(
        ObjectCall.LIST,
        fault -> {
          ObjectPage page = store.list(prefix, after, limit);
          if (fault instanceof Fault.StaleList stale) {
            int kept = Math.max(0, page.objects().size() - stale.missing());
            return new ObjectPage(page.objects().subList(0, kept), page.more());
          }
          return page;
        });
  }

  @Override
  public void delete(String key) throws ObjectStoreException {
    run(
        ObjectCall.DELETE,
        fault -> {
          store.delete(key);
          return true;
        });
  }

  @Override
  public String describe() {
    return "faulty:" + store.describe();
  }

  @Override
  public void close() {
    store.close();
  }

  private interface Action<T> {
    T run(@Nullable Fault fault) throws ObjectStoreException;
  }

  private <T> T run(ObjectCall call, Action<T> action) throws ObjectStoreException {
    @Nullable Fault fault = enter(call);
    try {
      before(call, fault);
      T result = action.run(fault);
      if (fault instanceof Fault.AnswerLost lost) {
        throw new ObjectStoreException(lost.reason(), "injected: answer lost call=" + call, null);
      }
      return result;
    } finally {
      leave();
    }
  }

  private void before(ObjectCall call, @Nullable Fault fault) throws ObjectStoreException {
    if (fault instanceof Fault.Fails fails) {
      throw new ObjectStoreException(fails.reason(), "injected: call=" + call, null);
    }
    try {
      if (fault instanceof Fault.Slow slow) {
        host.threads().sleep(slow.by().toNanos());
      } else if (fault instanceof Fault.Hangs hangs) {
        hang(hangs.hearsInterrupts());
        throw broken("hung call was released");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ObjectStoreException(Reason.CANCELLED, "interrupted: call=" + call, e);
    }
    if (fault instanceof Fault.BodyCut && call != ObjectCall.GET_RANGE) {
      throw broken("body was cut");
    }
  }

  /* Through the host, so that a simulation knows who waits. */
  private void hang(boolean hearsInterrupts) throws InterruptedException {
    int mine;
    synchronized (this) {
      mine = releases;
      hanging.add(Thread.currentThread());
    }
    while (isHeld(mine)) {
      host.threads().park(this, LONG_NANOS);
      if (Thread.interrupted() && hearsInterrupts) {
        throw new InterruptedException();
      }
    }
  }

  private synchronized boolean isHeld(int since) {
    return releases == since;
  }

  private synchronized @Nullable Fault enter(ObjectCall call) {
    calls.merge(call, 1, Integer::sum);
    inFlight++;
    mostInFlight = Math.max(mostInFlight, inFlight);
    @Nullable Fault next = queue(call).poll();
    @Nullable Chance chance = chances.get(call);
    if (next != null || chance == null || random.nextDouble() >= chance.probability()) {
      return next;
    }
    return chance.faults().get(random.nextInt(chance.faults().size()));
  }

  private synchronized void leave() {
    inFlight--;
  }

  private Deque<Fault> queue(ObjectCall call) {
    return planned.computeIfAbsent(call, any -> new ArrayDeque<>());
  }

  private synchronized void flipBit(ByteBuffer bytes, int from, int to) {
    int at = from + random.nextInt(to - from);
    bytes.put(at, (byte) (bytes.get(at) ^ 1 << random.nextInt(Byte.SIZE)));
  }

  private static ObjectStoreException broken(String what) {
    return new ObjectStoreException(Reason.UNAVAILABLE, "injected: " + what, null);
  }

  private static ObjectBody bodyOf(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    return new ObjectBody.OfBytes(bytes, (int) crc.getValue());
  }
}
