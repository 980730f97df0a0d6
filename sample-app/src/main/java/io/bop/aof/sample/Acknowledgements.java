package io.bop.aof.sample;

import io.bop.aof.AofStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Remembers, in a file of its own that the store knows nothing of, how far appends were
 * acknowledged. After a kill the next start compares it with what the store recovered: less would
 * mean that something acknowledged was lost. Safe for use by many threads.
 *
 * <p>The file follows the acknowledgements by at most a tenth of a second, and never runs ahead of
 * them. It names the store, so that the file of another store proves nothing.
 */
@Component
public final class Acknowledgements implements DisposableBean {

  private static final Logger log = LoggerFactory.getLogger(Acknowledgements.class);
  private static final int WRITE_EVERY_MILLIS = 100;

  private final Path file;
  private final String owner;
  private final OptionalLong previous;
  private final LongAccumulator nextOffset;
  private final ScheduledExecutorService writer;
  private long written;
  private boolean failed;

  /** Reads what an earlier start left. */
  @Autowired
  public Acknowledgements(FlightLogProperties properties, AofStore store) {
    this(
        properties.acknowledgedFile(),
        "store=" + store.snapshot().storeId() + " stream=" + properties.stream());
  }

  Acknowledgements(Path file, String owner) {
    this.file = file;
    this.owner = owner;
    this.previous = read(file, owner);
    this.written = previous.orElse(0);
    this.nextOffset = new LongAccumulator(Math::max, written);
    this.writer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "flightlog-acknowledged");
              thread.setDaemon(true);
              return thread;
            });
    var unused =
        writer.scheduleWithFixedDelay(
            this::write, WRITE_EVERY_MILLIS, WRITE_EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** What earlier starts had acknowledged: all offsets below; empty: nothing is known. */
  public OptionalLong previous() {
    return previous;
  }

  /** All offsets below {@code next} have been acknowledged. */
  public void acknowledged(long next) {
    nextOffset.accumulate(next);
  }

  /** The first offset that has not been acknowledged. */
  public long nextOffset() {
    return nextOffset.get();
  }

  /** Writes the last word. */
  @Override
  public void destroy() {
    writer.shutdown();
    write();
  }

  // A new file under the old name: whoever reads it, and whenever this process is killed, finds
  // either the old number or the new one.
  private synchronized void write() {
    long now = nextOffset.get();
    if (now == written) {
      return;
    }
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.writeString(temporary, owner + "\nacknowledged=" + now + "\n", StandardCharsets.UTF_8);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      written = now;
    } catch (IOException e) {
      if (!failed) {
        failed = true;
        log.warn("cannot remember what was acknowledged: file={}", file, e);
      }
    }
  }

  private static OptionalLong read(Path file, String owner) {
    if (!Files.exists(file)) {
      return OptionalLong.empty();
    }
    try {
      List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
      if (lines.size() != 2 || !lines.get(1).matches("acknowledged=\\d{1,18}")) {
        throw new IllegalStateException(
            "the file of acknowledgements is damaged: file=" + file + " lines=" + lines);
      }
      return lines.get(0).equals(owner)
          ? OptionalLong.of(Long.parseLong(lines.get(1).substring("acknowledged=".length())))
          : OptionalLong.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read what was acknowledged: file=" + file, e);
    }
  }
}
