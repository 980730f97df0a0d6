package io.bop.aof.follower;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** How often a follower without news asks for more than the next chunk. */
class LookAheadTest {

  private static final long FARTHEST = 1L << LookAhead.DOUBLINGS;

  private final LookAhead ahead = new LookAhead();

  private List<Long> asked(int looks) {
    List<Long> distances = new ArrayList<>();
    for (int look = 0; look < looks; look++) {
      ahead.none().ifPresent(distances::add);
    }
    return distances;
  }

  @Test
  void asksOnceInTenLooksAndNearFirst() {
    assertThat(asked(LookAhead.EVERY - 1)).isEmpty();
    assertThat(asked(1)).containsExactly(1L);
    assertThat(asked(10 * LookAhead.EVERY - 1)).hasSize(9).startsWith(2L, 1L, 4L, 1L, 8L);
  }

  @Test
  void comesToEachDistanceAndBeginsAnew() {
    List<Long> round = asked(2 * LookAhead.DOUBLINGS * LookAhead.EVERY);
    assertThat(new TreeSet<>(round)).hasSize(LookAhead.DOUBLINGS + 1).contains(FARTHEST);
    assertThat(asked(2 * LookAhead.DOUBLINGS * LookAhead.EVERY)).isEqualTo(round);
  }

  @Test
  void beginsAnewWithNews() {
    asked(25);
    ahead.news();
    assertThat(asked(LookAhead.EVERY - 1)).isEmpty();
    assertThat(asked(1)).containsExactly(1L);
  }
}
