package io.bop.aof.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.format.ManifestRecord.StreamCreated;
import io.bop.aof.format.ManifestRecord.StreamDeleted;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.io.NoSpaceException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestLogFailureTest {

  private static final String CHUNK = ObjectKeys.chunkName(0);
  private static final int WHOLE_SPARE = 16_384 + SpareChunk.LAST;

  @TempDir Path root;

  private final FaultyHost host = new FaultyHost();

  @AfterEach
  void everyFileIsClosed() {
    assertThat(host.openFiles).isZero();
  }

  private ReplayResult open() throws IOException {
    return ManifestStore.open(
        host, root.resolve("manifest"), new ManifestStore.Options(new UUID(7, 9), 16_384, false));
  }

  private static void addStream(ManifestLog log, String name) {
    log.append(new StreamCreated(log.ledger().nextStreamId(), 5, name, new byte[0]));
  }

  private ManifestLog withOneForcedRecord() throws IOException {
    ManifestLog log = open().log();
    addStream(log, "first");
    log.force();
    host.trace.clear();
    return log;
  }

  @Test
  void writesANewFileAfterAFailedForceAndNeverForcesTheOldOneAgain() throws IOException {
    ManifestLog log = withOneForcedRecord();
    host.failingForces = 1;
    addStream(log, "second");
    log.force();
    assertThat(host.trace)
        .containsExactly(
            "write " + CHUNK,
            "failed force " + CHUNK,
            "create " + CHUNK + ".tmp",
            "write " + CHUNK + ".tmp",
            "force " + CHUNK + ".tmp",
            "rename " + CHUNK,
            "sync",
            "write durable.mark");
    assertThat(log.failure()).isNull();
    addStream(log, "third");
    log.close();
    assertThat(open().ledger().streams()).hasSize(3);
  }

  @Test
  void refusesFurtherRecordsWhenTheNewFileFailsToo() throws IOException {
    ManifestLog log = withOneForcedRecord();
    host.failingForces = 2;
    addStream(log, "second");
    assertThatThrownBy(log::force).isInstanceOf(ManifestFailedException.class);
    assertThat(log.failure()).isNotNull();
    host.trace.clear();
    assertThatThrownBy(() -> addStream(log, "third")).isInstanceOf(ManifestFailedException.class);
    assertThatThrownBy(log::force).isInstanceOf(ManifestFailedException.class);
    assertThatThrownBy(log::rotate).isInstanceOf(ManifestFailedException.class);
    assertThat(host.trace).isEmpty();
    log.close();
    ReplayResult again = open();
    assertThat(again.ledger().stream("first")).isNotNull();
    assertThat(again.ledger().stream("third")).isNull();
  }

  /* A seal that reached the disk without what is before it would turn a torn tail into damage. */
  @Test
  void writesTheSealWhenAllBeforeItIsDurable() throws IOException {
    ManifestLog log = withOneForcedRecord();
    addStream(log, "second");
    log.rotate();
    assertThat(host.trace)
        .startsWith(
            "write " + CHUNK,
            "force " + CHUNK,
            "write durable.mark",
            "write " + CHUNK,
            "force " + CHUNK);
    log.close();
    assertThat(open().ledger().streams()).hasSize(2);
  }

  @Test
  void rotatesThroughAFailedForceOfTheSeal() throws IOException {
    ManifestLog log = withOneForcedRecord();
    host.failingForces = 1;
    SealedChunk sealed = log.rotate();
    assertThat(sealed.index()).isZero();
    addStream(log, "second");
    log.close();
    ReplayResult again = open();
    assertThat(again.ledger().streams()).hasSize(2);
    assertThat(again.sealedChunks().get(0)).isEqualTo(sealed);
  }

  @Test
  void handsOnTheSealedChunkWhenTheNextOneCannotBeCreatedYet() throws IOException {
    ManifestLog log = withOneForcedRecord();
    host.goodForces = 1;
    host.failingForces = 1;
    assertThat(log.rotate().index()).isZero();
    addStream(log, "second");
    log.force();
    log.close();
    assertThat(open().ledger().streams()).hasSize(2);
  }

  @Test
  void goesOnWhenAFullDiskHasRoomAgain() throws IOException {
    ManifestLog log = withOneForcedRecord();
    host.full = true;
    addStream(log, "second");
    assertThatThrownBy(log::force).isInstanceOf(NoSpaceException.class);
    assertThatThrownBy(log::rotate).isInstanceOf(NoSpaceException.class);
    assertThat(log.failure()).isNull();
    assertThat(log.shouldRotate()).isTrue();
    addStream(log, "third");
    host.full = false;
    assertThat(log.rotate().records()).as("with the seal").isEqualTo(4);
    assertThat(log.shouldRotate()).isFalse();
    log.close();
    assertThat(open().ledger().streams()).hasSize(3);
  }

  @Test
  void writesANewFileAfterAFailedWrite() throws IOException {
    ManifestLog log = withOneForcedRecord();
    host.failingWrites = 1;
    addStream(log, "second");
    log.flush();
    assertThat(host.trace).startsWith("failed write " + CHUNK, "create " + CHUNK + ".tmp");
    assertThat(log.failure()).isNull();
    log.close();
    assertThat(open().ledger().streams()).hasSize(2);
  }

  @Test
  void isOverWhenTheNameOfTheNewFileCannotBeForced() throws IOException {
    ManifestLog log = withOneForcedRecord();
    host.failingForces = 1;
    host.failingSyncs = 1;
    addStream(log, "second");
    assertThatThrownBy(log::force).isInstanceOf(ManifestFailedException.class);
    log.close();
    host.trace.clear();
    assertThat(open().ledger().streams()).hasSizeBetween(1, 2);
    assertThat(host.trace).contains("rename " + CHUNK, "sync");
  }

  @Test
  void givesTheFirstFileOfAChunkItsNameAgainWhenThatCouldNotBeForced() throws IOException {
    ManifestLog log = withOneForcedRecord();
    log.rotate();
    addStream(log, "second");
    log.force();
    log.rotate();
    log.close();
    host.trace.clear();
    ManifestLog next = open().log();
    String chunk = ObjectKeys.chunkName(next.chunkIndex());
    addStream(next, "third");
    host.trace.clear();
    host.failingSyncs = 1;
    next.force();
    assertThat(host.trace)
        .containsExactly(
            "create " + chunk + ".tmp",
            "write " + chunk + ".tmp",
            "force " + chunk + ".tmp",
            "rename " + chunk,
            "failed sync",
            "create " + chunk + ".tmp",
            "write " + chunk + ".tmp",
            "force " + chunk + ".tmp",
            "rename " + chunk,
            "sync",
            "write durable.mark");
    next.close();
  }

  @Test
  void waitsForRoomWhenTheNewFileDoesNotFit() throws IOException {
    ManifestLog log = withOneForcedRecord();
    host.failingForces = 1;
    addStream(log, "second");
    log.flush();
    host.full = true;
    assertThatThrownBy(log::force).isInstanceOf(NoSpaceException.class);
    assertThat(log.failure()).isNull();
    host.trace.clear();
    host.full = false;
    log.force();
    assertThat(host.trace).contains("rename " + CHUNK).doesNotContain("force " + CHUNK);
    log.close();
    assertThat(open().ledger().streams()).hasSize(2);
  }

  @Test
  void usesTheSpareChunkWhenTheDiskIsFull() throws IOException {
    ManifestLog log = withOneForcedRecord();
    log.prepareSpare(0);
    Path spare = root.resolve("manifest").resolve(SpareChunk.NAME);
    assertThat(spare).hasSize(WHOLE_SPARE);
    assertThat(log.isSpareMissing()).isFalse();
    host.full = true;
    addStream(log, "second");
    log.force();
    assertThat(spare).hasSize(SpareChunk.LAST);
    assertThat(log.isSpareMissing()).isTrue();
    log.prepareSpare(0);
    assertThat(spare).as("there is no room for more").hasSize(SpareChunk.LAST);
    host.full = false;
    log.prepareSpare(Long.MAX_VALUE / 2);
    assertThat(spare).as("the reserve comes first").hasSize(SpareChunk.LAST);
    log.prepareSpare(0);
    assertThat(spare).hasSize(WHOLE_SPARE);
    log.close();
    assertThat(open().ledger().streams()).hasSize(2);
  }

  @Test
  void opensOnAFullDiskByTheSpareChunk() throws IOException {
    ManifestLog log = withOneForcedRecord();
    log.prepareSpare(0);
    log.close();
    host.full = true;
    assertThat(open().ledger().streams()).hasSize(1);
    assertThat(root.resolve("manifest").resolve(SpareChunk.NAME)).hasSize(SpareChunk.LAST);
  }

  @Test
  void usesTheLastOfTheSpareChunkOnlyForWhatMakesRoom() throws IOException {
    ManifestLog log = withOneForcedRecord();
    log.prepareSpare(0);
    Path spare = root.resolve("manifest").resolve(SpareChunk.NAME);
    host.full = true;
    addStream(log, "second");
    log.force();
    host.room = 0;
    addStream(log, "third");
    assertThatThrownBy(log::force).isInstanceOf(NoSpaceException.class);
    assertThat(spare).hasSize(SpareChunk.LAST);

    long first = log.ledger().streams().iterator().next().streamId();
    log.append(new StreamDeleted(first, 5));
    log.force();

    assertThat(spare).doesNotExist();
    host.room = 0;
    addStream(log, "fourth");
    assertThatThrownBy(log::force).isInstanceOf(NoSpaceException.class);
    host.full = false;
    log.prepareSpare(0);
    assertThat(spare).hasSize(WHOLE_SPARE);
    log.close();
    assertThat(open().ledger().streams()).filteredOn(s -> !s.deleted()).hasSize(3);
  }
}
