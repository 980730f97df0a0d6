package io.bop.aof.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofSnapshot;
import io.bop.aof.BackpressureKind;
import io.bop.aof.BreakerState;
import io.bop.aof.SegmentState;
import io.bop.aof.StreamSnapshot;
import io.bop.aof.StreamSnapshot.Segment;
import io.bop.aof.StreamSnapshot.Traffic;
import io.bop.aof.Tier;
import io.bop.aof.spring.testsupport.InMemoryStore;
import io.bop.aof.spring.testsupport.Snapshots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The answers, letter by letter: an admin command reads them. {@code -Daof.docs.write=true} writes
 * the files anew.
 */
class AofEndpointJsonTest {

  private static final Path GOLDEN = Path.of("src", "test", "resources", "endpoint");
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private static EndpointApplication application;

  @BeforeAll
  static void start() {
    InMemoryStore store = new InMemoryStore();
    StreamSnapshot orders = stream();
    store.inMemory("orders").snapshot(orders);
    store.snapshot(
        new Snapshots()
            .streams(orders, Snapshots.stream("clicks", 3, "a claim did not commit in time"))
            .states(Map.of(SegmentState.UPLOADED, 2L, SegmentState.ACTIVE, 1L))
            .backpressure(BackpressureKind.ADMISSION, 5, 2, 1)
            .breakers(BreakerState.OPEN, BreakerState.CLOSED)
            .lastTier2Error("connection refused")
            .storageFull(new AofSnapshot.StorageFull("/data/aof/tier1", 1_000, 10, false))
            .build());
    application = EndpointApplication.start(store);
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  private static StreamSnapshot stream() {
    Segment cold =
        new Segment(
            1,
            SegmentState.UPLOADED,
            Set.of(Tier.TIER2),
            false,
            0,
            100,
            13_600,
            1_234,
            1_700_000_000_000_000L,
            1_700_000_001_500_000L,
            "segments/1");
    Segment warm =
        new Segment(
            2,
            SegmentState.UPLOADED,
            Set.of(Tier.TIER2, Tier.TIER1),
            true,
            100,
            200,
            13_600,
            1_300,
            1_700_000_002_000_000L,
            1_700_000_003_000_000L,
            "segments/2");
    Segment active =
        new Segment(
            3, SegmentState.ACTIVE, Set.of(Tier.TIER0), false, 200, 210, 1_360, 0, 0, 0, null);
    Traffic traffic = new Traffic(110, 14_960, Map.of());
    return new StreamSnapshot(
        "orders", 7, 0, 210, 205, 200, 680, List.of(cold, warm, active), null, traffic);
  }

  private static void assertGolden(String path, String name) throws Exception {
    EndpointApplication.Answer answer = application.get(path);
    assertThat(answer.status()).isEqualTo(200);
    // Reads into a tree and writes it again: the order of the answer stays.
    String json = MAPPER.writeValueAsString(MAPPER.readTree(answer.body())) + "\n";
    Path file = GOLDEN.resolve(name);
    if (Boolean.getBoolean("aof.docs.write")) {
      write(file, json);
    }
    assertThat(json).isEqualTo(Files.readString(file));
  }

  private static void write(Path file, String json) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, json);
  }

  @Test
  void storeIsDescribed() throws Exception {
    assertGolden("", "store.json");
  }

  @Test
  void streamIsDescribed() throws Exception {
    assertGolden("/orders", "stream.json");
  }

  @Test
  void segmentsComeInPages() throws Exception {
    assertGolden("/orders?page=1&size=2", "stream-page-1.json");
  }

  @Test
  void pageBehindTheEndIsEmpty() throws Exception {
    assertThat(application.get("/orders?page=9&size=2").body()).endsWith("\"segments\":[]}");
    assertThat(application.get("?page=2147483647&size=1000").body()).endsWith("\"streams\":[]}");
  }

  @Test
  void wrongPagesAreExplained() throws Exception {
    EndpointApplication.Answer answer = application.get("/orders?size=5000");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body())
        .isEqualTo(
            "{\"status\":400,\"error\":\"size must be a whole number from 1 to 1000: 5000\"}");
    assertThat(application.get("?page=x").body())
        .contains("page must be a whole number from 0 to 2147483647: x");
  }

  @Test
  void unknownStreamIsNotFound() throws Exception {
    EndpointApplication.Answer answer = application.get("/nothing");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).isEqualTo("{\"status\":404,\"error\":\"no such stream: nothing\"}");
  }

  @Test
  void changesNothingUnlessAllowed() throws Exception {
    assertThat(application.post("/orders", "{\"operation\":\"seal\"}").status()).isEqualTo(405);
    assertThat(application.post("", "{\"profile\":\"archive\"}").status()).isEqualTo(405);
  }
}
