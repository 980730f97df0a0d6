package io.bop.aof.testkit.scrub;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.EngineListener;
import io.bop.aof.ReadFrom;
import io.bop.aof.ScrubReport;
import io.bop.aof.SegmentState;
import io.bop.aof.StreamSnapshot.Segment;
import io.bop.aof.Tier;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SegmentHeaderCodec;
import io.bop.aof.format.SegmentHeaderLayout;
import io.bop.aof.format.SlotState;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.SeededRandom;
import io.bop.aof.testkit.objectstore.FaultyObjectStore;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import io.bop.aof.testkit.simulation.SimulatedDisk;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** A store of small segments on a simulated machine, that is verified in the background. */
final class ScrubbedStore {

  static final Path ROOT = Path.of("/data/store");
  static final long MIB = 1024 * 1024;
  private static final int RECORDS = 40;
  private static final int SIZE = 20_000;
  private static final Duration PATIENCE = Duration.ofDays(1);

  private final UnaryOperator<AofConfig.Builder> settings;
  private final MemoryBucket bucket = new MemoryBucket();
  private SimulatedHost host;
  private FaultyObjectStore objects;
  private AofStore store;
  private Notes notes = new Notes();

  /** What the engine told of damage, repair and passes since the last open. */
  static final class Notes implements EngineListener {
    final List<String> damaged = new ArrayList<>();
    final List<String> repaired = new ArrayList<>();
    final List<ScrubReport> passes = new ArrayList<>();

    @Override
    public void damaged(String stream, long segment, Tier tier, String reason) {
      damaged.add(stream + "/" + segment + " " + tier);
    }

    @Override
    public void repaired(String stream, long segment, Tier tier) {
      repaired.add(stream + "/" + segment + " " + tier);
    }

    @Override
    public void scrubbed(ScrubReport report) {
      passes.add(report);
    }
  }

  /** Opens an empty one, verified every hour, but for what {@code settings} say. */
  ScrubbedStore(long seed, UnaryOperator<AofConfig.Builder> settings) {
    this.settings = settings;
    this.host = new SimulatedHost(seed);
    this.objects = objects();
    this.store = open();
  }

  private FaultyObjectStore objects() {
    return new FaultyObjectStore(host, bucket.on(host, Duration.ZERO), 1);
  }

  private AofStore open() {
    notes = new Notes();
    AofConfig.Builder builder =
        AofConfig.builder(ROOT)
            .maxRecordSize(256 * 1024)
            .segment(s -> s.withMaxSize(MIB))
            .tier0(t -> t.withMaxBytes(32 * MIB))
            .tier1(t -> t.withMaxBytes(64 * MIB))
            .tier2(t -> t.withDeleteGrace(Duration.ZERO))
            .manifest(m -> m.withRotateAfter(Duration.ofMillis(50)))
            .scrub(s -> s.withInterval(Duration.ofHours(1)))
            .listener(notes);
    AofConfig config = settings.apply(builder).build();
    return host.call(() -> Engine.open(config, host, objects));
  }

  SimulatedHost host() {
    return host;
  }

  SimulatedDisk disk() {
    return host.simulatedDisk();
  }

  MemoryBucket bucket() {
    return bucket;
  }

  /** The way to the bucket since the last open. */
  FaultyObjectStore wayToBucket() {
    return objects;
  }

  Notes notes() {
    return notes;
  }

  AofStore store() {
    return store;
  }

  AofSnapshot snapshot() {
    return store.snapshot();
  }

  AofSnapshot.Scrub scrub() {
    return snapshot().scrub();
  }

  AofStream stream() {
    return store.findStream("s").orElseThrow();
  }

  Segment segment(long id) {
    return stream().snapshot().segments().stream()
        .filter(s -> s.id() == id)
        .findFirst()
        .orElseThrow();
  }

  /** Appends so many segments and waits until all are in all tiers. */
  void fill(int segments) {
    add(segments);
    until("all is archived", this::isArchived);
  }

  /** Appends so many segments. */
  void add(int segments) {
    AofStream stream = host.call(() -> store.stream("s"));
    for (int i = 0; i < segments; i++) {
      host.call(
          () -> {
            append(stream);
            stream.seal();
            return true;
          });
    }
  }

  private static void append(AofStream stream) {
    for (int i = 0; i < RECORDS; i++) {
      stream.append(payload(stream.nextOffset()));
    }
  }

  private static byte[] payload(long offset) {
    return new SeededRandom(offset).bytes(SIZE);
  }

  private boolean isArchived() {
    return stream().snapshot().segments().stream()
        .filter(s -> s.state() != SegmentState.ACTIVE)
        .allMatch(s -> s.state() == SegmentState.UPLOADED && !s.needsRecovery());
  }

  /** Lets the store run until something is true, at most a day. */
  void until(String what, BooleanSupplier enough) {
    assertThat(host.runUntil(enough, PATIENCE)).as("%s; %s", what, host.describe()).isTrue();
  }

  void runFor(Duration time) {
    for (long minutes = time.toMinutes(); minutes > 0; minutes--) {
      host.call(
          () -> {
            host.threads().sleep(TimeUnit.MINUTES.toNanos(1));
            return true;
          });
    }
  }

  /** Lets the store run until one more pass has ended; returns what it found. */
  ScrubReport pass() {
    int before = notes.passes.size();
    until("a pass ends", () -> notes.passes.size() > before);
    return notes.passes.get(before);
  }

  /** Reads all that was ever appended, in order; returns how many records. */
  long verify() {
    AofStream stream = stream();
    return host.call(
        () -> {
          long offset = stream.startOffset();
          try (AofReader reader = stream.reader(ReadFrom.earliest())) {
            for (AofRecord record = reader.next(); record != null; record = reader.next()) {
              assertThat(record.offset()).isEqualTo(offset);
              assertThat(record.payloadBytes()).isEqualTo(payload(offset));
              offset++;
            }
          }
          assertThat(offset).isEqualTo(stream.nextOffset());
          return offset;
        });
  }

  // ---- files

  Path slotOf(long segment) throws IOException {
    for (Path file : disk().files()) {
      if (ROOT.resolve("tier0").equals(file.getParent()) && file.toString().endsWith(".seg")) {
        byte[] page = Arrays.copyOf(disk().content(file), SegmentHeaderLayout.PAGE_SIZE);
        SegmentHeader header = SegmentHeaderCodec.decode(page, file.toString());
        if (header.state() == SlotState.IN_USE && header.segmentId() == segment) {
          return file;
        }
      }
    }
    throw new AssertionError("no slot of segment " + segment);
  }

  Path warmOf(long segment) {
    String name = String.format(Locale.ROOT, "%020d.zst", segment);
    return disk().files().stream()
        .filter(file -> file.getFileName().toString().equals(name))
        .filter(file -> !file.toString().contains("quarantine"))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no warm file of segment " + segment));
  }

  List<Path> quarantined() {
    return disk().files().stream().filter(f -> f.toString().contains("quarantine")).toList();
  }

  static Path stateFile() {
    return ROOT.resolve("scrub.state");
  }

  // ---- processes

  void close() {
    host.call(
        () -> {
          store.close();
          return true;
        });
  }

  void reopen() {
    close();
    objects = objects();
    store = open();
  }

  /** The process is killed, and another one opens the store. */
  void kill(long seed) {
    host = host.kill(seed);
    objects = objects();
    store = open();
  }

  /** The power fails, and after that another process opens the store. */
  void losePower(long seed) {
    host = host.crash(seed);
    objects = objects();
    store = open();
  }

  void release() {
    host.release();
  }
}
