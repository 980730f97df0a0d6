package io.bop.aof.spring.boot.test.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bop.aof.AofConfig;
import io.bop.aof.AofReader;
import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.BackpressureException;
import io.bop.aof.ReadFrom;
import io.bop.aof.SegmentState;
import io.bop.aof.Tier2Type;
import io.bop.aof.spring.boot.metrics.EngineMeters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A store on real files whose bucket, a folder, is taken away until nothing is admitted. */
final class Outage extends Cause {

  static final String[] ALERTS = {
    "AofTier0Filling",
    "AofTier1FillingWithoutUploads",
    "AofAdmissionClosed",
    "AofUploadLag",
    "AofUploadBacklog",
    "AofBreakerOpen",
    "AofTier2Errors"
  };

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int SIZE = 16 * 1024;
  private static final int A_SEGMENT = 70;

  private final Path folder;
  private final Application application;
  private final AofStream stream;

  /** Opens a store in the folder, and has it archive some segments. */
  Outage(Path folder) {
    super("outage", ALERTS);
    this.folder = folder;
    this.application = Application.start(events -> AofStore.open(config(events)));
    this.stream = application.store().stream("orders");
    Machine.append(stream, 8 * A_SEGMENT, SIZE);
    stream.seal();
    awaitArchived();
  }

  private AofConfig config(EngineMeters events) {
    return AofConfig.builder(folder.resolve("store"))
        .maxRecordSize(256 * 1024)
        .appendTimeout(Duration.ofSeconds(5))
        .segment(s -> s.withMaxSize(Machine.MIB))
        .tier0(t -> t.withMaxBytes(4 * Machine.MIB))
        .tier1(t -> t.withMaxBytes(8 * Machine.MIB))
        .tier2(
            t ->
                t.withType(Tier2Type.FILESYSTEM)
                    .withFilesystemRoot(bucket())
                    .withRetry(t.retry().withMaxAttempts(2).withMaxDelay(Duration.ofMillis(100)))
                    .withCircuitBreaker(t.circuitBreaker().withSlidingWindowSize(2)))
        .listener(events)
        .build();
  }

  private Path bucket() {
    return folder.resolve("bucket");
  }

  private Path elsewhere() {
    return folder.resolve("elsewhere");
  }

  private void awaitArchived() {
    await().atMost(PATIENCE).until(this::isArchived);
  }

  private boolean isArchived() {
    AofSnapshot now = application.store().snapshot();
    return now.oldestUnuploadedMillis() == 0
        && now.segmentsByState().get(SegmentState.UPLOADED) > 0;
  }

  /** Some of everything that a healthy store does. */
  void work() {
    Machine.append(stream, A_SEGMENT, SIZE);
    try (AofReader reader = stream.reader(ReadFrom.earliest())) {
      while (reader.next() != null) {
        // Each record counts.
      }
    }
  }

  @Override
  String scrape() {
    return application.registry().scrape();
  }

  /* A file where the folder was: nothing can be made there. */
  @Override
  void happen() throws IOException {
    Files.move(bucket(), elsewhere());
    Files.createFile(bucket());
  }

  @Override
  void goOn() {
    try {
      Machine.append(stream, A_SEGMENT, SIZE);
    } catch (BackpressureException e) {
      assertThat(e).isNotNull();
    }
  }

  @Override
  void end() throws IOException {
    Files.delete(bucket());
    Files.move(elsewhere(), bucket());
    awaitArchived();
  }

  @Override
  public void close() {
    application.store().close();
  }
}
