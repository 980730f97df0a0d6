package io.bop.aof.sample.startup;

import io.bop.aof.AofSnapshot;
import io.bop.aof.RecoveryReport;
import io.bop.aof.StreamSnapshot;
import io.bop.aof.StreamSnapshot.Segment;
import io.bop.aof.sample.Acknowledgements;
import io.bop.aof.sample.FlightLog;
import io.bop.aof.sample.FlightLogProperties;
import io.bop.aof.sample.console.Numbers;
import io.bop.aof.sample.console.Screen;
import io.bop.aof.sample.console.Step;
import io.bop.aof.sample.console.Summary;
import io.bop.aof.sample.console.Summary.Work;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.stereotype.Component;

/**
 * One start of the flight log, told on the screen: what was recovered, that it is what was written,
 * what was appended, how it moved through the tiers, and that all of it reads back equal.
 */
@Component
public final class StartupRunner implements ApplicationRunner {

  private final FlightLog flights;
  private final FlightLogProperties properties;
  private final Acknowledgements acknowledgements;
  private final Steps steps;
  private final Screen screen;
  private final StopSignal stop;
  private final ApplicationContext context;
  private volatile Phase phase = Phase.STARTING;

  StartupRunner(
      FlightLog flights,
      FlightLogProperties properties,
      Acknowledgements acknowledgements,
      Steps steps,
      Screen screen,
      ApplicationContext context) {
    this.flights = flights;
    this.properties = properties;
    this.acknowledgements = acknowledgements;
    this.steps = steps;
    this.screen = screen;
    this.stop = steps.stop();
    this.context = context;
  }

  /** Where this start is. */
  public Phase phase() {
    return phase;
  }

  @Override
  public void run(ApplicationArguments args) {
    stop.begin();
    try {
      tellRecovery();
      start();
      if (stop.stopping()) {
        tell(
            "stopped",
            Numbers.count(acknowledgements.nextOffset())
                + " records are acknowledged; the next start goes on there");
      }
    } finally {
      stop.finish();
    }
  }

  private void start() {
    requireNothingLost();
    Replay.Result found = verifyFound();
    if (stop.stopping()) {
      return;
    }
    Ingest.Result appended = append(found);
    if (stop.stopping()) {
      return;
    }
    move();
    long acknowledged = acknowledgements.nextOffset();
    Replay.Result replayed = replay();
    if (stop.stopping()) {
      return;
    }
    summarize(found, appended, replayed);
    requireNoDifference(replayed);
    requireAcknowledged(replayed, acknowledged);
    requireAll(replayed, appended.nextSeq());
    screen.line("verified: equal");
    phase = Phase.SERVING;
    tellServing();
  }

  private void tellRecovery() {
    AofSnapshot store = flights.storeSnapshot();
    RecoveryReport recovery = store.recovery();
    screen.line("");
    screen.line("  flight log " + screen.dot() + " real flights in a tiered append-only store");
    screen.line("");
    if (recovery.created()) {
      tell("new store", store.root());
      return;
    }
    tell(
        recovery.restored() ? "restored" : "recovered",
        store.root() + " in " + Numbers.time(recovery.took()) + before(recovery));
    tell("", Numbers.count(recovery.segments()) + " segments, " + scanned(recovery));
    recovery.quarantined().forEach(file -> tell("set aside", file));
    recovery.needsRecovery().forEach(segment -> tell("fetching", segment));
  }

  private static String before(RecoveryReport recovery) {
    if (recovery.restored()) {
      return ", from Tier 2 alone";
    }
    return recovery.cleanClose() ? ", it was closed cleanly" : ", it was not closed cleanly";
  }

  private static String scanned(RecoveryReport recovery) {
    return recovery.scannedSegments() == 0
        ? "all of them sealed: nothing to scan"
        : recovery.scannedSegments()
            + " of them unsealed and scanned: "
            + Numbers.count(recovery.recoveredRecords())
            + " records intact, torn tail of "
            + Numbers.bytes(recovery.truncatedBytes())
            + " cut";
  }

  private void requireNothingLost() {
    OptionalLong acknowledged = acknowledgements.previous();
    if (acknowledged.isEmpty()) {
      return;
    }
    long before = acknowledged.getAsLong();
    long found = flights.snapshot().nextOffset();
    String facts =
        "acknowledged before " + Numbers.count(before) + ", found " + Numbers.count(found);
    if (found < before) {
      phase = Phase.FAILED;
      tell("LOST", facts);
      throw new VerificationFailedException(
          "acknowledged records are lost: " + facts + ", lost " + Numbers.count(before - found));
    }
    tell("survived", facts + ": nothing lost");
  }

  private Replay.Result verifyFound() {
    phase = Phase.VERIFYING;
    StreamSnapshot stream = flights.snapshot();
    long end = stream.nextOffset();
    Step step = screen.step("verify", end);
    Replay.Result found = steps.replay().run(step, end);
    if (end > 0 && !stop.stopping()) {
      step.end(
          Numbers.count(found.records())
              + " records, "
              + Numbers.bytes(found.bytes())
              + " in "
              + Numbers.time(found.took())
              + (found.difference() == null ? ": equal" : ": DIFFERENT"));
      if (found.difference() == null) {
        tell("goes on", "with event " + Numbers.count(found.nextSeq()) + " of the data set");
      }
    }
    requireNoDifference(found);
    requireAcknowledged(found, acknowledgements.previous().orElse(0));
    return found;
  }

  private Ingest.Result append(Replay.Result found) {
    phase = Phase.APPENDING;
    long missing = properties.target().toBytes() - found.eventBytes();
    long bytes = missing > 0 ? missing : properties.extraPerStart().toBytes();
    Step step = screen.step("append", bytes);
    Ingest.Result appended = steps.ingest().run(step, found.nextSeq(), bytes);
    step.end(done(appended.records(), appended.bytes(), appended.took()));
    return appended;
  }

  private void move() {
    phase = Phase.MOVING;
    Settling.Result before = steps.settling().look();
    Step step = screen.step("move", before.sealed());
    Settling.Result moved = steps.settling().await(step);
    step.end(
        moved.sealed()
            + " sealed segments: "
            + moved.compressed()
            + " compressed, "
            + moved.uploaded()
            + " uploaded, after "
            + Numbers.time(step.elapsed()));
  }

  private Replay.Result replay() {
    phase = Phase.REPLAYING;
    long end = flights.snapshot().nextOffset();
    Step step = screen.step("replay", end);
    Replay.Result replayed = steps.replay().run(step, end);
    step.end(done(replayed.records(), replayed.bytes(), replayed.took()));
    return replayed;
  }

  private void summarize(Replay.Result found, Ingest.Result appended, Replay.Result replayed) {
    AofSnapshot store = flights.storeSnapshot();
    List<Segment> segments = flights.snapshot().segments();
    List<Segment> compressed =
        segments.stream().filter(segment -> segment.compressedBytes() > 0).toList();
    Summary summary =
        new Summary(
            store.root(),
            new Work(found.records(), found.bytes(), found.took()),
            new Work(appended.records(), appended.bytes(), appended.took()),
            new Work(replayed.records(), replayed.bytes(), replayed.took()),
            segments.size(),
            compressed.stream().mapToLong(Segment::bytes).sum(),
            compressed.stream().mapToLong(Segment::compressedBytes).sum(),
            store.tiers());
    screen.lines(summary.lines(screen));
  }

  private void requireAll(Replay.Result replayed, long nextSeq) {
    if (replayed.nextSeq() != nextSeq) {
      differ("events written up to " + nextSeq + ", read up to " + replayed.nextSeq());
    }
  }

  private void requireAcknowledged(Replay.Result replayed, long acknowledged) {
    if (!stop.stopping() && replayed.nextOffset() < acknowledged) {
      differ("acknowledged up to " + acknowledged + ", read up to " + replayed.nextOffset());
    }
  }

  private void requireNoDifference(Replay.Result result) {
    String difference = result.difference();
    if (difference != null) {
      differ(difference);
    }
  }

  private void differ(String difference) {
    phase = Phase.FAILED;
    screen.line("verified: DIFFERENT");
    screen.line(difference);
    throw new VerificationFailedException(difference);
  }

  private void tellServing() {
    if (properties.exitAfterSummary()
        || !(context instanceof WebServerApplicationContext web)
        || web.getWebServer() == null) {
      return;
    }
    String address = "http://localhost:" + web.getWebServer().getPort();
    screen.line("");
    tell("serving", address + "/ shows where everything lives; Ctrl-C stops");
    tell("try", "curl '" + address + "/flights?from=0&limit=3'");
    tell("", "curl -N " + address + "/flights/tail");
    screen.line("");
  }

  private void tell(String word, String text) {
    screen.line(Step.head(word) + text);
  }

  private static String done(long records, long bytes, Duration took) {
    return Numbers.count(records)
        + " records, "
        + Numbers.bytes(bytes)
        + " in "
        + Numbers.time(took)
        + ": "
        + Numbers.countRate(records, took);
  }
}
