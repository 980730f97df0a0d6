package io.bop.aof.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.CompressionProfile;
import io.bop.aof.Durability;
import io.bop.aof.SegmentState;
import io.bop.aof.StreamSnapshot.Segment;
import io.bop.aof.Tier;
import io.bop.aof.spring.boot.endpoint.EndpointApplication.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each operation of the endpoint, over HTTP, with a store on a disk. */
@Timeout(120)
class AofEndpointOperationsTest {

  @TempDir Path folder;

  private EndpointApplication application;
  private AofStream orders;

  @BeforeEach
  void start() {
    application =
        EndpointApplication.start(
            null,
            "--aof.root=" + folder.resolve("aof"),
            "--aof.max-record-size=256KB",
            "--aof.reserve-bytes=1MB",
            "--aof.segment.max-size=1MB",
            "--aof.tier0.max-bytes=4MB",
            "--aof.tier0.pressure.evict-at=0.1",
            "--aof.tier0.pressure.urgent-at=0.1",
            "--aof.tier1.max-bytes=4MB",
            "--management.endpoint.aof.access=unrestricted");
    orders = application.store().stream("orders");
  }

  @AfterEach
  void stop() {
    application.close();
  }

  private Answer post(String operation, String body) throws Exception {
    String more = body.equals("{}") ? "}" : "," + body.substring(1);
    return application.post("/orders", "{\"operation\":\"" + operation + "\"" + more);
  }

  private void fill(int segments) {
    Random random = new Random(7);
    byte[] payload = new byte[16 * 1024];
    for (int n = 0; n < 60 * segments; n++) {
      random.nextBytes(payload);
      orders.append(AppendRequest.builder(payload).durability(Durability.MEMORY).build());
    }
    orders.seal();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                orders.snapshot().segments().stream()
                    .allMatch(s -> s.state() == SegmentState.UPLOADED));
  }

  private List<Segment> cold() {
    return orders.snapshot().segments().stream()
        .filter(segment -> segment.residency().equals(Set.of(Tier.TIER2)))
        .toList();
  }

  private static String range(Segment segment) {
    return "{\"from\":" + segment.baseOffset() + ",\"to\":" + segment.nextOffset() + "}";
  }

  @Test
  void flushesSealsAndTruncates() throws Exception {
    for (int n = 0; n < 3; n++) {
      orders.append(AppendRequest.builder(new byte[9]).durability(Durability.MEMORY).build());
    }
    assertThat(post("flush", "{}"))
        .isEqualTo(
            new Answer(
                200,
                "{\"operation\":\"flush\",\"stream\":\"orders\","
                    + "\"result\":{\"durableOffset\":3}}"));
    assertThat(post("seal", "{}").body()).endsWith("\"result\":{\"nextOffset\":3}}");
    assertThat(orders.snapshot().segments().get(0).state()).isNotEqualTo(SegmentState.ACTIVE);
    assertThat(post("truncate", "{\"offset\":3}").body())
        .endsWith("\"result\":{\"startOffset\":3}}");
    assertThat(orders.startOffset()).isEqualTo(3);
  }

  @Test
  void bringsSegmentsNearer() throws Exception {
    fill(10);
    await().atMost(Duration.ofSeconds(30)).until(() -> cold().size() >= 4);
    Segment first = cold().get(0);
    String range = range(first);

    assertThat(post("hydrate", range))
        .isEqualTo(
            new Answer(
                200,
                "{\"operation\":\"hydrate\",\"stream\":\"orders\","
                    + "\"result\":{\"segments\":1,\"stillCold\":0}}"));
    assertThat(cold()).noneMatch(segment -> segment.id() == first.id());

    Segment next = cold().get(0);
    String other = range(next);
    assertThat(post("prefetch", other).body()).endsWith("\"result\":{\"segments\":1}}");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> cold().stream().noneMatch(segment -> segment.id() == next.id()));
    assertThat(post("prefetch", "{}").body())
        .contains("\"status\":400,\"error\":\"range is larger");
  }

  @Test
  void verifies() throws Exception {
    fill(2);
    Answer answer = post("verify", "{}");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body())
        .matches(
            "\\{\"operation\":\"verify\",\"stream\":\"orders\",\"result\":\\{\"segments\":[23],"
                + "\"intactCopies\":[4-9],\"bytes\":\\d+,\"damaged\":\\[],\"unverified\":\\[],"
                + "\"tookMillis\":\\d+}}");
  }

  @Test
  void changesTheProfile() throws Exception {
    Answer answer = application.post("", "{\"profile\":\"cpu-saving\"}");
    assertThat(answer)
        .isEqualTo(
            new Answer(
                200,
                "{\"operation\":\"profile\",\"stream\":\"\","
                    + "\"result\":{\"compressionProfile\":\"CPU_SAVING\"}}"));
    assertThat(application.store().snapshot().compressionProfile())
        .isEqualTo(CompressionProfile.CPU_SAVING);
  }

  @Test
  void saysWhatIsWrongWithAnArgument() throws Exception {
    assertThat(application.post("", "{}").body())
        .isEqualTo("{\"status\":400,\"error\":\"profile is missing in the body\"}");
    assertThat(application.post("", "{\"profile\":\"best\"}").body())
        .contains("profile must be one of throughput, balanced, cpu-saving, archive: best");
    assertThat(application.post("/orders", "{}").body())
        .contains("operation is missing in the body");
    assertThat(post("explode", "{}").body())
        .contains(
            "operation must be one of flush, seal, truncate, prefetch, hydrate, verify: explode");
    assertThat(post("truncate", "{}").body()).contains("offset is missing in the body");
    assertThat(post("truncate", "{\"offset\":\"ten\"}").body())
        .contains("offset must be a whole number from 0: ten");
    assertThat(post("truncate", "{\"offset\":99}").status()).isEqualTo(400);
    assertThat(post("hydrate", "{\"timeout\":\"1h\"}").body())
        .contains("timeout must be a duration such as 30s, at most 600s: 1h");
    assertThat(post("verify", "{\"from\":5,\"to\":1}").body())
        .contains("\"status\":400,\"error\":\"not a range: from=5 to=1\"");
  }

  @Test
  void unknownStreamIsNotFound() throws Exception {
    assertThat(application.post("/nothing", "{\"operation\":\"flush\"}"))
        .isEqualTo(new Answer(404, "{\"status\":404,\"error\":\"no such stream: nothing\"}"));
    assertThat(application.store().findStream("nothing")).isEmpty();
  }
}
