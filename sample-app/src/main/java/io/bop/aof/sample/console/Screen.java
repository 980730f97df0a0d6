package io.bop.aof.sample.console;

import java.io.Console;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where this application talks to the person who started it: a progress bar that redraws itself on
 * a terminal, plain lines anywhere else. Lines may come from any thread; one step runs at a time.
 */
public final class Screen {

  private static final String FULL = "\u2588";
  private static final String EMPTY = "\u2591";
  private static final String DOT = "\u00b7";

  private final PrintStream out;
  private final boolean interactive;
  private final boolean unicode;
  private final LongSupplier nanoTime;
  private volatile @Nullable Step step;
  private boolean drawn;

  /** A screen on {@code out}. */
  public Screen(PrintStream out, boolean interactive, boolean unicode, LongSupplier nanoTime) {
    this.out = out;
    this.interactive = interactive;
    this.unicode = unicode;
    this.nanoTime = nanoTime;
  }

  /** The screen of this process: standard output. */
  public static Screen ofProcess() {
    return new Screen(System.out, onTerminal(), canShowBlocks(), System::nanoTime);
  }

  /** Whether it redraws. */
  public boolean interactive() {
    return interactive;
  }

  /** Prints one line. */
  public synchronized void line(String text) {
    clear();
    out.println(text);
  }

  /** Prints a paragraph. */
  public synchronized void lines(Iterable<String> text) {
    clear();
    text.forEach(out::println);
    out.flush();
  }

  /**
   * Begins a step of work.
   *
   * @param label what is done, one word
   * @param total how much there is to do, in a unit of the caller's; 0: unknown
   */
  public Step step(String label, long total) {
    Step begun = new Step(this, label, total, nanoTime);
    step = begun;
    return begun;
  }

  /** The step that runs now; null: none. */
  public @Nullable Step currentStep() {
    return step;
  }

  /** A bar of {@code width} characters, filled by {@code share}, 0 to 1. */
  public String bar(double share, int width) {
    int filled = (int) Math.round(Math.max(0, Math.min(1, share)) * width);
    return unicode
        ? FULL.repeat(filled) + EMPTY.repeat(width - filled)
        : "#".repeat(filled) + "-".repeat(width - filled);
  }

  /** A rule across the screen. */
  public String rule() {
    return (unicode ? "\u2500" : "-").repeat(78);
  }

  /** The dot between two facts. */
  public String dot() {
    return unicode ? DOT : "-";
  }

  synchronized void redraw(String text) {
    out.print("\r" + text + "\u001b[K");
    out.flush();
    drawn = true;
  }

  private void clear() {
    if (drawn) {
      out.print("\r\u001b[K");
      drawn = false;
    }
  }

  synchronized void finish(Step ended, String text) {
    clear();
    out.println(text);
    out.flush();
    if (step == ended) {
      step = null;
    }
  }

  // Since Java 22 there is a console without a terminal too; it then says so by isTerminal().
  @SuppressWarnings("SystemConsoleNull")
  private static boolean onTerminal() {
    Console console = System.console();
    if (console == null || System.getenv("CI") != null || "dumb".equals(System.getenv("TERM"))) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  private static boolean canShowBlocks() {
    String name = System.getProperty("stdout.encoding", System.getProperty("sun.stdout.encoding"));
    Charset charset =
        name != null && Charset.isSupported(name)
            ? Charset.forName(name)
            : Charset.defaultCharset();
    return charset.canEncode() && charset.newEncoder().canEncode(FULL + EMPTY + DOT);
  }
}
