package io.bop.aof.tier1;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.io.Host;
import io.bop.aof.zstd.FrameSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmQuarantineTest {

  private static final FrameSetting SMALL = new FrameSetting(1, 16 * 1024);

  @TempDir Path directory;
  private WarmFiles files;

  @AfterEach
  void close() {
    files.close();
  }

  @Test
  void takesTheFileThatIsMadeAgainAndTellsOfIt() throws IOException {
    files = new WarmFiles(Host.system(), directory);
    TestSegment segment = new TestSegment(1, 2, 3, 4).add(new byte[100], 5);
    WarmFile file = files.write(segment, segment.footer(), SMALL);
    byte[] whole = Files.readAllBytes(files.path(1, 2));
    byte[] damaged = whole.clone();
    damaged[40] ^= 1;
    Files.write(files.path(1, 2), damaged);
    List<Object> told = new ArrayList<>();
    files.onSetAside((name, aside) -> told.addAll(List.of(name, aside)));

    files.write(segment, segment.footer(), SMALL);

    Path aside = files.quarantineFolder().resolve(WarmNames.quarantined(1, 2, 0));
    assertThat(aside).hasBinaryContent(damaged);
    assertThat(files.path(1, 2)).hasBinaryContent(whole);
    assertThat(files.contains(1, 2)).isTrue();
    assertThat(files.bytesUsed()).isEqualTo(file.bytes());
    assertThat(told).containsExactly(new WarmFileName(1, 2, file.bytes()), aside);
  }
}
