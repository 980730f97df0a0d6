package io.bop.aof.testkit.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.io.Host;
import io.bop.aof.io.NoSpaceException;
import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.objectstore.ObjectSummary;
import io.bop.aof.objectstore.PutResult;
import io.bop.aof.objectstore.filesystem.FilesystemObjectStore;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesystemObjectStoreTest extends ObjectStoreContract {

  @TempDir Path folder;

  @Override
  protected ObjectStore createStore() throws ObjectStoreException {
    return new FilesystemObjectStore(Host.system(), root());
  }

  @Test
  void isTheFileByteForByteAndHidesItsOwnFiles() throws Exception {
    store().putIfAbsent("segments/1/a.zst", body("bytes"), Map.of("aof-epoch", "1"));

    assertThat(Files.readString(root().resolve("segments/1/a.zst"))).isEqualTo("bytes");
    assertThat(store().list("", null, 10).objects())
        .extracting(ObjectSummary::key)
        .containsExactly("segments/1/a.zst");
    assertThat(temporaryFiles()).isEmpty();
    assertThat(store().describe()).isEqualTo("filesystem:" + root());
  }

  @Test
  void namesContentByChecksumAndSize() throws Exception {
    PutResult created = store().putIfAbsent("k", body("123456789"), Map.of());

    assertThat(created).isEqualTo(new PutResult.Created("e3069283-9"));
    assertThat(store().head("k").orElseThrow().etag()).isEqualTo("e3069283-9");
    assertThat(store().list("", null, 1).objects().get(0).etag()).isEqualTo("e3069283-9");
  }

  @Test
  void keepsEverythingAcrossReopenAndSweepsLeftovers() throws Exception {
    store().putIfAbsent("k", body("x"), Map.of("aof-epoch", "4"));
    store().close();
    Files.writeString(root().resolve(".tmp/0123.part"), "torn");

    try (ObjectStore again = createStore()) {
      assertThat(again.head("k").orElseThrow().metadata()).containsEntry("aof-epoch", "4");
      assertThat(temporaryFiles()).isEmpty();
    }
  }

  @Test
  void sweepsNothingWhileAnotherStoreIsOpenThere() throws Exception {
    Path inFlight = Files.writeString(root().resolve(".tmp/0123.part"), "on its way");

    createStore().close();

    assertThat(inFlight).exists();
  }

  @Test
  void takesFilesThatWereCopiedInByHand() throws Exception {
    Files.createDirectories(root().resolve("manifest"));
    Files.writeString(root().resolve("manifest/0001.mlog"), "123456789");

    ObjectSummary found = store().head("manifest/0001.mlog").orElseThrow();

    assertThat(found.metadata()).isEqualTo(Map.of("aof-crc32c", "e3069283"));
    assertThat(found.etag()).isEqualTo("e3069283-9");
  }

  @Test
  void tellsItsMetadataFromThatOfPutterWhoLostAndDied() throws Exception {
    store().putIfAbsent("k", body("1234"), Map.of("aof-epoch", "2"));
    Path loser = root().resolve(".meta/k~00000001-4");
    Files.writeString(loser, "aof-object 1\naof-epoch=1\nend 00000000\n");

    ObjectSummary found = store().head("k").orElseThrow();

    assertThat(found.metadata()).containsEntry("aof-epoch", "2");
    store().delete("k");
    assertThat(loser).doesNotExist();
  }

  @Test
  void leavesNoMetadataOfPuttersWhoLost() throws Exception {
    for (int i = 0; i < 20; i++) {
      store().putIfAbsent("k", body("version " + i), Map.of("aof-epoch", "" + i));
    }

    try (Stream<Path> sidecars = Files.list(root().resolve(".meta"))) {
      assertThat(sidecars).hasSize(1);
    }
  }

  @Test
  void reportsDamagedMetadata() throws Exception {
    store().putIfAbsent("k", body("123456789"), Map.of("aof-epoch", "4"));
    Path sidecar = root().resolve(".meta/k~e3069283-9");
    Files.writeString(sidecar, Files.readString(sidecar).replace("=4", "=5"));

    assertFails(Reason.CORRUPT, () -> store().head("k"));
    assertThat(store().get("k")).asString().isEqualTo("123456789");
  }

  @Test
  void passesOverFilesThatCannotBeObjects() throws Exception {
    Files.createDirectories(root().resolve("lost+found"));
    Files.createDirectories(root().resolve("empty"));
    Files.writeString(root().resolve("note~"), "x");

    assertThat(store().list("", null, 10).objects()).isEmpty();
  }

  @Test
  void refusesKeyThatIsAFolderOfOthers() throws Exception {
    store().putIfAbsent("a/b", body("x"), Map.of());

    assertFails(Reason.CORRUPT, () -> store().putIfAbsent("a", body("x"), Map.of()));
    assertFails(Reason.CORRUPT, () -> store().putIfAbsent("a/b/c", body("x"), Map.of()));
    assertThat(temporaryFiles()).isEmpty();
  }

  @Test
  void isUnavailableWhenItsDirectoryIsGone() throws Exception {
    Files.move(root(), folder.resolve("elsewhere"));

    assertFails(Reason.UNAVAILABLE, () -> store().head("k"));
    assertFails(Reason.UNAVAILABLE, () -> store().get("k"));
    assertFails(Reason.UNAVAILABLE, () -> store().delete("k"));
    assertFails(Reason.UNAVAILABLE, () -> store().list("", null, 1));
    assertFails(Reason.UNAVAILABLE, () -> store().putIfAbsent("k", body("x"), Map.of()));
  }

  @Test
  void refusesFileSystemWithoutHardLinks() {
    DiskFaults faults = new DiskFaults();
    faults.fail("linkIfAbsent", null, new FileSystemException("x", "y", "Operation not permitted"));
    Host host = faults.host();

    assertThatThrownBy(() -> new FilesystemObjectStore(host, folder.resolve("other")))
        .isInstanceOf(ObjectStoreException.class)
        .hasMessageContaining("no hard links")
        .hasMessageContaining(folder.resolve("other").toString());
  }

  @Test
  void saysWhenTheDiskIsFullAndLeavesNothing() throws Exception {
    DiskFaults faults = new DiskFaults();
    try (ObjectStore full = new FilesystemObjectStore(faults.host(), root())) {
      faults.failWrites(new NoSpaceException("disk is full", new IOException("no space left")));

      assertFails(Reason.NO_SPACE, () -> full.putIfAbsent("k", body("x"), Map.of()));
      faults.failWrites(null);

      assertThat(full.head("k")).isEmpty();
      assertThat(temporaryFiles()).isEmpty();
    }
  }

  @Test
  void syncsFolderAgainBeforeItSaysThatAnObjectExists() throws Exception {
    DiskFaults faults = new DiskFaults();
    try (ObjectStore failing = new FilesystemObjectStore(faults.host(), root())) {
      faults.fail("syncDirectory", root(), new IOException("I/O error"));

      assertFails(Reason.TRANSIENT, () -> failing.putIfAbsent("k", body("x"), Map.of()));
      assertFails(Reason.TRANSIENT, () -> failing.putIfAbsent("k", body("x"), Map.of()));
      faults.heal();

      assertThat(failing.putIfAbsent("k", body("x"), Map.of()))
          .isEqualTo(new PutResult.AlreadyExists());
    }
  }

  @Test
  void endsCopyWhenItsThreadIsInterrupted() throws Exception {
    ObjectBody large = body(new byte[4 * 1024 * 1024]);
    Thread.currentThread().interrupt();
    try {
      assertFails(Reason.CANCELLED, () -> store().putIfAbsent("k", large, Map.of()));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(store().head("k")).isEmpty();
  }

  @Test
  void endsCallsAfterClose() {
    store().close();

    assertFails(Reason.CANCELLED, () -> store().get("k"));
  }

  private Path root() {
    return folder.resolve("tier2");
  }

  private List<Path> temporaryFiles() throws IOException {
    try (Stream<Path> files = Files.list(root().resolve(".tmp"))) {
      return files.filter(file -> file.toString().endsWith(".part")).toList();
    }
  }
}
