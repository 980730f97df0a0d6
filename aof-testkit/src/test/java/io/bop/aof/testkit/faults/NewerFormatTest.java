package io.bop.aof.testkit.faults;

import static io.bop.aof.testkit.faults.SimulatedStore.MIB;
import static io.bop.aof.testkit.faults.SimulatedStore.ROOT;
import static io.bop.aof.testkit.faults.SimulatedStore.append;
import static io.bop.aof.testkit.faults.SimulatedStore.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.AofConfig;
import io.bop.aof.AofReader;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.ReadFrom;
import io.bop.aof.SegmentState;
import io.bop.aof.Tier2Type;
import io.bop.aof.UnsupportedFormatException;
import io.bop.aof.format.ManifestChunkHeaderCodec;
import io.bop.aof.format.ManifestMarkCodec;
import io.bop.aof.format.SegmentHeaderLayout;
import io.bop.aof.format.WarmIndexLayout;
import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.simulation.SimulatedDisk;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Intact files that say that a newer version wrote them. */
@Timeout(120)
class NewerFormatTest {

  private static final long RECORDS = 400;
  private static final AofConfig CONFIG =
      AofConfig.builder(ROOT)
          .maxRecordSize(256 * 1024)
          .reserveBytes(0)
          .segment(s -> s.withMaxSize(MIB))
          .tier0(t -> t.withMaxBytes(2 * MIB))
          .tier2(t -> t.withType(Tier2Type.FILESYSTEM))
          .manifest(
              m ->
                  m.withChunkSize(16 * 1024)
                      .withRotateAfter(Duration.ofMillis(50))
                      .withSnapshotEvery(5))
          .build();

  /* A killed store with a segment in every tier and an active one; never changed. */
  private static final SortedMap<Path, byte[]> IMAGE = new TreeMap<>();

  private @Nullable SimulatedHost machine;

  /** What an open reads. */
  enum Place {
    IDENTITY("store.json"),
    SLOT("tier0/*.seg"),
    CHUNK("manifest/*.mlog"),
    SNAPSHOT("manifest/*.snap"),
    MARK("manifest/durable.mark"),
    SHIPPED_MARK("manifest/shipped.mark"),
    SCRUB("scrub.state"),
    REMOTE_IDENTITY("tier2/store.json");

    private final String pattern;

    Place(String pattern) {
      this.pattern = pattern;
    }

    void change(byte[] bytes) {
      switch (this) {
        case IDENTITY, REMOTE_IDENTITY -> nextVersion(bytes);
        case SLOT -> {
          int length = SegmentHeaderLayout.HEADER_LENGTH;
          nextVersion(bytes, SegmentHeaderLayout.FIRST_COPY_AT, length);
          nextVersion(bytes, SegmentHeaderLayout.SECOND_COPY_AT, length);
        }
        case CHUNK ->
            nextVersion(bytes, ManifestChunkHeaderCodec.MAGIC_AT, ManifestChunkHeaderCodec.SIZE);
        case SNAPSHOT, SCRUB -> nextVersion(bytes, 0, bytes.length);
        case MARK, SHIPPED_MARK -> {
          nextVersion(bytes, 0, ManifestMarkCodec.SIZE);
          nextVersion(bytes, ManifestMarkCodec.SECOND_AT, ManifestMarkCodec.SIZE);
        }
      }
    }
  }

  @AfterEach
  void endProcess() {
    if (machine != null) {
      machine.release();
    }
  }

  // ---- the files

  @BeforeAll
  static void makeImage() {
    SimulatedHost machine = new SimulatedHost(7);
    AofStore store = machine.call(() -> Engine.open(CONFIG, machine));
    AofStream stream = machine.call(() -> store.stream("s"));
    machine.call(
        () -> {
          append(stream, RECORDS - 20, 10_000);
          stream.seal();
          return true;
        });
    machine.runUntil(() -> false, Duration.ofMinutes(1));
    assertThat(stream.snapshot().segments()).allMatch(s -> s.state() == SegmentState.UPLOADED);
    machine.call(
        () -> {
          append(stream, RECORDS, 10_000);
          return true;
        });
    machine.runUntil(() -> false, Duration.ofSeconds(5));
    SimulatedHost next = machine.kill(8);
    IMAGE.putAll(content(next.simulatedDisk()));
    next.release();
  }

  private static SortedMap<Path, byte[]> content(SimulatedDisk disk) {
    SortedMap<Path, byte[]> files = new TreeMap<>();
    for (Path file : disk.files()) {
      try {
        files.put(file, disk.content(file));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
    return files;
  }

  private SimulatedHost machineWith(SortedMap<Path, byte[]> files) throws IOException {
    endProcess();
    SimulatedHost fresh = new SimulatedHost(9);
    Disk disk = fresh.disk();
    for (var file : files.entrySet()) {
      disk.createDirectories(file.getKey().getParent());
      try (DiskFile out = disk.create(file.getKey())) {
        out.write(0, file.getValue(), 0, file.getValue().length);
        out.force();
      }
      disk.syncDirectory(file.getKey().getParent());
    }
    machine = fresh;
    return fresh;
  }

  /** Every structure of every version says so at the same place, and ends with its CRC. */
  private static void nextVersion(byte[] bytes, int at, int length) {
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(at + Long.BYTES, file.getInt(at + Long.BYTES) + 1);
    CRC32C crc = new CRC32C();
    crc.update(bytes, at, length - Integer.BYTES);
    file.putInt(at + length - Integer.BYTES, (int) crc.getValue());
  }

  private static void nextVersion(byte[] json) {
    String text = new String(json, StandardCharsets.UTF_8);
    String newer = text.replace("\"formatVersion\": 1", "\"formatVersion\": 2");
    assertThat(newer).isNotEqualTo(text);
    System.arraycopy(newer.getBytes(StandardCharsets.UTF_8), 0, json, 0, json.length);
  }

  /** The last of its kind: of snapshots and chunks the newest one. */
  private static Path fileOf(String pattern) {
    int star = pattern.indexOf('*');
    String head = ROOT + "/" + (star < 0 ? pattern : pattern.substring(0, star));
    String tail = star < 0 ? "" : pattern.substring(star + 1);
    return IMAGE.keySet().stream()
        .filter(file -> file.toString().startsWith(head) && file.toString().endsWith(tail))
        .reduce((first, last) -> last)
        .orElseThrow();
  }

  private static SortedMap<Path, byte[]> with(Path file, Consumer<byte[]> change) {
    SortedMap<Path, byte[]> files = new TreeMap<>(IMAGE);
    byte[] bytes = files.get(file).clone();
    change.accept(bytes);
    files.put(file, bytes);
    return files;
  }

  /* The lock and the process id beside it are of the attempt, not of the store. */
  private static void assertUnchanged(SimulatedHost host, SortedMap<Path, byte[]> before) {
    SortedMap<Path, byte[]> now = content(host.simulatedDisk());
    assertThat(now.keySet()).isEqualTo(before.keySet());
    now.forEach(
        (file, bytes) -> {
          if (!file.equals(ROOT.resolve("store.pid"))) {
            assertThat(bytes).as(file.toString()).isEqualTo(before.get(file));
          }
        });
  }

  // ---- what an open reads

  @ParameterizedTest
  @EnumSource
  void refusesToOpenAndChangesNothing(Place place) throws IOException {
    Path file = fileOf(place.pattern);
    SortedMap<Path, byte[]> files = with(file, place::change);
    SimulatedHost host = machineWith(files);
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(() -> host.call(() -> Engine.open(CONFIG, host)))
          .isInstanceOfSatisfying(
              UnsupportedFormatException.class,
              refusal -> {
                assertThat(refusal.file()).endsWith(file.getFileName().toString());
                assertThat(refusal.found()).isEqualTo(2);
                assertThat(refusal.readable()).isEqualTo(1);
              });
      assertUnchanged(host, files);
    }
  }

  @Test
  void opensTheSameFilesAsTheyWere() throws IOException {
    SimulatedHost host = machineWith(IMAGE);
    AofStore store = host.call(() -> Engine.open(CONFIG, host));
    assertThat(host.call(() -> verify(store.stream("s")))).isEqualTo(RECORDS);
  }

  // ---- what a reader reads

  private static void nextVersionOfWarm(byte[] bytes) {
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int at = bytes.length - Long.BYTES;
    while (file.getLong(at) != WarmIndexLayout.MAGIC) {
      at--;
    }
    nextVersion(bytes, at, file.getInt(at - Integer.BYTES));
  }

  private static Path firstSegment(String folder) {
    return IMAGE.keySet().stream()
        .filter(file -> file.startsWith(ROOT.resolve(folder)) && file.toString().endsWith(".zst"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void refusesToReadAWarmFileAndLeavesItAsItIs() throws IOException {
    Path file = firstSegment("tier1");
    refusesToRead(file, with(file, NewerFormatTest::nextVersionOfWarm));
  }

  @Test
  void refusesToReadAnObjectAndLeavesItAsItIs() throws IOException {
    Path file = firstSegment("tier2/segments");
    SortedMap<Path, byte[]> files = with(file, NewerFormatTest::nextVersionOfWarm);
    files.remove(firstSegment("tier1"));
    refusesToRead(file, files);
  }

  private void refusesToRead(Path file, SortedMap<Path, byte[]> files) throws IOException {
    SimulatedHost host = machineWith(files);
    AofStore store = host.call(() -> Engine.open(CONFIG, host));
    AofStream stream = host.call(() -> store.stream("s"));
    long second = stream.snapshot().segments().get(1).baseOffset();
    for (int attempt = 0; attempt < 3; attempt++) {
      assertThatThrownBy(() -> host.call(() -> verify(stream)))
          .isInstanceOf(UnsupportedFormatException.class)
          .hasMessageContaining(file.getFileName().toString());
      assertThat(host.call(() -> countFrom(stream, second))).isEqualTo(RECORDS - second);
      host.runUntil(() -> false, Duration.ofMinutes(10));
      assertThat(host.simulatedDisk().content(file)).isEqualTo(files.get(file));
      assertThat(store.snapshot().manifest().failure()).isNull();
    }
    host.call(
        () -> {
          append(stream, RECORDS + 10, 10_000);
          store.close();
          return true;
        });
    assertThat(host.simulatedDisk().content(file)).isEqualTo(files.get(file));
  }

  private static long countFrom(AofStream stream, long offset) {
    long count = 0;
    try (AofReader reader = stream.reader(ReadFrom.offset(offset))) {
      while (reader.next() != null) {
        count++;
      }
    }
    return count;
  }
}
