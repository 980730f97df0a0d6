package io.bop.aof.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.ReadFrom;
import io.bop.aof.ReadOptions;
import io.bop.aof.Tier2Type;
import io.bop.aof.io.Host;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.SeededRandom;
import io.bop.aof.testkit.simulation.DiskGoneError;
import io.bop.aof.testkit.simulation.SimulatedDisk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/** A store on a simulated disk with the system's threads; it can lose power and come back. */
final class SimulatedStore {

  static final Path ROOT = Path.of("/data/store");
  static final long MIB = 1024 * 1024;

  private final UnaryOperator<AofConfig.Builder> settings;
  private SimulatedDisk disk;
  private AofStore store;

  /** Opens an empty store of 1 MiB segments without Tier 2, but for what {@code settings} say. */
  SimulatedStore(long seed, UnaryOperator<AofConfig.Builder> settings) {
    this.settings = settings;
    this.disk = new SimulatedDisk(seed);
    this.store = openStore();
  }

  private AofStore openStore() {
    return Engine.open(config(), Host.system().withDisk(disk));
  }

  private AofConfig config() {
    AofConfig.Builder builder =
        AofConfig.builder(ROOT)
            .appendTimeout(Duration.ofSeconds(20))
            .maxRecordSize(256 * 1024)
            .segment(s -> s.withMaxSize(MIB))
            .tier0(t -> t.withMaxBytes(16 * MIB))
            .tier1(t -> t.withMaxBytes(64 * MIB))
            .tier2(t -> t.withType(Tier2Type.NONE));
    return settings.apply(builder).build();
  }

  SimulatedDisk disk() {
    return disk;
  }

  AofStore store() {
    return store;
  }

  AofStream stream() {
    return store.stream("s");
  }

  /** The power fails, and the store is opened again. */
  void crash(long seed) {
    continueOn(disk.crash(seed));
  }

  /** The process dies, and the store is opened again. */
  void restart() {
    continueOn(disk.restart());
  }

  /** Another disk, after a listener has taken the old one away. */
  void continueOn(SimulatedDisk next) {
    closeDead();
    disk.release();
    disk = next;
    store = openStore();
  }

  /** Ends the threads of a store whose disk is gone. */
  private void closeDead() {
    try {
      store.close();
    } catch (RuntimeException | DiskGoneError e) {
      assertThat(e).isNotNull();
    }
  }

  /** Closes and opens it. */
  void reopen() {
    store.close();
    store = openStore();
  }

  /** The payload of a record: its number, and bytes that follow from it. */
  static byte[] payload(long number, int size) {
    byte[] payload = new SeededRandom(number).bytes(Math.max(Long.BYTES, size));
    ByteBuffer.wrap(payload).putLong(number);
    return payload;
  }

  /** Reads all durable records: whole, in order, from 0 on. Returns how many there are. */
  static long verify(AofStream stream) {
    return verify(stream, ReadOptions.defaults());
  }

  static long verify(AofStream stream, ReadOptions options) {
    long offset = 0;
    try (AofReader reader = stream.reader(ReadFrom.earliest(), options)) {
      for (AofRecord record = reader.next(); record != null; record = reader.next()) {
        assertThat(record.offset()).isEqualTo(offset);
        byte[] payload = record.payloadBytes();
        assertThat(payload).isEqualTo(payload(offset, payload.length));
        offset++;
      }
    }
    return offset;
  }

  /** Appends records up to that number, each waiting for the disk. */
  static void append(AofStream stream, long to, int size) {
    for (long n = stream.nextOffset(); n < to; n++) {
      assertThat(stream.append(payload(n, size))).isEqualTo(n);
    }
  }

  /** Waits, for a bounded time, until the background has done something. */
  static void await(String what, Callable<Boolean> done) {
    Awaitility.await(what)
        .atMost(30, TimeUnit.SECONDS)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .until(done);
  }

  /** Slots that were set aside. */
  List<Path> quarantined() {
    return disk.files().stream()
        .filter(path -> path.startsWith(ROOT.resolve("tier0").resolve("quarantine")))
        .toList();
  }

  static boolean isSlot(Path path) {
    return path.toString().endsWith(".seg");
  }
}
