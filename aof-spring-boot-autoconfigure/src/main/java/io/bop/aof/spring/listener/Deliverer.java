package io.bop.aof.spring.listener;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.backoff.BackOffExecution;

/**
 * Calls the listener until a record was handled or given up. Stateless: used by all threads of a
 * run.
 */
final class Deliverer {

  private static final Logger log = LoggerFactory.getLogger(Deliverer.class);

  /** After a record could not be set aside. Long, as it may be for want of disk space. */
  private static final long RECOVERY_PAUSE_MILLIS = 1_000;

  /** What {@link #handle} returns when the run stops. */
  private static final int STOPPED = 0;

  private final ListenerRun run;
  private final ListenerSetup setup;
  private final boolean batches;
  private final boolean manual;

  Deliverer(ListenerRun run) {
    this.run = run;
    this.setup = run.setup();
    this.batches = setup.endpoint().batch();
    this.manual = setup.options().ackMode() == AckMode.MANUAL;
  }

  /**
   * Delivers all of them in their order, unless the run stops.
   *
   * @param afterEach is called when one, or a batch, was handled
   * @param whilePaused is called when the container is paused
   */
  void deliver(
      StreamConsumer consumer, List<Tracked> records, Runnable afterEach, Runnable whilePaused) {
    int from = 0;
    while (from < records.size()) {
      int to = batches ? records.size() : from + 1;
      int handled = handle(consumer, records.subList(from, to), whilePaused);
      if (handled == STOPPED) {
        return;
      }
      from += handled;
      afterEach.run();
    }
  }

  /** Delivers these at once, again and again; returns how many of them are done with. */
  private int handle(StreamConsumer consumer, List<Tracked> part, Runnable whilePaused) {
    BackOffExecution backOff = null;
    int attempt = 0;
    while (run.mayDeliver(whilePaused)) {
      if (consumer.isGivenUp()) {
        // The stream was deleted: nobody waits for this record any more.
        part.forEach(consumer::handled);
        return part.size();
      }
      attempt++;
      Throwable thrown = call(consumer, part, attempt);
      if (thrown == null) {
        handled(consumer, part);
        return part.size();
      }
      if (run.isStopping() && isInterrupt(thrown)) {
        return STOPPED;
      }
      consumer.counters().failed();
      int index = index(thrown, part.size());
      if (index > 0) {
        handled(consumer, part.subList(0, index));
        return index;
      }
      FailedDelivery failed = failed(part, thrown, attempt);
      if (thrown instanceof VirtualMachineError && !(thrown instanceof StackOverflowError)) {
        run.fail("the virtual machine failed at " + failed.first() + ": " + thrown, thrown);
        return STOPPED;
      }
      if (run.isStopping()) {
        logCutShort(failed);
        return STOPPED;
      }
      backOff = backOff == null ? setup.errorHandler().backOff(failed).start() : backOff;
      long pause = backOff.nextBackOff();
      if (pause == BackOffExecution.STOP) {
        if (part.size() > 1 && index < 0) {
          return oneByOne(consumer, part, whilePaused);
        }
        AfterFailure after = exhausted(failed);
        if (after != null) {
          return givenUp(consumer, part.get(0), failed, after);
        }
        backOff = null;
        pause = RECOVERY_PAUSE_MILLIS;
      }
      logRetry(failed, pause);
      if (!run.sleep(pause)) {
        return STOPPED;
      }
    }
    return STOPPED;
  }

  /** Finds the record of a batch that is to blame. */
  private int oneByOne(StreamConsumer consumer, List<Tracked> part, Runnable whilePaused) {
    for (Tracked tracked : part) {
      if (handle(consumer, List.of(tracked), whilePaused) == STOPPED) {
        return STOPPED;
      }
    }
    return part.size();
  }

  /** Null: it was handled. */
  private @Nullable Throwable call(StreamConsumer consumer, List<Tracked> part, int attempt) {
    List<AofDelivery> deliveries = part.stream().map(Tracked::delivery).toList();
    Acknowledgment acknowledgment = manual ? () -> acknowledge(consumer, part) : () -> {};
    AofListenerInterceptor.Attempt about =
        new AofListenerInterceptor.Attempt(
            setup.id(), consumer.name(), deliveries, batches, attempt);
    try {
      setup
          .interceptor()
          .around(about, () -> setup.endpoint().listener().onBatch(deliveries, acknowledgment));
      return null;
    } catch (Throwable e) {
      return e;
    } finally {
      if (!run.isStopping() && Thread.interrupted()) {
        log.debug("listener left its thread interrupted: listener={}", setup.id());
      }
    }
  }

  private void acknowledge(StreamConsumer consumer, List<Tracked> part) {
    part.forEach(consumer::handled);
    run.signal().wake();
  }

  private void handled(StreamConsumer consumer, List<Tracked> part) {
    consumer.counters().handled(part.size());
    if (!manual) {
      part.forEach(consumer::handled);
    }
  }

  private FailedDelivery failed(List<Tracked> part, Throwable thrown, int attempt) {
    Throwable cause = thrown;
    if (thrown instanceof AofBatchListenerFailedException && thrown.getCause() != null) {
      cause = thrown.getCause();
    }
    return new FailedDelivery(
        setup.id(), part.stream().map(Tracked::delivery).toList(), cause, attempt);
  }

  /** Null: it could not be set aside. */
  private @Nullable AfterFailure exhausted(FailedDelivery failed) {
    FailedDelivery first =
        new FailedDelivery(
            failed.listenerId(), List.of(failed.first()), failed.cause(), failed.attempts());
    try {
      return setup.errorHandler().exhausted(first);
    } catch (RuntimeException e) {
      log.error(
          "record could not be set aside, it is delivered again: listener={} {}",
          setup.id(),
          failed.first(),
          e);
      return null;
    }
  }

  private int givenUp(
      StreamConsumer consumer, Tracked tracked, FailedDelivery failed, AfterFailure after) {
    return switch (after) {
      case GO_ON -> {
        log.error(
            "record was given up: listener={} {} attempts={}",
            setup.id(),
            failed.first(),
            failed.attempts(),
            failed.cause());
        consumer.counters().recovered();
        consumer.handled(tracked);
        yield 1;
      }
      case STOP -> {
        run.fail(
            "record was not handled: " + failed.first() + " attempts=" + failed.attempts(),
            failed.cause());
        yield STOPPED;
      }
    };
  }

  /** It may have failed because of the stop, whatever it threw: nothing is given up for that. */
  private void logCutShort(FailedDelivery failed) {
    log.warn(
        "record was not handled before the listener stopped, it comes again: listener={} {}"
            + " attempts={}",
        setup.id(),
        failed.first(),
        failed.attempts(),
        failed.cause());
  }

  private void logRetry(FailedDelivery failed, long pause) {
    log.warn(
        "record was not handled, it is delivered again: listener={} {} count={} attempts={}"
            + " after={}ms",
        setup.id(),
        failed.first(),
        failed.deliveries().size(),
        failed.attempts(),
        pause,
        failed.cause());
  }

  /** The place in the batch where the listener failed, or -1 when it did not say. */
  private int index(Throwable thrown, int size) {
    if (batches && thrown instanceof AofBatchListenerFailedException at && at.index() < size) {
      return at.index();
    }
    return -1;
  }

  private static boolean isInterrupt(Throwable thrown) {
    return Causes.any(thrown, t -> t instanceof InterruptedException);
  }
}
