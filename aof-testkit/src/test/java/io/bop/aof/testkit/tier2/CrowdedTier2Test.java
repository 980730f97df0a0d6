package io.bop.aof.testkit.tier2;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.BreakerState;
import io.bop.aof.CircuitBreakerConfig;
import io.bop.aof.Tier2Config;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import io.bop.aof.testkit.simulation.SimulatedHost;
import io.bop.aof.tier2.Tier2;
import io.bop.aof.tier2.Tier2Options;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More callers than a slow Tier 2 can serve within their deadline. */
@Timeout(60)
class CrowdedTier2Test {

  private static final int CALLERS = 12;
  private static final int WINDOW = 5;
  private static final Duration LONG_ENOUGH = Duration.ofHours(1);

  private final SimulatedHost host = new SimulatedHost(1);
  private final List<String> answers = new ArrayList<>();

  @AfterEach
  void release() {
    host.release();
  }

  private Tier2 slow(Duration latency) {
    CircuitBreakerConfig breaker =
        CircuitBreakerConfig.defaults()
            .withSlidingWindowSize(WINDOW)
            .withSlowCallDurationThreshold(Duration.ofDays(1));
    Tier2Config config = Tier2Config.defaults().withFetchConcurrency(1).withCircuitBreaker(breaker);
    return new Tier2(host, new MemoryBucket().on(host, latency), config, Tier2Options.defaults());
  }

  private void call(Tier2 tier2) {
    for (int i = 0; i < CALLERS; i++) {
      host.start(
          "caller-" + i,
          () -> {
            try {
              answers.add(tier2.head("k").isEmpty() ? "OK" : "found");
            } catch (ObjectStoreException e) {
              answers.add(e.reason() + " " + e.getMessage());
            }
          });
    }
    assertThat(host.runUntil(() -> answers.size() == CALLERS, LONG_ENOUGH)).isTrue();
  }

  @Test
  void waitingForAPlaceSaysNothingAgainstATier2ThatAnswers() {
    Tier2 tier2 = slow(Duration.ofSeconds(25));
    call(tier2);
    assertThat(answers).filteredOn("OK"::equals).hasSize(2);
    assertThat(answers)
        .filteredOn(answer -> answer.startsWith("TIMEOUT") && answer.contains("key=k"))
        .hasSize(CALLERS - 2)
        .anyMatch(answer -> answer.contains("call did not begin within its deadline"));
    assertThat(tier2.readState()).isEqualTo(BreakerState.CLOSED);
  }

  @Test
  void waitingInVainBehindCallsThatNeverEndSaysThatNothingAnswers() {
    Tier2 tier2 = slow(Duration.ofSeconds(100));
    call(tier2);
    assertThat(answers).noneMatch("OK"::equals);
    assertThat(tier2.readState()).isNotEqualTo(BreakerState.CLOSED);
  }
}
