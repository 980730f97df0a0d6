package io.bop.aof.tier2;

import io.bop.aof.BreakerState;
import io.bop.aof.Tier2Direction;
import io.bop.aof.io.Time;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnStateTransitionEvent;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The circuit breaker of one direction. Thread-safe.
 *
 * <p>Resilience4j counts and decides; time is the host's, and it gets no thread: it opens half by
 * the next call, not by a timer, and the longest half-open time is kept here, because there it
 * costs a scheduler with the system's clock.
 */
final class Breaker implements AutoCloseable {

  /* Enough calls to judge by: a full window would be minutes of an outage at two uploads a time. */
  private static final int MIN_CALLS = 5;

  /* It opens half after its time, not at it. */
  private static final Duration LATER_THAN = Duration.ofMillis(2);

  private static final Logger log = LoggerFactory.getLogger(Breaker.class);

  private final Time time;
  private final CircuitBreaker breaker;
  private final @Nullable CircuitBreakerRegistry owner;
  private final Tier2Direction direction;
  private final Tier2Listener listener;
  private final long openNanos;
  private final long slowNanos;
  private final long maxHalfOpenNanos;
  private volatile long changedNanos;
  private volatile boolean outage;
  private volatile String reason = "too many calls failed or were slow";
  private boolean halfOpenSeen; // guarded by this
  private long halfOpenSince; // guarded by this
  private volatile boolean closed;

  Breaker(
      Time time,
      io.bop.aof.CircuitBreakerConfig config,
      Tier2Direction direction,
      Tier2Options options) {
    this.time = time;
    this.direction = direction;
    this.listener = options.listener();
    this.changedNanos = time.nanoTime();
    this.openNanos = atLeastOneMilli(config.waitDurationInOpenState()).plus(LATER_THAN).toNanos();
    this.slowNanos = config.slowCallDurationThreshold().toNanos();
    this.maxHalfOpenNanos = config.maxWaitDurationInHalfOpenState().toNanos();
    String name = options.name() + "-" + direction.name().toLowerCase(Locale.ROOT) + "s";
    CircuitBreakerConfig settings = settings(time, config);
    @Nullable CircuitBreakerRegistry registry = options.registry();
    if (registry == null) {
      this.owner = null;
      this.breaker = CircuitBreaker.of(name, settings);
    } else {
      this.owner = registry.find(name).isPresent() ? null : registry;
      this.breaker = registry.circuitBreaker(name, settings);
    }
    breaker.getEventPublisher().onStateTransition(this::changed);
  }

  private static CircuitBreakerConfig settings(Time time, io.bop.aof.CircuitBreakerConfig config) {
    int window = config.slidingWindowSize();
    int minCalls = Math.max(Math.min(window, MIN_CALLS), window / 4);
    return CircuitBreakerConfig.custom()
        .slidingWindow(window, minCalls, SlidingWindowType.COUNT_BASED)
        .failureRateThreshold(config.failureRateThreshold())
        .slowCallRateThreshold(config.failureRateThreshold())
        .slowCallDurationThreshold(config.slowCallDurationThreshold())
        .waitDurationInOpenState(atLeastOneMilli(config.waitDurationInOpenState()))
        .permittedNumberOfCallsInHalfOpenState(config.permittedCallsInHalfOpenState())
        .maxWaitDurationInHalfOpenState(Duration.ZERO)
        .automaticTransitionFromOpenToHalfOpenEnabled(false)
        .clock(new HostClock(time))
        .currentTimestampFunction(clock -> time.nanoTime(), TimeUnit.NANOSECONDS)
        .recordException(failure -> true)
        .writableStackTraceEnabled(false)
        .build();
  }

  private static Duration atLeastOneMilli(Duration value) {
    Duration milli = Duration.ofMillis(1);
    return value.compareTo(milli) < 0 ? milli : value;
  }

  /** Whether a call may go through; who got a yes must report its end exactly once. */
  boolean tryAcquire() {
    endLongHalfOpen();
    boolean permitted = breaker.tryAcquirePermission();
    endLongHalfOpen();
    return permitted;
  }

  /** The end of a call that was let through. */
  void ended(
      Tier2Operation operation, Tier2Outcome outcome, long nanos, @Nullable Throwable failure) {
    switch (outcome.verdict(operation, failure)) {
      case ANSWERED -> {
        if (nanos >= slowNanos) {
          reason = "calls are slow: tookMillis=" + TimeUnit.NANOSECONDS.toMillis(nanos);
        }
        breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
      }
      case FAILED -> {
        Throwable cause = failure == null ? new IllegalStateException(outcome.name()) : failure;
        reason = String.valueOf(cause.getMessage());
        breaker.onError(nanos, TimeUnit.NANOSECONDS, cause);
      }
      case NONE -> breaker.releasePermission();
    }
  }

  /** For how long it has had its state. */
  Duration age() {
    return Duration.ofNanos(Math.max(0, time.nanoTime() - changedNanos));
  }

  /** What the newest failed or slow call says. */
  String reason() {
    return reason;
  }

  /** How long until it is worth a call; 0: now. */
  long nanosToNextTry() {
    boolean open = state() == BreakerState.OPEN;
    return open ? Math.max(0, openNanos - (time.nanoTime() - changedNanos)) : 0;
  }

  BreakerState state() {
    endLongHalfOpen();
    return stateOf(breaker.getState());
  }

  /*
   * Calls that were let through half-open and never end must not keep the others out for ever. The
   * time runs from when this method first sees the state: the event of the transition comes after
   * the transition, so another thread could judge by the time of an earlier one.
   */
  private synchronized void endLongHalfOpen() {
    if (breaker.getState() != CircuitBreaker.State.HALF_OPEN) {
      halfOpenSeen = false;
    } else if (!halfOpenSeen) {
      halfOpenSeen = true;
      halfOpenSince = time.nanoTime();
    } else if (time.nanoTime() - halfOpenSince > maxHalfOpenNanos) {
      halfOpenSeen = false;
      reason = "calls let through half open did not end";
      breaker.transitionToOpenState();
    }
  }

  private void changed(CircuitBreakerOnStateTransitionEvent event) {
    CircuitBreaker.State from = event.getStateTransition().getFromState();
    CircuitBreaker.State to = event.getStateTransition().getToState();
    if (stateOf(from) == stateOf(to)) {
      return;
    }
    changedNanos = time.nanoTime();
    if (!closed) {
      boolean bad = stateOf(to) == BreakerState.OPEN;
      log(stateOf(to));
      listener.breaker(direction, stateOf(from), stateOf(to), bad ? reason : null);
    }
  }

  /* Half open is only a try: told of here it would fill the log of a long outage. */
  private void log(BreakerState to) {
    if (to == BreakerState.CLOSED) {
      outage = false;
      log.info("tier 2 answers again, its circuit breaker is closed: direction={}", direction);
    } else if (to == BreakerState.OPEN && !outage) {
      outage = true;
      log.warn(
          "tier 2 does not answer, its circuit breaker is open: direction={} reason={}"
              + " action=mend the way there, all goes on by itself",
          direction,
          reason);
    }
  }

  private static BreakerState stateOf(CircuitBreaker.State state) {
    return switch (state) {
      case CLOSED, DISABLED, METRICS_ONLY -> BreakerState.CLOSED;
      case OPEN, FORCED_OPEN -> BreakerState.OPEN;
      case HALF_OPEN -> BreakerState.HALF_OPEN;
    };
  }

  /** Leaves the registry, if it was this object that entered it. */
  @Override
  public void close() {
    closed = true;
    if (owner != null) {
      owner.remove(breaker.getName());
    }
  }
}
