package io.bop.aof.store;

import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.Durability;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** The process that {@link CrashTest} kills: it appends, and says what was acknowledged. */
final class CrashWriter {

  static final String STREAM = "s";
  static final int WRITERS = 3;

  private CrashWriter() {}

  /** Arguments: the store's root, and the number of the first writer. */
  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
    out.println("open");
    AofStore store = AofStore.open(CrashTest.config(Path.of(args[0])));
    AofStream stream = store.stream(STREAM);
    out.println("ready");
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int w = 0; w < WRITERS; w++) {
      int writer = Integer.parseInt(args[1]) + w;
      Durability level = w == 0 ? Durability.MEMORY : Durability.FLUSHED;
      tasks.add(() -> append(stream, writer, level, out));
    }
    StressFixture.together(tasks);
  }

  private static Void append(AofStream stream, int writer, Durability level, PrintStream out) {
    for (long number = 0; ; number++) {
      byte[] payload = StressFixture.payload(writer, number, 100 + (int) (number * 37 % 4_000));
      AppendRequest request = AppendRequest.builder(payload).durability(level).build();
      long offset = stream.append(request).offset();
      out.println("ack " + offset + " " + writer + " " + number);
    }
  }
}
