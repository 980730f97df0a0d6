package io.bop.aof.testkit.torture;

import io.bop.aof.AofException;
import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.ReadFrom;
import io.bop.aof.RecoveryReport;
import io.bop.aof.StorageFullException;
import io.bop.aof.io.Host;
import io.bop.aof.store.Engine;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process that is killed: opens the store, tells all that is in it, then appends, reads, seals
 * and truncates on many threads until it dies, or until it is told to close the store.
 */
final class TortureWriter {

  private static final Logger log = LoggerFactory.getLogger(TortureWriter.class);

  /** Exit status after the checking process went away. */
  static final int NOBODY_LISTENS = 3;

  private static final int READERS = 2;

  private final WriterArguments arguments;
  private final Host host;
  private final Reports reports;

  private TortureWriter(WriterArguments arguments, Reports reports) {
    this.arguments = arguments;
    this.host = arguments.host();
    this.reports = reports;
  }

  /** Arguments as {@link WriterArguments} writes them. */
  public static void main(String[] args) throws InterruptedException {
    Reports reports = new Reports(new FileOutputStream(FileDescriptor.out));
    // Whatever prints, loggers above all, must not print into the messages.
    System.setOut(System.err);
    try {
      new TortureWriter(WriterArguments.parse(args), reports).run();
    } catch (RuntimeException | Error e) {
      reports.failed("the writing process failed", e);
    }
  }

  private void run() throws InterruptedException {
    reports.send(new Message.Opening());
    long started = host.time().nanoTime();
    AofStore store;
    try {
      store = Engine.open(arguments.config(), host);
    } catch (StorageFullException e) {
      log.info("open was refused", e);
      reports.send(new Message.OpenRefused(e.toString()));
      return;
    }
    reports.send(opened(store.snapshot(), host.time().nanoTime() - started));
    List<AofStream> streams = streams(store);
    if (streams.isEmpty()) {
      return;
    }
    for (TortureStream stream : TortureStream.values()) {
      tellAll(stream, streams.get(stream.ordinal()));
    }
    reports.send(new Message.Verified());
    List<Thread> threads = start(new Workplace(arguments, host, reports, store, streams));
    awaitCommand();
    store.close();
    reports.send(new Message.Closed());
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private static Message.Opened opened(AofSnapshot snapshot, long nanos) {
    RecoveryReport recovery = snapshot.recovery();
    List<String> findings = new ArrayList<>(recovery.needsRecovery());
    recovery.quarantined().forEach(file -> findings.add("set aside: " + file));
    snapshot.streams().stream()
        .filter(stream -> stream.failure() != null)
        .forEach(stream -> findings.add(stream.name() + " refuses: " + stream.failure()));
    if (snapshot.manifest().failure() != null) {
      findings.add("manifest: " + snapshot.manifest().failure());
    }
    return new Message.Opened(
        nanos,
        recovery.created(),
        recovery.scannedSegments(),
        recovery.recoveredRecords(),
        recovery.truncatedBytes(),
        String.join("; ", findings));
  }

  /* Creates them in the first process; empty when there is no room for that. */
  private List<AofStream> streams(AofStore store) {
    List<AofStream> streams = new ArrayList<>();
    try {
      for (TortureStream stream : TortureStream.values()) {
        streams.add(store.stream(stream.streamName()));
      }
    } catch (AofException e) {
      if (!Causes.isDiskFull(e)) {
        throw e;
      }
      reports.send(new Message.OpenRefused(e.toString()));
      return List.of();
    }
    return streams;
  }

  private void tellAll(TortureStream name, AofStream stream) {
    reports.send(
        new Message.StreamFound(
            name, stream.startOffset(), stream.nextOffset(), stream.durableOffset()));
    try (AofReader reader = stream.reader(ReadFrom.earliest())) {
      for (AofRecord record = reader.next(); record != null; record = reader.next()) {
        RecordId id = RecordContent.idOf(record, arguments.seed());
        if (id == null) {
          reports.send(new Message.Failed("record of nobody: stream=" + name + " " + record));
          return;
        }
        long digest = RecordContent.digestOf(record);
        reports.send(new Message.RecordRead(name, record.offset(), id, digest));
      }
    }
    reports.send(new Message.StreamRead(name));
  }

  private List<Thread> start(Workplace workplace) {
    List<Thread> threads = new ArrayList<>();
    int appenders = arguments.threads();
    for (int i = 0; i < appenders; i++) {
      Appender appender = new Appender(workplace, WriterNumbers.of(arguments.process(), i));
      threads.add(new Thread(appender, "appender-" + i));
    }
    for (int i = 0; i < READERS; i++) {
      threads.add(new Thread(new Rereader(workplace, appenders + i), "reader-" + i));
    }
    threads.add(new Thread(new ArchiveWatch(workplace), "archive"));
    threads.add(new Thread(new Housekeeper(workplace, appenders + READERS), "housekeeper"));
    threads.forEach(Thread::start);
    return threads;
  }

  /* A byte: close the store. The end: whoever checks has gone. */
  private static void awaitCommand() {
    try {
      if (System.in.read() >= 0) {
        return;
      }
    } catch (IOException e) {
      log.warn("no word from the checking process", e);
    }
    Runtime.getRuntime().halt(NOBODY_LISTENS);
  }
}
