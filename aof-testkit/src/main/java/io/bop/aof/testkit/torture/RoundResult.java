package io.bop.aof.testkit.torture;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one writing process lived through.
 *
 * @param round its number, from 1
 * @param planned how it was to end
 * @param reached how far it came
 * @param opened what its open found; null: it did not come so far
 * @param counts what was counted
 */
record RoundResult(
    int round,
    Ending planned,
    Conversation.Phase reached,
    Message.@Nullable Opened opened,
    Counts counts) {

  static final String TSV_HEADER =
      String.join(
          "\t",
          "round",
          "planned_end",
          "reached",
          "open_micros",
          "segments_scanned",
          "records_recovered",
          "bytes_truncated",
          "records_read",
          "steps_acknowledged",
          "steps_refused",
          "steps_refused_disk_full",
          "stops",
          "fills");

  /**
   * What was counted in a round.
   *
   * @param read records read back after the open
   * @param acknowledged steps
   * @param refused steps, for another reason than a full disk
   * @param diskFull steps refused because the disk was full
   * @param stops how often the process was stopped
   * @param fills how often its disk was filled
   */
  record Counts(long read, long acknowledged, long refused, long diskFull, int stops, int fills) {}

  boolean isKilled() {
    return reached != Conversation.Phase.CLOSED && reached != Conversation.Phase.REFUSED;
  }

  boolean isKilledInOpen() {
    return reached == Conversation.Phase.OPENING;
  }

  /** How long the open took; empty when it did not end. */
  Stream<Long> openMicros() {
    return opened == null ? Stream.of() : Stream.of(opened.nanos() / 1_000);
  }

  long segmentsScanned() {
    return opened == null ? 0 : opened.scanned();
  }

  /** One line below {@link #TSV_HEADER}. */
  String toTsv() {
    Message.Opened open = opened;
    return String.join(
        "\t",
        Integer.toString(round),
        planned.toString(),
        reached.toString(),
        open == null ? "" : Long.toString(open.nanos() / 1_000),
        open == null ? "" : Integer.toString(open.scanned()),
        open == null ? "" : Long.toString(open.recovered()),
        open == null ? "" : Long.toString(open.truncatedBytes()),
        Long.toString(counts.read()),
        Long.toString(counts.acknowledged()),
        Long.toString(counts.refused()),
        Long.toString(counts.diskFull()),
        Integer.toString(counts.stops()),
        Integer.toString(counts.fills()));
  }
}
