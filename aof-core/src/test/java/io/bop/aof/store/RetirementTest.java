package io.bop.aof.store;

import static io.bop.aof.store.StressFixture.MIB;
import static io.bop.aof.store.StressFixture.config;
import static io.bop.aof.store.StressFixture.files;
import static io.bop.aof.store.StressFixture.memory;
import static io.bop.aof.store.StressFixture.payload;
import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.io.Disk;
import io.bop.aof.io.Host;
import io.bop.aof.io.MappedFile;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.tier0.HotStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is left of streams that were deleted or truncated: nothing. */
@Timeout(120)
class RetirementTest {

  private static final int SIZE = 1_000;

  @TempDir Path root;

  private static void append(AofStream stream, long from, long to) {
    for (long n = from; n < to; n++) {
      stream.append(memory(payload(0, n, SIZE)));
    }
    stream.flush();
  }

  private static void await(String what, Callable<Boolean> done) {
    Awaitility.await(what).atMost(30, TimeUnit.SECONDS).until(done);
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }

  private List<Path> objects() throws Exception {
    return files(root.resolve("tier2").resolve("segments"), ".zst");
  }

  @Test
  void leavesNothingOfADeletedStreamBehind() throws Exception {
    AofConfig config = config(root).tier2(t -> t.withDeleteGrace(Duration.ZERO)).build();
    try (AofStore store = AofStore.open(config)) {
      AofStream stream = store.stream("s");
      append(stream, 0, 3_000);
      StressFixture.awaitUploaded(stream);
      append(stream, 3_000, 3_010);
      store.stream("empty");
      store.deleteStream("s");
      store.deleteStream("empty");
      EngineStore engine = (EngineStore) store;
      await("slots are given back", () -> engine.parts().slots().inUseBytes() == 0);
      await("folders are gone", () -> isEmpty(root.resolve("tier1")));
      await("objects are gone", () -> objects().isEmpty());
    }
  }

  @Test
  void givesEverySlotBackWhenAStreamIsDeletedWhileItIsFilled() throws Exception {
    try (AofStore store = AofStore.open(config(root).build())) {
      EngineStore engine = (EngineStore) store;
      for (int round = 0; round < 40; round++) {
        AofStream stream = store.stream("s" + round);
        Callable<Boolean> writer =
            () -> {
              try {
                while (true) {
                  stream.append(memory(new byte[100_000]));
                }
              } catch (io.bop.aof.AofException e) {
                return true;
              }
            };
        Callable<Boolean> deleter =
            () -> {
              while (stream.nextOffset() < 25) {
                Thread.onSpinWait();
              }
              store.deleteStream(stream.name());
              return true;
            };
        StressFixture.together(List.of(writer, writer, deleter));
        await("slots are given back", () -> engine.parts().slots().inUseBytes() == 0);
      }
    }
  }

  /* Several threads help to install a segment; the slowest may tell of it after the deletion. */
  @Test
  void keepsTheSlotOfASegmentThatIsToldOfOnceMoreAfterItsStreamWasDeleted() throws Exception {
    CountDownLatch mayForce = new CountDownLatch(1);
    Host slow = Host.system().withDisk(diskWhoseForcesWaitFor(mayForce));
    try (AofStore store = Engine.open(config(root).build(), slow)) {
      EngineStore engine = (EngineStore) store;
      AofStream stream = store.stream("s");
      stream.append(memory(payload(0, 0, SIZE)));
      HotStream hot = ((EngineStream) stream).hot();
      HotSegment segment = hot.active();
      store.deleteStream("s");

      engine.parts().coordinator().installed(hot, segment);
      store.stream("behind");

      assertThat(segment.tryLease()).as("its records are still to be made durable").isTrue();
      segment.release();
      mayForce.countDown();
      await("the slot is given back", () -> engine.parts().slots().inUseBytes() <= MIB);
      assertThat(store.snapshot().manifest().failure()).isNull();
    } finally {
      mayForce.countDown();
    }
  }

  /* The second one is uploaded, which is recorded after the upload of the first one only. */
  @Test
  void givesTheSlotOfAnUploadedSegmentBackWhenTheOneInFrontIsNeverUploaded() throws Exception {
    CountDownLatch mayCompress = new CountDownLatch(1);
    Host slow = Host.system().withDisk(diskWhoseFirstWarmFileWaitsFor(mayCompress));
    AofConfig config = config(root).tier1(t -> t.withWorkers(2)).build();
    try (AofStore store = Engine.open(config, slow)) {
      EngineStore engine = (EngineStore) store;
      AofStream stream = store.stream("s");
      append(stream, 0, 10);
      stream.seal();
      append(stream, 10, 20);
      stream.seal();
      await("the second one is uploaded", () -> objects().size() == 1);

      store.deleteStream("s");
      mayCompress.countDown();

      await("all slots are given back", () -> engine.parts().slots().inUseBytes() == 0);
      assertThat(store.snapshot().manifest().failure()).isNull();
    } finally {
      mayCompress.countDown();
    }
  }

  private static Disk diskWhoseFirstWarmFileWaitsFor(CountDownLatch latch) {
    Disk real = Host.system().disk();
    AtomicBoolean first = new AtomicBoolean(true);
    return proxy(
        Disk.class,
        (method, arguments) -> {
          if (method.getName().equals("create")
              && arguments[0].toString().contains(".zst")
              && arguments[0].toString().contains("tier1")
              && first.getAndSet(false)) {
            latch.await();
          }
          return method.invoke(real, arguments);
        });
  }

  private static Disk diskWhoseForcesWaitFor(CountDownLatch latch) {
    Disk real = Host.system().disk();
    return proxy(
        Disk.class,
        (method, arguments) -> {
          Object result = method.invoke(real, arguments);
          return result instanceof MappedFile file
              ? proxy(MappedFile.class, (m, a) -> forceLater(latch, file, m, a))
              : result;
        });
  }

  private static Object forceLater(
      CountDownLatch latch, MappedFile file, Method method, Object[] arguments)
      throws ReflectiveOperationException, InterruptedException {
    if (method.getName().equals("force")) {
      latch.await();
    }
    return method.invoke(file, arguments);
  }

  private interface Call {
    Object run(Method method, Object[] arguments)
        throws ReflectiveOperationException, InterruptedException;
  }

  private static <T> T proxy(Class<T> type, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              try {
                return call.run(method, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  @Test
  void deletesWhatAFailedUploadOfARetiredSegmentMayHaveLeft() throws Exception {
    AofConfig config = config(root).tier2(t -> t.withDeleteGrace(Duration.ZERO)).build();
    EngineStore engine;
    try (AofStore store = AofStore.open(config)) {
      engine = (EngineStore) store;
      AofStream stream = store.stream("s");
      append(stream, 0, 100);
      Path away = root.resolve("away");
      StressFixture.awaitUploaded(stream);
      Files.move(root.resolve("tier2"), away);
      append(stream, 100, 200);
      stream.seal();
      await("an upload fails", () -> store.snapshot().lastTier2Error() != null);
      stream.truncateBefore(200);
      await("it is retired", () -> stream.snapshot().segments().isEmpty());
      Files.move(away, root.resolve("tier2"));
      await("objects are gone", () -> objects().isEmpty());
    }
    assertThat(engine.parts().ledger().pendingUploads()).isEmpty();
  }
}
