package io.bop.aof.testkit.torture;

import io.bop.aof.testkit.SeededRandom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** One life of a writing process, from its start to its end. Used once, by one thread. */
final class Round {

  /* Far more than a slow machine needs: what takes longer hangs. */
  private static final long PATIENCE_MILLIS = 120_000;
  private static final int LONGEST_STOP_MILLIS = 400;
  private static final int REFUSALS_WANTED = 1;
  private static final int SEEN_WANTED = 5;
  private static final int RESUMED_WANTED = 20;
  private static final long REFILL_MILLIS = 50;
  private static final int KILLED = 128 + 9;

  private final RoundPlan plan;
  private final Setting setting;
  private final SmallDisk disk;
  private final SeededRandom random;
  private final WriterProcess process;
  private final Conversation said;
  private int stops;
  private int fills;

  private Round(RoundPlan plan, Setting setting, WriterProcess process, Conversation said) {
    this.plan = plan;
    this.setting = setting;
    this.disk = setting.disk();
    this.random = setting.random();
    this.process = process;
    this.said = said;
  }

  /**
   * What all rounds of a store share.
   *
   * @param history of the store
   * @param disk it lives on
   * @param random of the run
   * @param pace of earlier rounds
   */
  record Setting(History history, SmallDisk disk, SeededRandom random, Pace pace) {}

  /**
   * Plays one round.
   *
   * @param log of the writing process
   * @throws Violation when a promise is broken
   */
  static RoundResult play(
      int number, RoundPlan plan, Setting setting, WriterArguments arguments, Path log)
      throws IOException, InterruptedException {
    try (WriterProcess process = WriterProcess.start(arguments, log)) {
      Conversation said = new Conversation(process.pipe(), setting.history());
      Thread listener = new Thread(said::listen, "listener");
      listener.setDaemon(true);
      listener.start();
      Round round = new Round(plan, setting, process, said);
      round.live();
      round.die();
      round.remember();
      return round.result(number);
    }
  }

  private void live() throws IOException, InterruptedException {
    await("the open begins", c -> c.phase() != Conversation.Phase.STARTED);
    switch (plan.ending()) {
      case OPENING -> pause((long) (setting.pace().openNanos() * plan.moment()));
      case VERIFYING -> {
        double enough = setting.pace().records() * plan.moment();
        await("records are read", c -> c.read() >= enough || isSettled(c));
      }
      case APPENDING, CLOSED -> append();
      case STOPPED -> {
        append();
        stop();
        pause(random.between(0, LONGEST_STOP_MILLIS) * 1_000_000L);
      }
      case CLOSING -> {
        append();
        if (!isRefused()) {
          process.askToClose();
          pause((long) (setting.pace().closeNanos() * plan.moment()));
        }
      }
    }
  }

  private void die() throws IOException, InterruptedException {
    if (isRefused()) {
      process.awaitEnd();
    } else if (plan.ending() == Ending.CLOSED) {
      int streams = TortureStream.values().length;
      await("all is known to be archived that was", c -> c.archivesFound() == streams);
      long started = System.nanoTime();
      process.askToClose();
      await("the store is closed", c -> c.phase() == Conversation.Phase.CLOSED);
      process.awaitEnd();
      setting.pace().closed(System.nanoTime() - started);
    } else {
      process.kill();
    }
    await("all is heard", Conversation::ended);
    boolean endedWell = said.phase() == Conversation.Phase.CLOSED || isRefused();
    if (process.exitStatus() != KILLED && !(endedWell && process.exitStatus() == 0)) {
      throw new Violation("the writing process ended by itself: exit=" + process.exitStatus());
    }
  }

  private void remember() throws IOException {
    Message.Opened opened = said.opened();
    if (opened != null) {
      setting.pace().opened(opened.nanos());
    }
    if (said.phase().compareTo(Conversation.Phase.VERIFIED) >= 0 && !isRefused()) {
      setting.pace().verified(said.read());
    }
    if (isRefused()) {
      if (!disk.isFilled()) {
        throw new Violation("the store does not open for want of room, and there is room");
      }
      disk.free();
    } else if (said.diskFull() > 0 && !disk.wasFilled()) {
      throw new Violation("the disk was full, and nobody had filled it: make it larger");
    }
  }

  private RoundResult result(int number) {
    return new RoundResult(
        number,
        plan.ending(),
        said.phase(),
        said.opened(),
        new RoundResult.Counts(
            said.read(), said.acknowledged(), said.refused(), said.diskFull(), stops, fills));
  }

  // ---- appends

  private void append() throws IOException, InterruptedException {
    await("all is read after the open", Round::isSettled);
    if (isRefused()) {
      return;
    }
    if (disk.isFilled()) {
      makeRoom();
    }
    for (int i = 1; i <= plan.stops(); i++) {
      awaitAppends(plan.steps() * i / (plan.stops() + 1));
      stop();
      pause(random.between(0, LONGEST_STOP_MILLIS) * 1_000_000L);
      process.goOn();
    }
    switch (plan.fill()) {
      case NEVER -> {}
      case FOR_A_WHILE -> {
        fillUp();
        makeRoom();
      }
      case TO_THE_END -> {
        fillUp();
        return;
      }
    }
    awaitAppends(plan.steps());
  }

  private void awaitAppends(long steps) throws IOException, InterruptedException {
    await("appends are acknowledged", c -> c.acknowledged() >= steps);
  }

  private void stop() throws IOException, InterruptedException {
    process.stop();
    stops++;
  }

  // ---- the full disk

  /* What the store frees is taken too, until it has to refuse; reads go on meanwhile. */
  private void fillUp() throws IOException, InterruptedException {
    fills++;
    long refusals = said.diskFull() + REFUSALS_WANTED;
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    do {
      if (System.nanoTime() > deadline) {
        throw hangs("appends are refused because the disk is full");
      }
      disk.fill(plan.spareBytes());
    } while (!said.await(c -> c.diskFull() >= refusals, REFILL_MILLIS) && !said.ended());
    long seen = said.seen() + SEEN_WANTED;
    await("reads go on though the disk is full", c -> c.seen() >= seen);
  }

  private void makeRoom() throws IOException, InterruptedException {
    disk.free();
    long resumed = said.acknowledged() + RESUMED_WANTED;
    await("appends resume after the disk was freed", c -> c.acknowledged() >= resumed);
  }

  // ---- waiting

  private static boolean isSettled(Conversation said) {
    return said.phase().compareTo(Conversation.Phase.VERIFIED) >= 0;
  }

  private boolean isRefused() {
    return said.phase() == Conversation.Phase.REFUSED;
  }

  private void await(String what, Predicate<Conversation> condition)
      throws IOException, InterruptedException {
    if (said.await(condition, PATIENCE_MILLIS)) {
      return;
    }
    if (said.ended()) {
      process.awaitEnd();
      throw new Violation(
          "the writing process ended by itself: exit=" + process.exitStatus() + " before=" + what);
    }
    throw hangs(what);
  }

  private Violation hangs(String what) throws IOException, InterruptedException {
    process.dumpThreads();
    pause(TimeUnit.SECONDS.toNanos(1));
    return new Violation(
        "nothing happens: waitedFor=\""
            + what
            + "\" acknowledged="
            + said.acknowledged()
            + " refused="
            + said.refused()
            + " refusedDiskFull="
            + said.diskFull()
            + " action=see the thread dump in the log of the process");
  }

  private static void pause(long nanos) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(nanos);
  }
}
