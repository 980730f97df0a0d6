package io.bop.aof.tier1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.bop.aof.format.MalformedException;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.io.Host;
import io.bop.aof.zstd.FrameReader;
import io.bop.aof.zstd.FrameRun;
import io.bop.aof.zstd.FrameSetting;
import io.bop.aof.zstd.RangeSource;
import io.bop.aof.zstd.SeekableTail;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmFilesTest {

  private static final FrameSetting SMALL = new FrameSetting(1, 16 * 1024);

  @TempDir Path root;
  private Path directory;
  private WarmFiles files;
  private FrameCache cache;
  private final FrameReader reader = new FrameReader();

  @BeforeEach
  void open() {
    directory = root.resolve("tier1");
    files = new WarmFiles(Host.system(), directory);
    cache = new FrameCache(Host.system(), 1 << 20, Runnable::run);
  }

  @AfterEach
  void close() throws IOException {
    files.close();
    reader.close();
    try (Stream<Path> left = Files.walk(root)) {
      assertThat(left.filter(WarmNames::isTemporary)).as("temporary files").isEmpty();
    }
  }

  @Test
  void givesBackHeaderPageAndRecordsOfRandomSegments() throws IOException {
    for (long seed = 1; seed <= 25; seed++) {
      Random random = new Random(seed);
      TestSegment segment = TestSegment.random(random, random.nextInt(800), 60_000);
      int level = new int[] {-5, -1, 1, 3, 9}[random.nextInt(5)];
      WarmFile file = files.write(segment, segment.footer(), new FrameSetting(level, 16 * 1024));

      assertThat(file.rawBytes()).isEqualTo(segment.dataEnd());
      assertThat(decompressed(segment)).as("seed=" + seed).isEqualTo(segment.bytes());
      byte[] bytes = Files.readAllBytes(files.path(segment.streamId(), segment.segmentId()));
      assertThat(file.bytes()).isEqualTo(bytes.length);
      assertThat(file.crc32c()).isEqualTo(crc(bytes));
    }
  }

  @Test
  void isAcceptedByTheZstdOfTheOperatingSystem() throws Exception {
    assumeThat(zstdIsInstalled()).as("zstd is installed").isTrue();
    for (long seed = 100; seed < 105; seed++) {
      TestSegment segment = TestSegment.random(new Random(seed), 300, 40_000);
      files.write(segment, segment.footer(), SMALL);
      String name = files.path(segment.streamId(), segment.segmentId()).toString();

      assertThat(zstd("-t", name).exitCode()).as("seed=" + seed).isZero();
      ZstdRun run = zstd("-dc", name);
      assertThat(run.exitCode()).isZero();
      assertThat(run.output()).as("seed=" + seed).isEqualTo(segment.bytes());
    }
  }

  @Test
  void cutsFramesAtRecordBordersAndGivesALargeRecordItsOwn() throws IOException {
    TestSegment segment = new TestSegment(1, 2, 3, 40);
    segment.add(new byte[8 * 1024 - TestSegment.RECORD_HEADER], 10);
    segment.add(new byte[8 * 1024 - TestSegment.RECORD_HEADER], 20);
    segment.add(new byte[8 * 1024 - TestSegment.RECORD_HEADER], 30);
    segment.add(new byte[100_000], 40);
    segment.add(new byte[1], 50);
    files.write(segment, segment.footer(), SMALL);

    try (WarmSegmentReader warm = files.open(1, 2, cache)) {
      SeekableTail tail = warm.tail();
      assertThat(tail.frameCount()).isEqualTo(4);
      assertThat(tail.recordCount(0)).isEqualTo(2);
      assertThat(tail.recordCount(1)).isEqualTo(1);
      assertThat(tail.recordCount(2)).isEqualTo(1);
      assertThat(tail.firstOffset(2)).isEqualTo(43);
      assertThat(tail.frameSize(0)).isEqualTo(16 * 1024);
      assertThat(tail.frameSize(2)).isEqualTo(100_032);
      assertThat(tail.maxFrameSize()).isEqualTo(100_032);
    }
  }

  @Test
  void findsOffsetsAndTimestamps() throws IOException {
    for (long seed = 1; seed <= 10; seed++) {
      TestSegment segment = TestSegment.random(new Random(seed), 500, 5_000);
      files.write(segment, segment.footer(), SMALL);
      try (WarmSegmentReader warm = files.open(segment.streamId(), segment.segmentId(), cache)) {
        SeekableTail tail = warm.tail();
        for (int i = 0; i < segment.records(); i++) {
          long offset = segment.baseOffset() + i;
          int frame = tail.frameOf(offset);
          assertThat(offset)
              .isBetween(
                  tail.firstOffset(frame), tail.firstOffset(frame) + tail.recordCount(frame) - 1);
          long t = segment.timestamp(i);
          int first = firstWithTimestampAtLeast(segment, t);
          int expected = first < 0 ? tail.frameCount() : tail.frameOf(segment.baseOffset() + first);
          assertThat(tail.firstFrameWithTimestampAtLeast(t)).isEqualTo(expected);
        }
        assertThatThrownBy(() -> tail.frameOf(segment.baseOffset() - 1))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  void decompressesFramesOfBytesThatWereReadBefore() throws IOException {
    TestSegment segment = TestSegment.random(new Random(7), 600, 3_000);
    files.write(segment, segment.footer(), SMALL);
    try (WarmSegmentReader warm = files.open(segment.streamId(), segment.segmentId(), cache)) {
      SeekableTail tail = warm.tail();
      long position = tail.compressedPosition(1) - 5;
      byte[] bytes = new byte[(int) tail.compressedSize(1, 3) + 5];
      warm.read(position, bytes, 0, bytes.length);
      FrameRun run = new FrameRun(tail, 1, 3, bytes, position);
      byte[] dst = new byte[tail.maxFrameSize()];
      for (int frame = 1; frame < 4; frame++) {
        int length = reader.decompress(run, frame, dst);
        int from = segment.position((int) (tail.firstOffset(frame) - segment.baseOffset()));
        assertThat(Arrays.copyOf(dst, length))
            .isEqualTo(Arrays.copyOfRange(segment.bytes(), from, from + length));
      }
      assertThatThrownBy(() -> reader.decompress(run, 4, dst))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> new FrameRun(tail, 1, 4, bytes, position))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void refusesASegmentWithADamagedRecordAndNamesThePosition() throws IOException {
    TestSegment segment = TestSegment.random(new Random(3), 400, 2_000);
    SegmentFooter footer = segment.footer();
    segment.bytes()[segment.position(222) + 20] ^= 1;

    assertThatThrownBy(() -> files.write(segment, footer, SMALL))
        .isInstanceOfSatisfying(
            SegmentDamagedException.class,
            e -> {
              assertThat(e.position()).isEqualTo(segment.position(222));
              assertThat(e).hasMessageContaining("checksum mismatch");
            });
    assertThat(files.bytesUsed()).isZero();
    assertThat(files.path(segment.streamId(), segment.segmentId())).doesNotExist();
  }

  @Test
  void refusesAFooterOfOtherRecords() throws IOException {
    TestSegment segment = TestSegment.random(new Random(3), 40, 200);
    SegmentFooter before = segment.footer();
    segment.add(new byte[10], 1);
    assertThatThrownBy(() -> files.write(segment, before, SMALL))
        .isInstanceOf(SegmentDamagedException.class);
  }

  @Test
  void refusesADamagedHeaderPage() {
    TestSegment segment = TestSegment.random(new Random(3), 40, 200);
    SegmentFooter footer = segment.footer();
    Arrays.fill(segment.bytes(), 0, 4096, (byte) 0);
    assertThatThrownBy(() -> files.write(segment, footer, SMALL))
        .isInstanceOf(SegmentDamagedException.class);
  }

  @Test
  void readsTheSourceInBoundedPieces() throws IOException {
    TestSegment segment = TestSegment.random(new Random(5), 20_000, 1_000);
    files.write(segment, segment.footer(), SMALL);
    assertThat(segment.dataEnd()).isGreaterThan(2_000_000);
    assertThat(segment.largestRead()).isLessThanOrEqualTo(SMALL.frameSize());
  }

  @Test
  void cancelledJobLeavesNothing() {
    TestSegment segment = TestSegment.random(new Random(5), 100, 1_000);
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> files.write(segment, segment.footer(), SMALL))
          .isInstanceOf(InterruptedIOException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(files.bytesUsed()).isZero();
  }

  @Test
  void sweepsWhatACrashLeftAndListsTheRest() throws IOException {
    TestSegment segment = TestSegment.random(new Random(5), 100, 1_000);
    WarmFile file = files.write(segment, segment.footer(), SMALL);
    Path stream = files.path(segment.streamId(), segment.segmentId()).getParent();
    Files.write(stream.resolve("00000000000000000009.zst.tmp"), new byte[10]);
    Files.write(stream.resolve("notes.txt"), new byte[10]);

    WarmFiles reopened = new WarmFiles(Host.system(), directory);
    assertThat(reopened.sweep()).isEqualTo(1);
    assertThat(reopened.list())
        .containsExactly(new WarmFileName(segment.streamId(), segment.segmentId(), file.bytes()));
    assertThat(reopened.bytesUsed()).isEqualTo(file.bytes());
    assertThat(stream.resolve("notes.txt")).exists();
  }

  @Test
  void countsBytesAndForgetsDeletedAndQuarantinedFiles() throws IOException {
    TestSegment segment = new TestSegment(1, 2, 3, 4).add(new byte[100], 5);
    WarmFile first = files.write(segment, segment.footer(), SMALL);
    assertThat(files.bytesUsed()).isEqualTo(first.bytes());
    assertThat(files.bytes(1, 2)).isEqualTo(first.bytes());
    assertThat(files.count()).isEqualTo(1);

    assertThat(files.quarantine(1, 2)).hasValueSatisfying(p -> assertThat(p).exists());
    assertThat(files.bytesUsed()).isZero();
    assertThat(files.bytes(1, 2)).isZero();
    files.write(segment, segment.footer(), SMALL);
    assertThat(files.quarantine(1, 2)).isPresent();
    assertThat(Files.list(directory.resolve("quarantine"))).hasSize(2);
    assertThat(files.quarantine(1, 2)).isEmpty();

    files.write(segment, segment.footer(), SMALL);
    assertThat(files.delete(1, 2)).isTrue();
    assertThat(files.delete(1, 2)).isFalse();
    assertThat(files.bytesUsed()).isZero();
    assertThat(new WarmFiles(Host.system(), directory).list()).isEmpty();
  }

  @Test
  void readerKeepsADeletedFile() throws IOException {
    TestSegment segment = new TestSegment(1, 2, 3, 4).add(new byte[100], 5);
    files.write(segment, segment.footer(), SMALL);
    try (WarmSegmentReader warm = files.open(1, 2, cache)) {
      files.delete(1, 2);
      assertThat(warm.frame(0, reader)).hasSize(136);
    }
  }

  @Test
  void cachesAFrameThatIsWantedASecondTime() throws IOException {
    TestSegment segment = new TestSegment(1, 2, 3, 4).add(new byte[100], 5);
    files.write(segment, segment.footer(), SMALL);
    byte[] records = Arrays.copyOfRange(segment.bytes(), 4096, 4096 + 136);
    try (WarmSegmentReader warm = files.open(1, 2, cache)) {
      byte[] scratch = new byte[136];
      assertThat(warm.frame(0, reader, scratch)).isSameAs(scratch).isEqualTo(records);
      byte[] second = warm.frame(0, reader, scratch);
      assertThat(second).isNotSameAs(scratch).isEqualTo(records);
      assertThat(warm.frame(0, reader, scratch)).isSameAs(second);
      assertThat(cache.tailIfPresent(FrameKey.tail(1, 2, warm.bytes()))).isSameAs(warm.tail());
    }
  }

  @Test
  void namesTheLeastRecentlyUsedCandidate() throws IOException {
    for (int id = 0; id < 3; id++) {
      TestSegment segment = new TestSegment(1, id, 3, 4).add(new byte[100], 5);
      files.write(segment, segment.footer(), SMALL);
    }
    files.touch(1, 0);
    assertThat(files.leastRecentlyUsed((stream, id) -> true))
        .hasValueSatisfying(f -> assertThat(f.segmentId()).isEqualTo(1));
    assertThat(files.leastRecentlyUsed((stream, id) -> id != 1))
        .hasValueSatisfying(f -> assertThat(f.segmentId()).isEqualTo(2));
    assertThat(files.leastRecentlyUsed((stream, id) -> false)).isEmpty();
    assertThat(files.lastUsedNanos(1, 9)).isEmpty();
  }

  @Test
  void hydratesTheSameBytes() throws IOException {
    TestSegment segment = TestSegment.random(new Random(11), 300, 3_000);
    WarmFile written = files.write(segment, segment.footer(), SMALL);
    byte[] object = Files.readAllBytes(files.path(segment.streamId(), segment.segmentId()));
    files.delete(segment.streamId(), segment.segmentId());

    WarmFile hydrated = hydrate(segment, written, object);
    assertThat(hydrated).isEqualTo(written);
    assertThat(decompressed(segment)).isEqualTo(segment.bytes());
  }

  @Test
  void refusesToHydrateOtherBytes() throws IOException {
    TestSegment segment = TestSegment.random(new Random(11), 300, 3_000);
    WarmFile written = files.write(segment, segment.footer(), SMALL);
    byte[] object = Files.readAllBytes(files.path(segment.streamId(), segment.segmentId()));
    files.delete(segment.streamId(), segment.segmentId());

    byte[] flipped = object.clone();
    flipped[object.length / 2] ^= 4;
    for (byte[] bad :
        List.of(
            flipped,
            Arrays.copyOf(object, object.length - 1),
            Arrays.copyOf(object, object.length + 1))) {
      assertThatThrownBy(() -> hydrate(segment, written, bad))
          .isInstanceOf(MalformedException.class);
    }
    assertThatThrownBy(
            () ->
                files.hydrate(
                    1,
                    1,
                    10,
                    0,
                    sink -> {
                      throw new IOException("bucket is away");
                    }))
        .hasMessage("bucket is away");
    assertThat(files.bytesUsed()).isZero();
    assertThat(files.list()).isEmpty();
  }

  @Test
  void damageGivesATypedErrorOrTheRightBytes() throws IOException {
    TestSegment segment = TestSegment.random(new Random(21), 150, 2_000);
    files.write(segment, segment.footer(), SMALL);
    byte[] good = Files.readAllBytes(files.path(segment.streamId(), segment.segmentId()));
    Random random = new Random(22);
    int typed = 0;
    for (int i = 0; i < 3_000; i++) {
      byte[] bad = good.clone();
      int flips = 1 + random.nextInt(2);
      for (int f = 0; f < flips; f++) {
        bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      }
      typed += readsRightOrFails(segment, bad) ? 0 : 1;
    }
    assertThat(typed).as("damage found").isGreaterThan(2_500);
  }

  @Test
  void truncationGivesATypedError() throws IOException {
    TestSegment segment = TestSegment.random(new Random(31), 100, 500);
    files.write(segment, segment.footer(), SMALL);
    byte[] good = Files.readAllBytes(files.path(segment.streamId(), segment.segmentId()));
    for (int length = 0; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> SeekableTail.read(source(cut), cut.length, "cut"))
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void hostileTailsAllocateNothingMuchAndFailTyped() throws IOException {
    TestSegment segment = TestSegment.random(new Random(31), 100, 500);
    files.write(segment, segment.footer(), SMALL);
    byte[] good = Files.readAllBytes(files.path(segment.streamId(), segment.segmentId()));
    Random random = new Random(32);
    for (int i = 0; i < 20_000; i++) {
      byte[] tail = Arrays.copyOfRange(good, random.nextInt(good.length), good.length);
      for (int f = 0; f < 4 && tail.length > 0; f++) {
        tail[tail.length - 1 - random.nextInt(Math.min(200, tail.length))] =
            (byte) random.nextInt();
      }
      assertThatThrownBy(() -> SeekableTail.parse(tail, good.length, "hostile"))
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void writesAnEmptySegment() throws IOException {
    TestSegment segment = new TestSegment(1, 2, 3, 4);
    WarmFile file = files.write(segment, segment.footer(), SMALL);
    assertThat(file.frameCount()).isZero();
    assertThat(decompressed(segment)).isEqualTo(segment.bytes());
  }

  /** True: the bytes were right. False: a typed error. Anything else fails the test. */
  private boolean readsRightOrFails(TestSegment segment, byte[] file) throws IOException {
    try {
      SeekableTail tail = SeekableTail.read(source(file), file.length, "damaged");
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] dst = new byte[Math.max(4096, tail.maxFrameSize())];
      out.write(dst, 0, reader.readHeaderPage(source(file), tail, dst));
      for (int frame = 0; frame < tail.frameCount(); frame++) {
        out.write(dst, 0, reader.readFrame(source(file), tail, frame, dst));
      }
      assertThat(out.toByteArray()).isEqualTo(segment.bytes());
      assertThat(tail.footer()).isEqualTo(segment.footer());
      return true;
    } catch (MalformedException e) {
      return false;
    }
  }

  private static RangeSource source(byte[] file) {
    return (position, dst, offset, length) -> {
      if (position < 0 || position + length > file.length) {
        throw new IOException("read beyond the file: position=" + position);
      }
      System.arraycopy(file, (int) position, dst, offset, length);
    };
  }

  private WarmFile hydrate(TestSegment segment, WarmFile written, byte[] object)
      throws IOException {
    return files.hydrate(
        segment.streamId(),
        segment.segmentId(),
        written.bytes(),
        written.crc32c(),
        sink -> {
          for (int at = 0; at < object.length; at += 1000) {
            sink.write(object, at, Math.min(1000, object.length - at));
          }
        });
  }

  private byte[] decompressed(TestSegment segment) throws IOException {
    try (WarmSegmentReader warm = files.open(segment.streamId(), segment.segmentId(), cache)) {
      cache.invalidate(segment.streamId(), segment.segmentId());
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] page = new byte[4096];
      out.write(page, 0, reader.readHeaderPage(warm, warm.tail(), page));
      byte[] dst = new byte[warm.tail().maxFrameSize()];
      for (int frame = 0; frame < warm.tail().frameCount(); frame++) {
        int length = warm.readFrame(frame, reader, dst);
        assertThat(warm.frame(frame, reader)).isEqualTo(Arrays.copyOf(dst, length));
        out.write(dst, 0, length);
      }
      return out.toByteArray();
    }
  }

  private static int firstWithTimestampAtLeast(TestSegment segment, long t) {
    for (int i = 0; i < segment.records(); i++) {
      if (!segment.isPadding(i) && segment.timestamp(i) >= t) {
        return i;
      }
    }
    return -1;
  }

  private static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    return (int) crc.getValue();
  }

  private record ZstdRun(int exitCode, byte[] output) {}

  private static ZstdRun zstd(String... arguments) throws IOException, InterruptedException {
    String[] command = new String[arguments.length + 2];
    command[0] = "zstd";
    command[1] = "-q";
    System.arraycopy(arguments, 0, command, 2, arguments.length);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    byte[] output = process.getInputStream().readAllBytes();
    return new ZstdRun(process.waitFor(), output);
  }

  private static boolean zstdIsInstalled() throws InterruptedException {
    try {
      return zstd("--version").exitCode() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
