package io.bop.aof.testkit.tier2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bop.aof.RequestKind;
import io.bop.aof.RequestPrices;
import io.bop.aof.objectstore.ObjectStoreUsage;
import io.bop.aof.testkit.objectstore.Fault;
import io.bop.aof.testkit.objectstore.FaultyObjectStore.ObjectCall;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is counted at the door of Tier 2, of a store that does not count for itself. */
class RequestMeterTest {

  @TempDir Path root;

  private Tier2Fixture t;

  @BeforeEach
  void open() throws Exception {
    t = new Tier2Fixture(root);
  }

  @AfterEach
  void close() {
    t.close();
  }

  @Test
  void countsEachKindAndTheBytes() throws Exception {
    t.tier2.put("a/k", Tier2Fixture.body("0123456789"), Map.of());
    t.tier2.get("a/k");
    t.tier2.getRange("a/k", 3, ByteBuffer.allocate(4));
    t.tier2.head("a/k");
    t.tier2.list("a/", null, 10);
    t.tier2.delete("a/k");

    assertThat(t.tier2.usage())
        .isEqualTo(
            new ObjectStoreUsage(
                Map.of(
                    RequestKind.PUT, 1L,
                    RequestKind.GET, 2L,
                    RequestKind.HEAD, 1L,
                    RequestKind.LIST, 1L,
                    RequestKind.DELETE, 1L),
                10,
                14));
  }

  @Test
  void countsAttemptsThatFail() {
    t.store.chance(ObjectCall.GET, 1, Fault.THROTTLED);

    assertThatThrownBy(() -> t.tier2.get("k")).isNotNull();

    assertThat(t.tier2.usage().requests(RequestKind.GET)).isEqualTo(4);
    assertThat(t.tier2.usage().bytesReceived()).isZero();
  }

  @Test
  void countsTheLookAfterAPutWhoseAnswerIsUnclear() throws Exception {
    t.tier2.put("k", Tier2Fixture.body("x"), Map.of());
    t.tier2.put("k", Tier2Fixture.body("x"), Map.of());

    assertThat(t.tier2.usage().requests(RequestKind.PUT)).isEqualTo(2);
    assertThat(t.tier2.usage().requests(RequestKind.HEAD)).isEqualTo(1);
    assertThat(t.tier2.usage().requests(RequestKind.GET)).isEqualTo(1);
  }

  @Test
  void pricesEachKind() {
    RequestPrices prices = RequestPrices.s3Standard();

    assertThat(prices.dollars(RequestKind.PUT, 1_000)).isCloseTo(0.005, within(1e-12));
    assertThat(prices.dollars(RequestKind.GET, 10_000)).isCloseTo(0.004, within(1e-12));
    assertThat(prices.dollars(RequestKind.HEAD, 10_000)).isCloseTo(0.004, within(1e-12));
    assertThat(prices.dollars(RequestKind.LIST, 1_000)).isCloseTo(0.005, within(1e-12));
    assertThat(prices.dollars(RequestKind.DELETE, 1_000_000)).isZero();
    assertThat(new RequestPrices(1, 2, 3, 4, 5).dollars(RequestKind.DELETE, 2_000)).isEqualTo(10);
  }
}
