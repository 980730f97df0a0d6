package io.bop.aof.sample.console;

import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * One step of work while it runs. Updated by one thread, read by any. Updates are cheap: only one
 * every tenth of a second is drawn on a terminal, and one every two seconds printed elsewhere.
 */
public final class Step {

  private static final long REDRAW_NANOS = Duration.ofMillis(100).toNanos();
  private static final long LINE_NANOS = Duration.ofSeconds(2).toNanos();
  private static final int BAR_WIDTH = 20;

  private final Screen screen;
  private final String label;
  private final long total;
  private final LongSupplier nanoTime;
  private final long began;
  private long shown;
  private volatile long done;

  Step(Screen screen, String label, long total, LongSupplier nanoTime) {
    this.screen = screen;
    this.label = label;
    this.total = total;
    this.nanoTime = nanoTime;
    this.began = nanoTime.getAsLong();
    this.shown = began;
  }

  /** What is done, one word. */
  public String label() {
    return label;
  }

  /** How much of it is done, 0 to 1. */
  public double share() {
    return total <= 0 ? 0 : Math.min(1, done / (double) total);
  }

  /** How long it has been running. */
  public Duration elapsed() {
    return Duration.ofNanos(nanoTime.getAsLong() - began);
  }

  /** Says how far it is; {@code detail} is asked only when something is shown. */
  public void update(long amount, Supplier<String> detail) {
    done = amount;
    long now = nanoTime.getAsLong();
    if (now - shown < (screen.interactive() ? REDRAW_NANOS : LINE_NANOS)) {
      return;
    }
    shown = now;
    String percent = String.format(Locale.ROOT, "%3d %%", (int) (share() * 100));
    if (screen.interactive()) {
      screen.redraw(
          head(label) + screen.bar(share(), BAR_WIDTH) + " " + percent + "  " + detail.get());
    } else {
      screen.line(head(label) + percent + "  " + detail.get());
    }
  }

  /** Ends it with a line that stays. */
  public void end(String result) {
    screen.finish(this, head(label) + result);
  }

  /** The beginning of every line: a word in a column of its own. */
  public static String head(String word) {
    return String.format(Locale.ROOT, "  %-10s ", word);
  }
}
