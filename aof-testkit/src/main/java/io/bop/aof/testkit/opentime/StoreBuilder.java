package io.bop.aof.testkit.opentime;

import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.Durability;
import io.bop.aof.SegmentState;
import io.bop.aof.io.Host;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A process that fills a new store with segments, leaves one unsealed in every stream, and dies
 * without closing the store.
 */
final class StoreBuilder {

  private static final int RECORDS = 3;
  private static final int RECORD_SIZE = 200;
  private static final int UNSEALED_RECORDS = 1_000;
  private static final long PAUSE_NANOS = 20_000_000;
  private static final int THREADS = 8;

  private StoreBuilder() {}

  /** Arguments as {@link StoreShape#toCommandLine} writes them. */
  public static void main(String[] words) throws Exception {
    build(StoreShape.parse(words), Path.of(words[0]));
    Runtime.getRuntime().halt(0);
  }

  private static void build(StoreShape shape, Path root) throws Exception {
    AofStore store = AofStore.open(shape.config(root));
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<Future<?>> fills = new ArrayList<>();
    for (int i = 0; i < shape.streams(); i++) {
      AofStream stream = store.stream(shape.streamName(i));
      int first = (int) ((long) shape.segments() * i / shape.streams());
      int next = (int) ((long) shape.segments() * (i + 1) / shape.streams());
      fills.add(threads.submit(() -> fill(stream, next - first)));
    }
    for (Future<?> fill : fills) {
      fill.get();
    }
    threads.shutdown();
    awaitSettled(store);
    for (int i = 0; i < shape.streams(); i++) {
      append(store.stream(shape.streamName(i)), UNSEALED_RECORDS);
      store.stream(shape.streamName(i)).flush();
    }
  }

  private static void fill(AofStream stream, int segments) {
    for (int i = 0; i < segments; i++) {
      append(stream, RECORDS);
      stream.seal();
    }
  }

  private static void append(AofStream stream, int records) {
    for (int i = 0; i < records; i++) {
      stream.append(
          AppendRequest.builder(new byte[RECORD_SIZE]).durability(Durability.MEMORY).build());
    }
  }

  /* As a store is that has been running for long: everything has gone as far as it can. */
  private static void awaitSettled(AofStore store) throws InterruptedException {
    while (!isSettled(store.snapshot())) {
      Host.system().threads().sleep(PAUSE_NANOS);
    }
  }

  private static boolean isSettled(AofSnapshot snapshot) {
    for (SegmentState state :
        List.of(SegmentState.SEALING, SegmentState.SEALED, SegmentState.COMPRESSED)) {
      if (snapshot.segmentsByState().getOrDefault(state, 0L) > 0) {
        return false;
      }
    }
    return true;
  }
}
