package io.bop.aof.spring.listener;

import io.bop.aof.AofException;
import io.bop.aof.AofReader;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.Cursor;
import io.bop.aof.ReadFrom;
import io.bop.aof.StoreClosedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the streams of a container, again and again, and gives each to a worker. Confined to one
 * thread at a time.
 */
final class StreamDiscovery implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(StreamDiscovery.class);

  private final ListenerRun run;
  private final ListenerSetup setup;
  private final AofStore store;
  private final Map<String, StreamConsumer> consumers = new HashMap<>();
  private final List<StreamWorker> workers = new ArrayList<>();

  StreamDiscovery(ListenerRun run) {
    this.run = run;
    this.setup = run.setup();
    this.store = setup.store();
  }

  @Override
  public void run() {
    while (run.sleep(setup.options().discoveryInterval().toMillis())) {
      try {
        discover(false);
      } catch (StoreClosedException e) {
        throw e;
      } catch (RuntimeException e) {
        log.warn("streams could not be looked for, trying again: listener={}", setup.id(), e);
      }
    }
  }

  /**
   * Looks once.
   *
   * @param first whether the container starts, so that what is there now may have been there before
   */
  void discover(boolean first) {
    Set<String> wanted = wanted();
    giveUpDeleted();
    for (String name : wanted) {
      AofStream stream = store.findStream(name).orElse(null);
      if (stream != null && !consumers.containsKey(name)) {
        StreamConsumer consumer = new StreamConsumer(run, stream, start(stream, first));
        consumers.put(name, consumer);
        worker().take(consumer);
        log.info("listens to a stream: listener={} stream={}", setup.id(), name);
      }
    }
  }

  private Set<String> wanted() {
    Set<String> wanted = new TreeSet<>(setup.endpoint().streams());
    Pattern pattern = setup.endpoint().streamPattern();
    if (pattern != null) {
      for (String name : store.streamNames()) {
        // Its own dead letters would come round for ever.
        if (!isDeadLetterStream(name) && pattern.matcher(name).matches()) {
          wanted.add(name);
        }
      }
    }
    return wanted;
  }

  private boolean isDeadLetterStream(String name) {
    String suffix = setup.options().deadLetterSuffix();
    return !suffix.isEmpty() && name.endsWith(suffix);
  }

  /** A stream that was created again under the same name gets a consumer once the old one ended. */
  private void giveUpDeleted() {
    Iterator<StreamConsumer> all = consumers.values().iterator();
    while (all.hasNext()) {
      StreamConsumer consumer = all.next();
      if (consumer.isDeleted()) {
        consumer.giveUp();
        if (consumer.isClosed()) {
          all.remove();
        }
      }
    }
  }

  private StreamWorker worker() {
    boolean byKey = setup.options().order() == DeliveryOrder.KEY;
    int limit = byKey ? 1 : setup.options().concurrency();
    if (workers.size() < limit) {
      StreamWorker worker =
          new StreamWorker(run, byKey ? new KeyLanes(run) : new InlineDispatch(run));
      workers.add(worker);
      run.launch(Integer.toString(workers.size()), worker);
      return worker;
    }
    return workers.stream()
        .min(Comparator.comparingInt(StreamWorker::load))
        .orElseThrow(() -> new IllegalStateException("no worker: listener=" + setup.id()));
  }

  /**
   * Where to begin if there is no saved place. What appears while the container runs is read from
   * its beginning, and so is what appeared while a container that finds its streams by a pattern
   * was away: "latest" must not leave out what came after the first start.
   */
  private ReadFrom start(AofStream stream, boolean first) {
    ReadFrom startAt = setup.options().startAt();
    if (!(startAt instanceof ReadFrom.Latest)) {
      return first ? startAt : ReadFrom.earliest();
    }
    String name = stream.name();
    boolean named = setup.endpoint().streams().contains(name);
    if (!first || (!named && isKnown())) {
      return ReadFrom.earliest();
    }
    return setup.cursors().find(setup.id(), name).isPresent() ? startAt : latest(stream);
  }

  private boolean isKnown() {
    return setup.cursors().list().stream().anyMatch(c -> c.consumer().equals(setup.id()));
  }

  /**
   * The end as it is now, saved before anybody knows that the container runs: what is appended
   * after the start is delivered, even if the process dies at once.
   */
  private ReadFrom latest(AofStream stream) {
    Cursor end;
    try (AofReader reader = stream.reader(ReadFrom.latest())) {
      end = reader.cursor();
    }
    try {
      setup.cursors().save(setup.id(), stream.name(), end);
    } catch (StoreClosedException e) {
      throw e;
    } catch (AofException e) {
      log.warn(
          "first place could not be saved, trying again: listener={} stream={}",
          setup.id(),
          stream.name(),
          e);
    }
    return ReadFrom.cursor(end);
  }
}
