package io.bop.aof.testkit.torture;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Kills a store's process with SIGKILL at random moments, over and over, and checks after every
 * start that each acknowledged record is there once, equal and in order, and that nothing is there
 * that was not appended.
 *
 * <p>A second process appends from several threads to several streams, at all levels and in all
 * ways, and says through a pipe what it is about to append and what was acknowledged; what it said
 * outlives it. A mere kill takes nothing that was acknowledged, at any {@link
 * io.bop.aof.Durability}: what {@code MEMORY} promises is exactly this.
 */
public final class Torture {

  private static final int BROKEN = 1;
  private static final int USAGE = 2;

  private Torture() {}

  /**
   * Runs the torture. Exit status 0: all promises were kept; 1: one was broken, and the files were
   * kept; 2: the arguments make no sense.
   *
   * @param args see {@link TortureOptions#USAGE}
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    TortureOptions options;
    try {
      options = TortureOptions.parse(args);
    } catch (IllegalArgumentException e) {
      out.println(e.getMessage());
      out.print(TortureOptions.USAGE);
      System.exit(USAGE);
      return;
    }
    TortureReport report = run(options, out::println);
    out.print(report.toText());
    System.exit(report.passed() ? 0 : BROKEN);
  }

  /**
   * Runs the torture in this process, for tests; the writing processes get this one's Java and
   * class path.
   *
   * @param progress gets a line a round
   */
  public static TortureReport run(TortureOptions options, Consumer<String> progress)
      throws IOException, InterruptedException {
    return new TortureRun(options, progress).run();
  }
}
