package io.bop.aof.coordinator;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Has objects looked at again that were found damaged or missing and of which there is no other
 * copy: what was wrong may have been the way here. The pause doubles, from ten seconds to a day, so
 * that one that stays lost costs next to nothing. Confined to the coordinator.
 */
final class LostObjects {

  private static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int MOST_DOUBLINGS = 13;

  private final Inbox inbox;
  private final Map<SegmentKey, Integer> looks = new HashMap<>();
  private final Set<SegmentKey> planned = new HashSet<>();

  LostObjects(Inbox inbox) {
    this.inbox = inbox;
  }

  /** Plans the next look, unless there is one. */
  void plan(SegmentKey key, Consumer<SegmentKey> look) {
    if (!planned.add(key)) {
      return;
    }
    int before = looks.merge(key, 1, Integer::sum) - 1;
    long pause = FIRST_PAUSE_NANOS << Math.min(before, MOST_DOUBLINGS);
    inbox.addLater(pause, () -> begin(key, look));
  }

  private void begin(SegmentKey key, Consumer<SegmentKey> look) {
    if (planned.remove(key)) {
      look.accept(key);
    }
  }

  /** It has a copy again, or is not listed any more. */
  void forget(SegmentKey key) {
    looks.remove(key);
    planned.remove(key);
  }
}
