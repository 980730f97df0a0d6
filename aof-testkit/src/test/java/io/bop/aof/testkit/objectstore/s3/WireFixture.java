package io.bop.aof.testkit.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.bop.aof.S3Config;
import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.objectstore.s3.S3ObjectStore;
import io.bop.aof.testkit.ManualHost;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * A store, a wire that misbehaves when told to, and a server behind it. Time stands still for the
 * store but for what a test makes of it, so that nothing here depends on how fast a machine is.
 */
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class WireFixture {

  static final Duration DEADLINE = Duration.ofSeconds(60);
  static final Duration STALL = Duration.ofSeconds(20);

  /** Of the tests, on a machine that is busy with other things. */
  static final Duration PATIENCE = Duration.ofMinutes(3);

  private final ExecutorService callers =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "caller");
            thread.setDaemon(true);
            return thread;
          });

  ManualHost host;
  S3Server server;
  FaultyWire wire;
  S3Config config;
  S3ObjectStore store;

  @BeforeAll
  void startServer() throws Exception {
    server = new S3Server();
  }

  @AfterAll
  void stopServer() throws Exception {
    callers.shutdownNow();
    server.stop();
  }

  @BeforeEach
  void open() throws Exception {
    host = new ManualHost(7);
    wire = new FaultyWire(server.port());
    config =
        server
            .buckets()
            .create()
            .withStallTimeout(STALL)
            .withEndpoint(URI.create("http://127.0.0.1:" + wire.port()));
    store = new S3ObjectStore(host, config, DEADLINE, 8);
  }

  @AfterEach
  void close() throws Exception {
    store.close();
    wire.close();
  }

  /** Opens the store again with other settings. */
  void reopen(UnaryOperator<S3Config> change) throws Exception {
    store.close();
    store = new S3ObjectStore(host, change.apply(config), DEADLINE, 8);
  }

  /** Puts an object; the requests of the first put's probe are forgotten. */
  byte[] put(String key, int size) throws Exception {
    byte[] bytes = bytes(size);
    store.putIfAbsent(key, body(bytes), Map.of("aof-epoch", "1"));
    wire.forget();
    return bytes;
  }

  /** Runs a call on a thread of its own. */
  <T> Future<T> start(Callable<T> call) {
    return callers.submit(call);
  }

  /** Waits until so many requests have come to the wire. */
  void awaitRequests(int count) {
    await().atMost(PATIENCE).until(() -> wire.requests().size() >= count);
  }

  /** The failure that a call ended with. */
  static ObjectStoreException failureOf(Future<?> call) throws InterruptedException {
    try {
      Object value = call.get();
      throw new AssertionError("no failure: value=" + value);
    } catch (ExecutionException | CompletionException e) {
      return (ObjectStoreException) e.getCause();
    }
  }

  /** The failure that a call ends with, which has that reason. */
  static ObjectStoreException fails(Reason reason, ThrowingCallable call) {
    ObjectStoreException[] caught = new ObjectStoreException[1];
    assertThatThrownBy(call).isInstanceOfSatisfying(ObjectStoreException.class, e -> caught[0] = e);
    assertThat(caught[0].reason()).as(caught[0].getMessage()).isEqualTo(reason);
    return caught[0];
  }

  static Predicate<HttpHead> method(String method) {
    return head -> head.method().equals(method);
  }

  static Predicate<HttpHead> object(String method, String key) {
    return head -> head.method().equals(method) && head.path().endsWith("/" + key);
  }

  static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new SplittableRandom(size).nextBytes(bytes);
    return bytes;
  }

  static ObjectBody body(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    return new ObjectBody.OfBytes(bytes, (int) crc.getValue());
  }
}
