package io.bop.aof.testkit.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofFollower;
import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.Durability;
import io.bop.aof.ReadFrom;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.SeededRandom;
import io.bop.aof.testkit.objectstore.FaultyObjectStore;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A simulated machine with an empty disk, and a bucket that it shares with others. */
final class BucketMachine implements AutoCloseable {

  static final Path ROOT = Path.of("/data/store");
  static final Duration LONG_ENOUGH = Duration.ofMinutes(10);
  private static final Duration LATENCY = Duration.ofMillis(5);
  private static final long MIB = 1024 * 1024;
  private static final int SIZE = 10_000;

  private final MemoryBucket bucket;
  private final UnaryOperator<AofConfig.Builder> settings;
  private SimulatedHost host;
  private @Nullable FaultyObjectStore faults;

  BucketMachine(long seed, MemoryBucket bucket, UnaryOperator<AofConfig.Builder> settings) {
    this.bucket = bucket;
    this.settings = settings;
    this.host = new SimulatedHost(seed);
  }

  BucketMachine(long seed, MemoryBucket bucket) {
    this(seed, bucket, builder -> builder);
  }

  SimulatedHost host() {
    return host;
  }

  AofConfig config() {
    AofConfig.Builder builder =
        AofConfig.builder(ROOT)
            .maxRecordSize(256 * 1024)
            .reserveBytes(0)
            .appendTimeout(Duration.ofMinutes(1))
            .segment(s -> s.withMaxSize(MIB))
            .tier0(t -> t.withMaxBytes(16 * MIB));
    return settings.apply(builder).build();
  }

  private ObjectStore objects() {
    faults = new FaultyObjectStore(host, bucket.on(host, LATENCY), 1);
    return faults;
  }

  /** What this machine meets on its way to the bucket, since the last open. */
  FaultyObjectStore faults() {
    return Objects.requireNonNull(faults, "open a store first");
  }

  AofFollower openFollower() {
    return call(() -> Engine.openFollower(config(), host, this::objects));
  }

  AofStore open() {
    return call(() -> Engine.open(config(), host, objects()));
  }

  /** Without the bucket. */
  AofStore openAlone() {
    return call(() -> Engine.open(config(), host));
  }

  AofStore restore() {
    return call(() -> Engine.restore(config(), host, objects()));
  }

  <T> T call(Callable<T> body) {
    return host.call(body);
  }

  /** The power fails; the store can be opened again. */
  void crash(long seed) {
    host = host.crash(seed);
  }

  /** Lets the background work, and time pass. */
  void run(Duration atMost) {
    host.run(Long.MAX_VALUE, atMost);
  }

  AofStream stream(AofStore store, String name) {
    return call(() -> store.stream(name));
  }

  /** Appends records up to that number; their content follows from the number. */
  void append(AofStream stream, long to) {
    append(stream, to, 0);
  }

  /** The same, with content that follows from {@code writer} too. */
  void append(AofStream stream, long to, long writer) {
    call(
        () -> {
          for (long n = stream.nextOffset(); n < to; n++) {
            assertThat(stream.append(payload(n, writer))).isEqualTo(n);
          }
          return to;
        });
  }

  /** Appends one record that is in the bucket when it returns. */
  long appendArchived(AofStream stream, long writer) {
    return call(
        () -> {
          byte[] payload = payload(stream.nextOffset(), writer);
          AppendRequest request =
              AppendRequest.builder(payload).durability(Durability.ARCHIVED).build();
          return stream.append(request).offset();
        });
  }

  /** Seals what there is and waits until it is in the bucket and recorded there. */
  void archive(AofStream stream) {
    call(
        () -> {
          stream.seal();
          return stream;
        });
    long end = stream.nextOffset();
    assertThat(host.runUntil(() -> stream.archivedOffset() >= end, LONG_ENOUGH)).isTrue();
  }

  /** Reads all records from {@code from} on, and compares each; returns the offset behind. */
  long verify(AofStream stream, long from, long writer) {
    return verify(stream, from, Long.MAX_VALUE, writer);
  }

  /** The same, not beyond {@code to}. */
  long verify(AofStream stream, long from, long to, long writer) {
    return call(
        () -> {
          long offset = from;
          try (AofReader reader = stream.reader(ReadFrom.offset(from))) {
            for (AofRecord record = reader.next();
                record != null && offset < to;
                record = reader.next()) {
              assertThat(record.offset()).isEqualTo(offset);
              byte[] found = record.payloadBytes();
              assertThat(Arrays.equals(found, payload(offset, writer)))
                  .as("record %s is by writer %s", offset, writer)
                  .isTrue();
              offset++;
            }
          }
          return offset;
        });
  }

  static byte[] payload(long number, long writer) {
    byte[] payload = new SeededRandom(number * 31 + writer).bytes(SIZE);
    ByteBuffer.wrap(payload).putLong(number).putLong(writer);
    return payload;
  }

  @Override
  public void close() {
    host.release();
  }
}
