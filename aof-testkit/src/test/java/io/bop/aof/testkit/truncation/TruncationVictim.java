package io.bop.aof.testkit.truncation;

import io.bop.aof.AofConfig;
import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.Durability;
import io.bop.aof.ReadFrom;
import io.bop.aof.Tier2Type;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A process with an open store whose active segment is cut from outside while it waits. Says {@code
 * ready}, waits for a line, does what its argument says, and reports what became of it.
 */
public final class TruncationVictim {

  static final String STREAM = "s";
  static final int SEALED = 100;
  static final int ACTIVE = 200;
  private static final int PAYLOAD = 1_000;
  private static final long MIB = 1024 * 1024;

  private TruncationVictim() {}

  static AofConfig config(Path root) {
    return AofConfig.builder(root)
        .maxRecordSize(256 * 1024)
        .segment(s -> s.withMaxSize(MIB))
        .tier0(t -> t.withMaxBytes(16 * MIB))
        .tier1(t -> t.withMaxBytes(64 * MIB))
        .tier2(t -> t.withType(Tier2Type.NONE))
        .build();
  }

  static byte[] payload(long offset) {
    byte[] payload = new byte[PAYLOAD];
    Arrays.fill(payload, (byte) offset);
    ByteBuffer.wrap(payload).putLong(offset);
    return payload;
  }

  /** Takes the root of the store and what to do: append, read, flush or seal. */
  public static void main(String[] args) throws IOException {
    AofStore store = AofStore.open(config(Path.of(args[0])));
    AofStream stream = store.stream(STREAM);
    append(stream, 0, SEALED);
    stream.flush();
    stream.seal();
    append(stream, SEALED, ACTIVE);
    stream.flush();
    // The durable mark trails by one force.
    append(stream, ACTIVE, ACTIVE + 1);
    stream.flush();
    append(stream, ACTIVE + 1, ACTIVE + 2);
    System.out.println("ready");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    if (in.readLine() == null) {
      return;
    }
    report(args[1], () -> act(args[1], stream));
    report("close", store::close);
    System.out.println("done");
  }

  private static void act(String what, AofStream stream) {
    switch (what) {
      case "append" -> append(stream, ACTIVE + 2, ACTIVE + 400);
      case "read" -> read(stream);
      case "flush" -> stream.flush();
      case "seal" -> stream.seal();
      default -> throw new IllegalArgumentException(what);
    }
  }

  private static void append(AofStream stream, long from, long to) {
    for (long n = from; n < to; n++) {
      AppendRequest.Builder request = AppendRequest.builder(payload(n));
      stream.append(request.durability(Durability.MEMORY).build());
    }
  }

  private static void read(AofStream stream) {
    try (AofReader reader = stream.reader(ReadFrom.offset(SEALED))) {
      for (AofRecord record = reader.next(); record != null; record = reader.next()) {
        if (!Arrays.equals(record.payloadBytes(), payload(record.offset()))) {
          throw new AssertionError("wrong record: offset=" + record.offset());
        }
      }
    }
  }

  private interface Action {
    void run() throws IOException;
  }

  private static void report(String what, Action action) {
    try {
      action.run();
      System.out.println(what + ": went well");
    } catch (Throwable e) {
      System.out.println(what + ": " + e.toString().replace('\n', ' '));
    }
  }
}
