package io.bop.aof.testkit.truncation;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofException;
import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.ReadFrom;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SegmentHeaderCodec;
import io.bop.aof.format.SegmentHeaderLayout;
import io.bop.aof.format.SlotState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Somebody truncates the file of the active segment while it is mapped. What becomes of the process
 * is promised by nobody and only printed; the records of other segments are safe in any case.
 */
@Timeout(120)
class TruncatedMappingTest {

  private static final long PATIENCE_SECONDS = 60;

  @TempDir Path root;

  @ParameterizedTest
  @CsvSource({
    "append, 8192",
    "append, 0",
    "read, 8192",
    "read, 0",
    "flush, 8192",
    "flush, 0",
    "seal, 8192"
  })
  void costsNoRecordOfAnotherSegment(String action, long size) throws Exception {
    Process victim = start(action);
    List<String> lines = new ArrayList<>();
    try (BufferedReader out =
            new BufferedReader(
                new InputStreamReader(victim.getInputStream(), StandardCharsets.UTF_8));
        Writer in = victim.outputWriter(StandardCharsets.UTF_8)) {
      String line = out.readLine();
      while (line != null && !line.equals("ready")) {
        lines.add(line);
        line = out.readLine();
      }
      assertThat(line).as("victim says %s", lines).isEqualTo("ready");
      truncate(activeSlot(), size);
      in.write("go\n");
      in.flush();
      out.lines().forEach(lines::add);
      assertThat(victim.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    } finally {
      victim.destroyForcibly();
    }
    System.out.printf(
        "java=%s action=%s cutTo=%d exit=%d said=%s%n",
        Runtime.version().feature(), action, size, victim.exitValue(), lines);
    assertThat(lines).noneMatch(said -> said.contains("wrong record"));
    verify();
  }

  private Process start(String action) throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    List<String> command = new ArrayList<>();
    command.add(java.toString());
    command.add("-Xmx128m");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-XX:-CreateCoredumpOnCrash");
    command.add("-XX:ErrorFile=" + root.resolve("crash.log"));
    if (Runtime.version().feature() >= 22) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(TruncationVictim.class.getName(), store().toString(), action));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private Path store() {
    return root.resolve("store");
  }

  private Path activeSlot() throws IOException {
    Path newest = null;
    long highest = -1;
    try (Stream<Path> paths = Files.list(store().resolve("tier0"))) {
      for (Path path : paths.filter(p -> p.toString().endsWith(".seg")).toList()) {
        byte[] page = new byte[SegmentHeaderLayout.PAGE_SIZE];
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
          file.readFully(page);
        }
        SegmentHeader header = SegmentHeaderCodec.decode(page);
        if (header.state() == SlotState.IN_USE && header.segmentId() > highest) {
          highest = header.segmentId();
          newest = path;
        }
      }
    }
    assertThat(newest).isNotNull();
    return newest;
  }

  private static void truncate(Path file, long size) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(size);
    }
  }

  /** It opens again; everything before the active segment is there, and nothing is wrong. */
  private void verify() {
    try (AofStore store = AofStore.open(TruncationVictim.config(store()))) {
      AofStream stream = store.stream(TruncationVictim.STREAM);
      long offset = 0;
      try (AofReader reader = stream.reader(ReadFrom.earliest())) {
        for (AofRecord record = reader.next(); record != null; record = reader.next()) {
          assertThat(record.offset()).isEqualTo(offset);
          assertThat(record.payloadBytes()).isEqualTo(TruncationVictim.payload(offset));
          offset++;
        }
      } catch (AofException e) {
        System.out.println("then reading ends with " + e);
      }
      System.out.println("then readable=" + offset + " failure=" + stream.snapshot().failure());
      assertThat(offset).isGreaterThanOrEqualTo(TruncationVictim.SEALED);
    }
  }
}
