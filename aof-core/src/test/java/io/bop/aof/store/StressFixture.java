package io.bop.aof.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.Durability;
import io.bop.aof.ReadFrom;
import io.bop.aof.SegmentState;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SegmentHeaderCodec;
import io.bop.aof.format.SegmentHeaderLayout;
import io.bop.aof.format.SlotState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** What the stress tests share: a small store, payloads that say who wrote them, and threads. */
final class StressFixture {

  static final long MIB = 1024 * 1024;

  private StressFixture() {}

  /** A store of 1 MiB segments that settles quickly. */
  static AofConfig.Builder config(Path root) {
    return AofConfig.builder(root)
        .maxRecordSize(256 * 1024)
        .segment(s -> s.withMaxSize(MIB))
        .tier0(t -> t.withMaxBytes(16 * MIB))
        .tier1(t -> t.withMaxBytes(64 * MIB))
        .manifest(m -> m.withRotateAfter(Duration.ofMillis(50)));
  }

  /** A payload of at least 16 bytes that is a pure function of its writer and number. */
  static byte[] payload(int writer, long number, int size) {
    ByteBuffer payload = ByteBuffer.allocate(Math.max(16, size));
    payload.putInt(writer).putInt(size).putLong(number);
    SplittableRandom random = new SplittableRandom(writer * 1_000_003L + number);
    while (payload.remaining() >= Long.BYTES) {
      payload.putLong(random.nextLong());
    }
    return payload.array();
  }

  static int writerOf(byte[] payload) {
    return ByteBuffer.wrap(payload).getInt(0);
  }

  static long numberOf(byte[] payload) {
    return ByteBuffer.wrap(payload).getLong(8);
  }

  /** Whether every byte is what its writer wrote. */
  static void checkPayload(byte[] payload) {
    int size = ByteBuffer.wrap(payload).getInt(4);
    assertThat(payload).isEqualTo(payload(writerOf(payload), numberOf(payload), size));
  }

  static AppendRequest memory(byte[] payload) {
    return AppendRequest.builder(payload).durability(Durability.MEMORY).build();
  }

  /** Runs all tasks at once, each on a thread of its own, and fails with the first failure. */
  static <T> List<T> together(List<Callable<T>> tasks) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      List<Future<T>> futures = new ArrayList<>();
      tasks.forEach(task -> futures.add(threads.submit(task)));
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get(60, TimeUnit.SECONDS));
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  /**
   * Reads the whole stream: offsets rise by one, payloads are whole, each writer's numbers rise by
   * one from 0.
   *
   * @return how many records each writer has
   */
  static long[] verifyAll(AofStream stream, int writers) {
    long[] next = new long[writers];
    try (AofReader reader = stream.reader(ReadFrom.earliest())) {
      long offset = 0;
      for (AofRecord record = reader.next(); record != null; record = reader.next()) {
        assertThat(record.offset()).isEqualTo(offset++);
        byte[] payload = record.payloadBytes();
        checkPayload(payload);
        assertThat(numberOf(payload)).isEqualTo(next[writerOf(payload)]++);
      }
      assertThat(offset).isEqualTo(stream.nextOffset());
    }
    return next;
  }

  static void awaitUploaded(AofStream stream) {
    stream.seal();
    Awaitility.await("every sealed segment is uploaded in the background")
        .atMost(30, TimeUnit.SECONDS)
        .until(
            () ->
                stream.archivedOffset() == stream.nextOffset()
                    && stream.snapshot().segments().stream()
                        .allMatch(s -> s.state() == SegmentState.UPLOADED));
  }

  static List<Path> files(Path folder, String suffix) throws Exception {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
            if (path.toString().endsWith(suffix)) {
              found.add(path);
            }
            return FileVisitResult.CONTINUE;
          }

          /* In a running store files come and go. */
          @Override
          public FileVisitResult visitFileFailed(Path path, IOException e) {
            return FileVisitResult.CONTINUE;
          }
        });
    Collections.sort(found);
    return found;
  }

  /** Another bit at that place. */
  static void flip(Path file, long position) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, position);
      one.put(0, (byte) (one.get(0) ^ 0x10)).rewind();
      channel.write(one, position);
    }
  }

  /** The slot in use of that segment, of whatever stream. */
  static Path slotOf(Path root, long segmentId) throws Exception {
    for (Path file : files(root.resolve("tier0"), ".seg")) {
      byte[] page = new byte[SegmentHeaderLayout.PAGE_SIZE];
      try (FileChannel channel = FileChannel.open(file)) {
        channel.read(ByteBuffer.wrap(page), 0);
      }
      SegmentHeader header = SegmentHeaderCodec.decode(page, file.toString());
      if (header.state() == SlotState.IN_USE && header.segmentId() == segmentId) {
        return file;
      }
    }
    throw new AssertionError("no slot of segment " + segmentId);
  }

  static void deleteTree(Path folder) throws Exception {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
