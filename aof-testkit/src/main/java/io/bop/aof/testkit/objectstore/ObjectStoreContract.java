package io.bop.aof.testkit.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.objectstore.ObjectPage;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.objectstore.ObjectSummary;
import io.bop.aof.objectstore.PutResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32C;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link ObjectStore} keeps. A subclass supplies an empty store; the tests use keys of
 * their own and expect no others.
 */
@SuppressWarnings("NullAway.Init") // Set before each test.
@Timeout(120)
public abstract class ObjectStoreContract {

  private static final int PUTTERS = 8;
  private static final int LARGE = 20 * 1024 * 1024;

  @TempDir Path bodies;

  private ObjectStore store;

  /** A new, empty store; it is closed after the test. */
  protected abstract ObjectStore createStore() throws Exception;

  /** The store of this test. */
  protected final ObjectStore store() {
    return store;
  }

  /** A body with the right checksum. */
  protected static ObjectBody body(byte[] bytes) {
    return new ObjectBody.OfBytes(bytes, crc32c(bytes));
  }

  /** A body of text. */
  protected static ObjectBody body(String text) {
    return body(text.getBytes(StandardCharsets.UTF_8));
  }

  @BeforeEach
  void openStore() throws Exception {
    store = createStore();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void returnsWhatWasPut() throws Exception {
    assertThat(store.putIfAbsent("segments/1/a.zst", body("hello"), Map.of()))
        .isInstanceOf(PutResult.Created.class);

    assertThat(store.get("segments/1/a.zst")).asString().isEqualTo("hello");
  }

  @Test
  void refusesSecondPutAndKeepsTheFirst() throws Exception {
    store.putIfAbsent("k", body("first"), Map.of("aof-epoch", "1"));

    assertThat(store.putIfAbsent("k", body("second, longer"), Map.of("aof-epoch", "2")))
        .isEqualTo(new PutResult.AlreadyExists());

    assertThat(store.get("k")).asString().isEqualTo("first");
    assertThat(summary("k").metadata()).containsEntry("aof-epoch", "1");
  }

  @Test
  void createsOnceUnderConcurrentPutters() throws Exception {
    CyclicBarrier start = new CyclicBarrier(PUTTERS);
    List<Callable<PutResult>> puts = new ArrayList<>();
    for (int i = 0; i < PUTTERS; i++) {
      String mine = "putter " + i + " of its own length" + "!".repeat(i);
      puts.add(
          () -> {
            start.await();
            return store.putIfAbsent("race", body(mine), Map.of("aof-format", mine));
          });
    }

    List<PutResult> results = runAll(puts);

    assertThat(results).filteredOn(r -> r instanceof PutResult.Created).hasSize(1);
    String bytes = new String(store.get("race"), StandardCharsets.UTF_8);
    int winner = indexOfCreated(results);
    assertThat(bytes).startsWith("putter " + winner + " ");
    assertThat(summary("race").metadata()).containsEntry("aof-format", bytes);
  }

  @Test
  void showsAnObjectOnlyWhenItIsComplete() throws Exception {
    byte[] bytes = randomBytes(LARGE, 7);
    ObjectBody body = fileBody(bytes);
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try {
      Future<PutResult> put =
          executor.submit(() -> store.putIfAbsent("big", body, Map.of("aof-epoch", "9")));
      boolean last = false;
      while (!last) {
        last = put.isDone();
        Optional<ObjectSummary> seen = store.head("big");
        if (seen.isPresent()) {
          assertThat(seen.get().size()).isEqualTo(LARGE);
          assertThat(seen.get().metadata()).containsEntry("aof-epoch", "9");
          assertThat(range("big", LARGE - 100, 100)).isEqualTo(tail(bytes, 100));
        }
      }
      assertThat(put.get()).isInstanceOf(PutResult.Created.class);
      assertThat(crc32c(store.get("big"))).isEqualTo(body.crc32c());
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void putsFromTheBeginningOfAFile() throws Exception {
    Path file =
        Files.write(bodies.resolve("body"), "payload and rest".getBytes(StandardCharsets.US_ASCII));
    byte[] payload = "payload".getBytes(StandardCharsets.US_ASCII);

    store.putIfAbsent("k", new ObjectBody.OfFile(file, 7, crc32c(payload)), Map.of());

    assertThat(store.get("k")).isEqualTo(payload);
  }

  @Test
  void keepsAnEmptyObject() throws Exception {
    store.putIfAbsent("empty", body(""), Map.of());

    assertThat(store.get("empty")).isEmpty();
    assertThat(summary("empty").size()).isZero();
    assertThat(range("empty", 0, 0)).isEmpty();
  }

  @Test
  void readsRangesAtStartMiddleAndEnd() throws Exception {
    store.putIfAbsent("k", body("0123456789"), Map.of());

    assertThat(range("k", 0, 3)).asString().isEqualTo("012");
    assertThat(range("k", 4, 3)).asString().isEqualTo("456");
    assertThat(range("k", 7, 3)).asString().isEqualTo("789");
    assertThat(range("k", 0, 10)).asString().isEqualTo("0123456789");
  }

  @Test
  void fillsOnlyBetweenPositionAndLimit() throws Exception {
    store.putIfAbsent("k", body("0123456789"), Map.of());
    for (ByteBuffer dst : List.of(ByteBuffer.allocate(8), ByteBuffer.allocateDirect(8))) {
      dst.position(2).limit(5);

      store.getRange("k", 6, dst);

      assertThat(dst.position()).isEqualTo(5);
      byte[] all = new byte[8];
      dst.clear().get(all);
      assertThat(all).containsExactly(0, 0, '6', '7', '8', 0, 0, 0);
    }
  }

  @Test
  void failsWhenARangeGoesBeyondTheEnd() throws Exception {
    store.putIfAbsent("k", body("0123456789"), Map.of());

    assertFails(Reason.CORRUPT, () -> range("k", 8, 3));
    assertFails(Reason.CORRUPT, () -> range("k", 10, 1));
    assertFails(Reason.CORRUPT, () -> range("k", 1_000, 1));
  }

  @Test
  void saysWhenAnObjectIsMissing() throws Exception {
    store.putIfAbsent("folder/k", body("x"), Map.of());

    assertThat(store.head("missing")).isEmpty();
    assertThat(store.head("folder")).isEmpty();
    assertFails(Reason.MISSING, () -> store.get("missing"));
    assertFails(Reason.MISSING, () -> store.get("folder"));
    assertFails(Reason.MISSING, () -> range("missing", 0, 1));
  }

  @Test
  void keepsMetadata() throws Exception {
    Map<String, String> metadata =
        Map.of("aof-crc32c", "e3069283", "aof-format", "zst/1", "aof-epoch", "18 = eighteen");

    store.putIfAbsent("k", body("x"), metadata);

    ObjectSummary found = summary("k");
    assertThat(found.key()).isEqualTo("k");
    assertThat(found.size()).isEqualTo(1);
    assertThat(found.metadata()).isEqualTo(metadata);
  }

  @Test
  void refusesIllegalMetadata() throws Exception {
    for (Map<String, String> illegal :
        List.of(
            Map.of("other", "x"),
            Map.of("aof-Upper", "x"),
            Map.of("aof-x", "line\nbreak"),
            Map.of("aof-x", "h\u00e9"))) {
      assertThatThrownBy(() -> store.putIfAbsent("k", body("x"), illegal))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(store.head("k")).isEmpty();
  }

  @Test
  void listsInTheOrderOfKeys() throws Exception {
    List<String> keys = List.of("a-b", "a.b", "a/b", "a/c/d", "a0", "b", "b-/x", "segments/2/9");
    for (String key : List.of("b", "segments/2/9", "a/c/d", "b-/x", "a0", "a.b", "a-b", "a/b")) {
      store.putIfAbsent(key, body(key), Map.of());
    }

    ObjectPage page = store.list("", null, 1_000);

    assertThat(page.more()).isFalse();
    assertThat(page.objects()).extracting(ObjectSummary::key).containsExactlyElementsOf(keys);
    assertThat(page.objects()).allMatch(found -> found.size() == found.key().length());
  }

  @Test
  void listsPageByPage() throws Exception {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      keys.add(String.format(Locale.ROOT, "segments/%d/%05d", i / 3, i));
      store.putIfAbsent(keys.get(i), body("x"), Map.of());
    }
    List<String> listed = new ArrayList<>();
    List<Boolean> more = new ArrayList<>();
    @Nullable String after = null;
    do {
      ObjectPage page = store.list("segments/", after, 3);
      page.objects().forEach(found -> listed.add(found.key()));
      more.add(page.more());
      after = listed.get(listed.size() - 1);
    } while (more.get(more.size() - 1));

    assertThat(listed).isEqualTo(keys);
    assertThat(more).containsExactly(true, true, false);
  }

  @Test
  void listsByPrefixAndAfterAnyKey() throws Exception {
    for (String key : List.of("m/1", "m/12", "m/2", "n/1")) {
      store.putIfAbsent(key, body("x"), Map.of());
    }

    assertThat(keys("m/1", null)).containsExactly("m/1", "m/12");
    assertThat(keys("m", null)).containsExactly("m/1", "m/12", "m/2");
    assertThat(keys("m/", "m/11")).containsExactly("m/12", "m/2");
    assertThat(keys("", "m/2")).containsExactly("n/1");
    assertThat(keys("x/", null)).isEmpty();
    assertThat(keys("m/", "z")).isEmpty();
  }

  @Test
  void deletesAndThenIsReadyForTheKeyAgain() throws Exception {
    store.putIfAbsent("a/k", body("old"), Map.of("aof-epoch", "1"));

    store.delete("a/k");

    assertThat(store.head("a/k")).isEmpty();
    assertThat(keys("", null)).isEmpty();
    store.putIfAbsent("a/k", body("new"), Map.of("aof-epoch", "2"));
    assertThat(store.get("a/k")).asString().isEqualTo("new");
    assertThat(summary("a/k").metadata()).containsEntry("aof-epoch", "2");
  }

  @Test
  void deletesWhatIsNotThere() throws Exception {
    store.putIfAbsent("folder/k", body("x"), Map.of());

    store.delete("never");
    store.delete("no/folder/here");
    store.delete("folder");
    store.delete("folder/k");
    store.delete("folder/k");

    assertThat(keys("", null)).isEmpty();
  }

  @Test
  void storesNothingWhenTheBodyDoesNotMatchItsChecksum() throws Exception {
    byte[] bytes = randomBytes(100_000, 3);
    int wrong = crc32c(bytes) ^ 1;
    Path file = Files.write(bodies.resolve("wrong"), bytes);

    assertFails(
        Reason.CORRUPT,
        () -> store.putIfAbsent("k", new ObjectBody.OfBytes(bytes, wrong), Map.of()));
    assertFails(
        Reason.CORRUPT,
        () -> store.putIfAbsent("k", new ObjectBody.OfFile(file, bytes.length, wrong), Map.of()));

    assertThat(store.head("k")).isEmpty();
    assertThat(keys("", null)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/a",
        "a/",
        "a//b",
        ".",
        "..",
        "a/../b",
        "a/./b",
        "../x",
        ".hidden",
        "a b",
        "a\\b",
        "a~b",
        "\u00e4",
        "a\nb",
        "a:b",
        "a*",
        "a\u0000b"
      })
  void refusesIllegalKeys(String key) {
    assertIllegal(() -> store.putIfAbsent(key, body("x"), Map.of()));
    assertIllegal(() -> store.get(key));
    assertIllegal(() -> store.getRange(key, 0, ByteBuffer.allocate(1)));
    assertIllegal(() -> store.head(key));
    assertIllegal(() -> store.delete(key));
  }

  @Test
  void refusesKeysThatAreTooLong() throws Exception {
    String longest = "0123456/".repeat(63) + "01234567";
    store.putIfAbsent(longest, body("x"), Map.of());
    assertThat(keys("", null)).containsExactly(longest);

    assertIllegal(() -> store.head(longest + "8"));
  }

  @Test
  void refusesIllegalPages() {
    assertIllegal(() -> store.list("", null, 0));
    assertIllegal(() -> store.list("", null, 1_001));
    assertIllegal(() -> store.list("../", null, 1));
  }

  private static void assertIllegal(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class);
  }

  /** Asserts that the call fails for that reason. */
  protected static void assertFails(Reason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ObjectStoreException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private ObjectSummary summary(String key) throws ObjectStoreException {
    return store.head(key).orElseThrow(() -> new AssertionError("no object: key=" + key));
  }

  private List<String> keys(String prefix, @Nullable String after) throws ObjectStoreException {
    return store.list(prefix, after, 100).objects().stream().map(ObjectSummary::key).toList();
  }

  private byte[] range(String key, long position, int length) throws ObjectStoreException {
    ByteBuffer dst = ByteBuffer.allocate(length);
    store.getRange(key, position, dst);
    assertThat(dst.hasRemaining()).isFalse();
    return dst.array();
  }

  private ObjectBody fileBody(byte[] bytes) throws IOException {
    Path file = Files.write(bodies.resolve("body"), bytes);
    return new ObjectBody.OfFile(file, bytes.length, crc32c(bytes));
  }

  private static List<PutResult> runAll(List<Callable<PutResult>> calls) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(calls.size());
    try {
      List<PutResult> results = new ArrayList<>();
      for (Future<PutResult> result : executor.invokeAll(calls)) {
        results.add(result.get());
      }
      return results;
    } finally {
      executor.shutdownNow();
    }
  }

  private static int indexOfCreated(List<PutResult> results) {
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i) instanceof PutResult.Created) {
        return i;
      }
    }
    return -1;
  }

  private static byte[] randomBytes(int size, long seed) {
    byte[] bytes = new byte[size];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  private static byte[] tail(byte[] bytes, int length) {
    return Arrays.copyOfRange(bytes, bytes.length - length, bytes.length);
  }

  private static int crc32c(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    return (int) crc.getValue();
  }
}
