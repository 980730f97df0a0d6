package io.bop.aof.benchmarks.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmFileTest {

  private static final int HEADER_FRAME = 10;
  private static final int DATA_FRAME = 20;
  private static final int SKIPPABLE = 12;

  @TempDir Path dir;

  private static ByteBuffer file() {
    int body = HEADER_FRAME + DATA_FRAME + SKIPPABLE;
    ByteBuffer file = ByteBuffer.allocate(body + 8 + 3 * 12 + 9).order(ByteOrder.LITTLE_ENDIAN);
    file.position(body);
    file.putInt(0x184D2A5E).putInt(3 * 12 + 9);
    file.putInt(HEADER_FRAME).putInt(4096).putInt(1);
    file.putInt(DATA_FRAME).putInt(500).putInt(2);
    file.putInt(SKIPPABLE).putInt(0).putInt(3);
    file.putInt(3).put((byte) 0x80).putInt(0x8F92EAB1);
    return file;
  }

  @Test
  void listsDataFramesWithoutHeaderPageAndSkippableFrames() throws IOException {
    Path path = Files.write(dir.resolve("a.zst"), file().array());

    WarmFile warm = WarmFile.open(path);

    assertThat(warm.frames()).containsExactly(new WarmFile.Frame(HEADER_FRAME, DATA_FRAME, 500));
    assertThat(warm.largestContent()).isEqualTo(500);
  }

  @Test
  void refusesAFileWithoutSeekTable() throws IOException {
    Path path = Files.write(dir.resolve("b.zst"), new byte[100]);

    assertThatThrownBy(() -> WarmFile.open(path))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no seek table");
  }
}
