package io.bop.aof.recovery;

import io.bop.aof.format.SegmentHeader;
import io.bop.aof.segment.SegmentBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which slot counts, when several hold the same unsealed segment.
 *
 * <p>There are two ways to that. A segment whose force failed is copied to another slot, and the
 * process stopped before the manifest named the copy. Or two threads put the next segment in place,
 * and the process stopped before the one that came second had given its slot back.
 */
final class SlotTwins {

  /** Tells how far the intact records of a slot reach. */
  interface Reach {
    /** Position behind the last of them. */
    long of(FoundSlot slot) throws IOException;
  }

  /**
   * What was chosen.
   *
   * @param kept one slot a segment, in the order that was given
   * @param surplus with records, and not chosen
   * @param empty without a record, and not chosen
   */
  record Choice(List<FoundSlot> kept, List<FoundSlot> surplus, List<FoundSlot> empty) {}

  private record Identity(long segmentId, long baseOffset) {
    static Identity of(SegmentHeader header) {
      return new Identity(header.segmentId(), header.baseOffset());
    }
  }

  private record Measured(FoundSlot slot, long reach, boolean first) {}

  private SlotTwins() {}

  /**
   * Chooses, for every segment, the slot whose intact records reach farthest; of two that reach as
   * far the copy, because a force of the first slot failed.
   *
   * @param found slots of one stream
   * @param firstSlots the slot in which each segment began, by segment id, as far as known
   */
  static Choice choose(List<FoundSlot> found, Map<Long, Long> firstSlots, Reach reach)
      throws IOException {
    Map<Identity, List<FoundSlot>> groups = new LinkedHashMap<>();
    for (FoundSlot slot : found) {
      groups.computeIfAbsent(Identity.of(slot.header()), id -> new ArrayList<>()).add(slot);
    }
    Choice choice = new Choice(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (List<FoundSlot> group : groups.values()) {
      if (group.size() == 1) {
        choice.kept().add(group.get(0));
      } else {
        chooseOne(group, firstSlots, reach, choice);
      }
    }
    return choice;
  }

  private static void chooseOne(
      List<FoundSlot> group, Map<Long, Long> firstSlots, Reach reach, Choice choice)
      throws IOException {
    List<Measured> measured = new ArrayList<>();
    long promised = 0;
    for (FoundSlot slot : group) {
      Long first = firstSlots.get(slot.header().segmentId());
      boolean isFirst = first != null && first == slot.slot().number();
      measured.add(new Measured(slot, reach.of(slot), isFirst));
      promised = Math.max(promised, slot.promisedPosition());
    }
    measured.sort(
        Comparator.comparingLong(Measured::reach)
            .reversed()
            .thenComparing(Measured::first)
            .thenComparing(m -> m.slot().durablePosition(), Comparator.reverseOrder()));
    choice.kept().add(measured.get(0).slot().promising(promised));
    for (Measured other : measured.subList(1, measured.size())) {
      (isEmpty(other.slot(), other.reach()) ? choice.empty() : choice.surplus()).add(other.slot());
    }
  }

  /** Whether no record was ever written to the slot, as far as anything shows. */
  static boolean isEmpty(FoundSlot slot, long reach) {
    return Math.max(reach, slot.durablePosition()) <= SegmentBytes.DATA_START;
  }
}
