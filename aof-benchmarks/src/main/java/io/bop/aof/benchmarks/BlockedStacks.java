package io.bop.aof.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/** Blocked threads of a flight recording, added up by kind of event and by their top frames. */
final class BlockedStacks {

  /** On which path a thread blocked. */
  enum Where {
    /** Within an append of a stream. */
    APPEND,
    /** Within a reader. */
    READ,
    /** Elsewhere in the engine: its workers and timers. */
    BACKGROUND,
    /** Not in the engine at all. */
    OUTSIDE
  }

  /** Why a thread blocked. */
  enum Why {
    /** Another thread held a monitor or a lock. */
    LOCK,
    /** It waited for something to happen, by the engine's own park or a condition. */
    WAIT
  }

  private static final String SYNCHRONIZER = "java.util.concurrent.locks.AbstractQueued";
  private static final String CONDITION = "Synchronizer$ConditionObject.";
  private static final String MONITOR_ENTER = "jdk.JavaMonitorEnter";
  private static final String ENGINE = "io.bop.aof.";
  private static final String HARNESS = "io.bop.aof.benchmarks.";
  private static final int TOP_FRAMES = 6;
  private static final int MOST_STACKS = 12;
  private static final double NANOS_PER_MILLI = 1e6;

  private final Map<Key, Total> totals = new LinkedHashMap<>();

  /** Adds up the events of a file. */
  static BlockedStacks read(Path file) throws IOException {
    BlockedStacks stacks = new BlockedStacks();
    try (RecordingFile recording = new RecordingFile(file)) {
      while (recording.hasMoreEvents()) {
        stacks.add(recording.readEvent());
      }
    }
    return stacks;
  }

  private void add(RecordedEvent event) {
    String type = event.getEventType().getName();
    if (!type.equals(MONITOR_ENTER)
        && !type.equals("jdk.JavaMonitorWait")
        && !type.equals("jdk.ThreadPark")) {
      return;
    }
    List<String> frames = framesOf(event.getStackTrace());
    Key key = new Key(whereOf(frames), whyOf(type, frames), topOf(frames));
    totals.computeIfAbsent(key, unused -> new Total()).add(event.getDuration().toNanos());
  }

  private static List<String> framesOf(@Nullable RecordedStackTrace trace) {
    List<String> frames = new ArrayList<>();
    if (trace != null) {
      for (RecordedFrame frame : trace.getFrames()) {
        if (frame.isJavaFrame()) {
          frames.add(
              frame.getMethod().getType().getName()
                  + "."
                  + frame.getMethod().getName()
                  + ":"
                  + frame.getLineNumber());
        }
      }
    }
    return frames;
  }

  /** The path that these frames, innermost first, belong to. */
  static Where whereOf(List<String> frames) {
    List<String> ours =
        frames.stream().filter(f -> f.startsWith(ENGINE) && !f.startsWith(HARNESS)).toList();
    if (ours.isEmpty()) {
      return Where.OUTSIDE;
    }
    boolean called = frames.stream().anyMatch(f -> f.startsWith(HARNESS));
    if (!called) {
      return Where.BACKGROUND;
    }
    String entry = ours.get(ours.size() - 1);
    return entry.contains(".append") || entry.contains(".tryAppend") ? Where.APPEND : Where.READ;
  }

  /** Why a thread with these frames, innermost first, blocked. */
  static Why whyOf(String type, List<String> frames) {
    if (type.equals(MONITOR_ENTER)) {
      return Why.LOCK;
    }
    boolean synchronizer = frames.stream().anyMatch(f -> f.startsWith(SYNCHRONIZER));
    boolean condition = frames.stream().anyMatch(f -> f.contains(CONDITION));
    return synchronizer && !condition ? Why.LOCK : Why.WAIT;
  }

  private static String topOf(List<String> frames) {
    return String.join(
        " < ",
        frames.stream()
            .filter(f -> !f.startsWith("jdk.internal.") && !f.startsWith("java.util.concurrent."))
            .limit(TOP_FRAMES)
            .toList());
  }

  /** Prints events by path, then the stacks that blocked longest. */
  void print(PrintStream out, long operations) {
    Map<String, Total> byPath = new TreeMap<>();
    totals.forEach(
        (key, total) -> byPath.computeIfAbsent(key.path(), unused -> new Total()).add(total));
    out.println("| where | why | count | per 1,000 appends | total ms | longest ms |");
    out.println("| --- | --- | --- | --- | --- | --- |");
    byPath.forEach((path, total) -> out.println(line(path, total, operations)));
    out.println();
    totals.entrySet().stream()
        .sorted(Comparator.comparing(entry -> -entry.getValue().nanos))
        .limit(MOST_STACKS)
        .forEach(
            entry ->
                out.println(
                    line(entry.getKey().path(), entry.getValue(), operations)
                        + " `"
                        + entry.getKey().top
                        + "`"));
  }

  private static String line(String path, Total total, long operations) {
    return String.format(
        java.util.Locale.ROOT,
        "| %s | %d | %.2f | %.1f | %.2f |",
        path,
        total.count,
        1_000.0 * total.count / Math.max(1, operations),
        total.nanos / NANOS_PER_MILLI,
        total.longest / NANOS_PER_MILLI);
  }

  private record Key(Where where, Why why, String top) {
    String path() {
      return where + " | " + why;
    }
  }

  private static final class Total {
    private long count;
    private long nanos;
    private long longest;

    void add(long duration) {
      count++;
      nanos += duration;
      longest = Math.max(longest, duration);
    }

    void add(Total other) {
      count += other.count;
      nanos += other.nanos;
      longest = Math.max(longest, other.longest);
    }
  }
}
