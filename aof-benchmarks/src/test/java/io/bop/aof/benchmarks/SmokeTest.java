package io.bop.aof.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of scenario runs once, small, with both contestants. */
class SmokeTest {

  @TempDir Path dir;

  private String compare(String only) throws Exception {
    Path json = dir.resolve("figures.json");
    Options options =
        Options.parse(
            List.of(
                "--sizes",
                "1024",
                "--threads",
                "2",
                "--megabytes",
                "4",
                "--seconds",
                "1",
                "--rounds",
                "1",
                "--warmups",
                "0",
                "--only",
                only,
                "--dir",
                dir.resolve("files").toString(),
                "--json",
                json.toString()));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int status;
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      status = Benchmarks.compare(options, "test", out);
    }
    String text = bytes.toString(StandardCharsets.UTF_8);
    assertThat(status).as(text).isZero();
    assertThat(text).doesNotContain("failed");
    assertThat(Files.readString(json)).contains("\"contestant\":\"ours\"");
    return text;
  }

  @Test
  @Timeout(120)
  void comparesAppends() throws Exception {
    assertThat(compare("append-memory/1024/2-threads/one"))
        .contains("| append-memory/1024/2-threads/one-stream | limit |")
        .contains("| append-memory/1024/2-threads/one-stream | ours |");
    assertThat(compare("append-flushed/1024/2-threads/2")).contains("p50 / p99 / p99.9");
  }

  @Test
  @Timeout(120)
  void comparesReadsOfHotAndWarmRecords() throws Exception {
    compare("replay-hot,point-hot,replay-warm/1024/read-ahead-4,point-warm");
  }

  @Test
  void leavesNoFilesBehind() throws Exception {
    compare("replay-hot");

    try (var left = Files.list(dir.resolve("files"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void namesScenariosWithoutRunningThem() throws Exception {
    Options options = Options.parse(List.of("--list", "--dir", dir.resolve("none").toString()));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      Benchmarks.compare(options, "", out);
    }

    assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("point-warm/1024");
    assertThat(dir.resolve("none")).doesNotExist();
  }
}
