package io.bop.aof.testkit.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.StreamSnapshot.Segment;
import io.bop.aof.format.RecordScanner;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.zstd.FrameReader;
import io.bop.aof.zstd.FrameRun;
import io.bop.aof.zstd.SeekableTail;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Reads whole objects, in no order, as many at once as there are threads: limits of a reader. */
final class ParallelReads {

  private final ObjectStore objects;
  private final int threads;

  ParallelReads(ObjectStore objects, int threads) {
    this.objects = objects;
    this.threads = threads;
  }

  /** Makes all connections: they cost time too, and a store has made some of its own. */
  void connect() throws Exception {
    together(() -> objects.get("store.json"));
  }

  /** Fetches them and does nothing with them: what the network and the server give. */
  void fetch(List<Segment> segments) throws Exception {
    AtomicInteger next = new AtomicInteger();
    together(
        () -> {
          for (int i = next.getAndIncrement(); i < segments.size(); i = next.getAndIncrement()) {
            body(segments.get(i));
          }
          return next;
        });
  }

  /** Has each record of them decompressed and verified: what the processors give, too. */
  void verify(List<Segment> segments) throws Exception {
    AtomicInteger next = new AtomicInteger();
    together(
        () -> {
          try (FrameReader frames = new FrameReader()) {
            for (int i = next.getAndIncrement(); i < segments.size(); i = next.getAndIncrement()) {
              Segment segment = segments.get(i);
              long records = records(frames, body(segment), String.valueOf(segment.objectKey()));
              assertThat(records).isEqualTo(segment.nextOffset() - segment.baseOffset());
            }
          }
          return next;
        });
  }

  private byte[] body(Segment segment) throws Exception {
    byte[] body = objects.get(String.valueOf(segment.objectKey()));
    assertThat(body.length).isEqualTo(segment.compressedBytes());
    return body;
  }

  private static long records(FrameReader frames, byte[] body, String key) {
    SeekableTail tail = SeekableTail.parse(body, body.length, key);
    FrameRun run = new FrameRun(tail, 0, tail.frameCount(), body, 0);
    RecordScanner scanner = new RecordScanner();
    byte[] frame = new byte[tail.maxFrameSize()];
    long count = 0;
    for (int i = 0; i < tail.frameCount(); i++) {
      int length = frames.decompress(run, i, frame);
      scanner.reset(frame, 0, length, tail.footer().salt(), tail.firstOffset(i));
      RecordScanner.Step step = scanner.advance();
      for (; step == RecordScanner.Step.RECORD; step = scanner.advance()) {
        count++;
      }
      assertThat(step).isEqualTo(RecordScanner.Step.END);
    }
    return count;
  }

  private void together(Callable<?> task) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        all.add(pool.submit(task));
      }
      for (Future<?> each : all) {
        each.get();
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
