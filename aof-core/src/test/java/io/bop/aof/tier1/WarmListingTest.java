package io.bop.aof.tier1;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.io.Host;
import io.bop.aof.zstd.FrameSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an open finds in the directory of warm files. */
class WarmListingTest {

  private static final FrameSetting SMALL = new FrameSetting(1, 4096);

  @TempDir Path directory;
  private WarmFiles files;

  @BeforeEach
  void open() {
    files = new WarmFiles(Host.system(), directory);
  }

  @Test
  void sweepsWhatACrashLeftAndListsTheRest() throws IOException {
    TestSegment segment = TestSegment.random(new Random(5), 100, 1_000);
    WarmFile file = files.write(segment, segment.footer(), SMALL);
    Path stream = files.path(segment.streamId(), segment.segmentId()).getParent();
    Files.write(stream.resolve("00000000000000000009.zst.tmp"), new byte[10]);
    Files.write(stream.resolve("notes.txt"), new byte[10]);

    WarmFiles reopened = new WarmFiles(Host.system(), directory);
    assertThat(reopened.list((streamId, segmentId) -> -1))
        .containsExactly(new WarmFileName(segment.streamId(), segment.segmentId(), file.bytes()));
    assertThat(reopened.bytesUsed()).isEqualTo(file.bytes());
    assertThat(stream.resolve("notes.txt")).exists();
    assertThat(stream.resolve("00000000000000000009.zst.tmp")).doesNotExist();
  }

  @Test
  void takesSizesOnTrustAndComparesThemLater() throws IOException {
    for (int id = 1; id <= 3; id++) {
      TestSegment segment = new TestSegment(1, id, 3, 4).add(new byte[100], 5);
      files.write(segment, segment.footer(), SMALL);
    }
    long right = files.leastRecentlyUsed((stream, segment) -> true).orElseThrow().bytes();
    WarmFiles reopened = new WarmFiles(Host.system(), directory);
    assertThat(reopened.list((stream, segment) -> segment == 2 ? right + 1 : right))
        .extracting(WarmFileName::bytes)
        .containsExactly(right, right + 1, right);
    Files.delete(reopened.path(1, 3));

    List<Long> suspects = new ArrayList<>();
    reopened.checkTrusted((stream, segment) -> suspects.add(segment), () -> false);

    assertThat(suspects).containsExactly(2L, 3L);
  }

  @Test
  void doesNotSuspectWhatWasDeletedAfterTheOpen() throws IOException {
    TestSegment segment = new TestSegment(1, 2, 3, 4).add(new byte[100], 5);
    WarmFile file = files.write(segment, segment.footer(), SMALL);
    WarmFiles reopened = new WarmFiles(Host.system(), directory);
    reopened.list((streamId, segmentId) -> file.bytes());
    reopened.delete(1, 2);

    List<Long> suspects = new ArrayList<>();
    reopened.checkTrusted((streamId, segmentId) -> suspects.add(segmentId), () -> false);

    assertThat(suspects).isEmpty();
  }
}
