package io.bop.aof.spring.boot.health;

import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStore;
import io.bop.aof.BackpressureKind;
import io.bop.aof.EngineListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ApplicationListener;

/**
 * Takes the application out of traffic while its store can take no appends at all, and back in when
 * it can: the disk is full, the manifest has failed, another writer has taken over, or Tier 0 has
 * admitted nothing for longer than the grace. A single stream that refuses appends is for health,
 * and so is an object store that is away. A follower takes none by design and stays in traffic.
 *
 * <p>Looks when the engine tells of trouble, and then once a second until it is over. Thread-safe.
 */
public final class AofReadiness
    implements EngineListener, ApplicationListener<AvailabilityChangeEvent<?>>, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(AofReadiness.class);
  /* Trouble comes in storms: an upload that fails for each segment that waits. */
  private static final long FIRST_LOOK_MILLIS = 200;
  private static final long NEXT_LOOK_MILLIS = 1000;

  private final ApplicationEventPublisher publisher;
  private final BackpressureHealth admission;
  private final ScheduledThreadPoolExecutor looks;
  private final AtomicBoolean lookDue = new AtomicBoolean();
  private volatile @Nullable AofStore store;
  private volatile boolean refusing;

  /**
   * Looks at nothing yet; see {@link #follow}.
   *
   * @param publisher told of changes
   * @param backpressureGrace how long Tier 0 may admit nothing
   */
  public AofReadiness(ApplicationEventPublisher publisher, Duration backpressureGrace) {
    this.publisher = publisher;
    this.admission = new BackpressureHealth(backpressureGrace, System::nanoTime);
    this.looks = new ScheduledThreadPoolExecutor(1, AofReadiness::thread);
    looks.setKeepAliveTime(10, TimeUnit.SECONDS);
    looks.allowCoreThreadTimeOut(true);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "aof-readiness");
    thread.setDaemon(true);
    return thread;
  }

  /** Looks at that store, now and when there is trouble. */
  public void follow(AofStore opened) {
    store = opened;
    lookSoon(0);
  }

  // ---- what the engine tells

  @Override
  public void storageFull(String path, long neededBytes, long freeBytes) {
    lookSoon(FIRST_LOOK_MILLIS);
  }

  @Override
  public void failed(String stream, long segment, String operation, Throwable failure) {
    lookSoon(FIRST_LOOK_MILLIS);
  }

  @Override
  public void backpressure(String stream, BackpressureKind kind, Duration waited, boolean refused) {
    if (refused && kind == BackpressureKind.ADMISSION) {
      lookSoon(FIRST_LOOK_MILLIS);
    }
  }

  /* Boot says that the application is ready when it has started, whatever was said before. */
  @Override
  public void onApplicationEvent(AvailabilityChangeEvent<?> event) {
    if (event.getState() == ReadinessState.ACCEPTING_TRAFFIC && event.getSource() != this) {
      refusing = false;
      lookSoon(FIRST_LOOK_MILLIS);
    }
  }

  private void lookSoon(long millis) {
    if (lookDue.compareAndSet(false, true)) {
      try {
        Future<?> unused = looks.schedule(this::lookSafely, millis, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        log.debug("readiness is not followed any more, the context closes");
      }
    }
  }

  // ---- looking

  private void lookSafely() {
    lookDue.set(false);
    try {
      look();
    } catch (RuntimeException e) {
      log.warn("readiness could not be found out", e);
    }
  }

  private void look() {
    AofStore opened = store;
    if (opened == null) {
      return;
    }
    AofSnapshot snapshot = opened.snapshot();
    if (!snapshot.open() || snapshot.follower() != null) {
      return;
    }
    List<String> reasons = reasons(snapshot);
    boolean trouble = !reasons.isEmpty();
    if (trouble != refusing) {
      refusing = trouble;
      publish(reasons);
    }
    if (trouble || isAdmissionClosed(snapshot)) {
      lookSoon(NEXT_LOOK_MILLIS);
    }
  }

  private void publish(List<String> reasons) {
    if (reasons.isEmpty()) {
      log.info("ready again, the store takes appends");
      AvailabilityChangeEvent.publish(publisher, this, ReadinessState.ACCEPTING_TRAFFIC);
    } else {
      log.warn("not ready, the store takes no appends: reasons={}", reasons);
      AvailabilityChangeEvent.publish(publisher, this, ReadinessState.REFUSING_TRAFFIC);
    }
  }

  private List<String> reasons(AofSnapshot snapshot) {
    List<String> reasons = new ArrayList<>();
    if (snapshot.manifest().failure() != null) {
      reasons.add(snapshot.manifest().failure());
    }
    for (AofSnapshot.StorageFull place : snapshot.storageFull()) {
      if (place.refusesAppends()) {
        reasons.add("storage full: path=" + place.path());
      }
    }
    Health.Builder health = Health.up();
    admission.check(snapshot, health);
    if (!health.build().getStatus().equals(Status.UP)) {
      reasons.add("tier 0 is full and admits no appends");
    }
    return reasons;
  }

  private static boolean isAdmissionClosed(AofSnapshot snapshot) {
    AofSnapshot.Backpressure waits = snapshot.backpressure().get(BackpressureKind.ADMISSION);
    return waits != null && waits.waiting() > 0;
  }

  /** Looks no more. */
  @Override
  public void close() {
    looks.shutdownNow();
  }
}
