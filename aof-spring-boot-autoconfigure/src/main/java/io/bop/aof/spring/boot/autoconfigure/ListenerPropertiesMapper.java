package io.bop.aof.spring.boot.autoconfigure;

import io.bop.aof.AofStore;
import io.bop.aof.InvalidConfigException;
import io.bop.aof.ReadFrom;
import io.bop.aof.spring.listener.AofListenerErrorHandler;
import io.bop.aof.spring.listener.AofListenerOptions;
import io.bop.aof.spring.listener.AofRecordRecoverer;
import io.bop.aof.spring.listener.DeadLetterRecoverer;
import io.bop.aof.spring.listener.DefaultAofListenerErrorHandler;
import io.bop.aof.spring.listener.StartPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.util.backoff.ExponentialBackOff;

/** Carries properties over into the options and the error handler of listeners. */
final class ListenerPropertiesMapper {

  private static final String SUFFIX_RULE = "[A-Za-z0-9._-]{1,64}";

  private final AofListenerProperties properties;

  ListenerPropertiesMapper(AofListenerProperties properties) {
    this.properties = properties;
  }

  /** Everything that is wrong, each with its key below {@code aof}. */
  List<String> faults() {
    List<String> faults = new ArrayList<>();
    ReadFrom startAt = ReadFrom.earliest();
    try {
      startAt = StartPosition.parse(properties.startAt());
    } catch (IllegalArgumentException e) {
      faults.add("start-at=" + properties.startAt() + " " + StartPosition.RULE);
    }
    faults.addAll(options(startAt).faults());
    AofListenerProperties.Retry retry = properties.retry();
    if (retry.maxAttempts() < 1) {
      faults.add("retry.max-attempts=" + retry.maxAttempts() + " must be at least 1");
    }
    if (retry.multiplier() < 1) {
      faults.add("retry.multiplier=" + retry.multiplier() + " must be at least 1");
    }
    positive(faults, "retry.initial-interval", retry.initialInterval());
    positive(faults, "retry.max-interval", retry.maxInterval());
    String suffix = properties.deadLetter().suffix();
    if (!suffix.matches(SUFFIX_RULE)) {
      faults.add("dead-letter.suffix=" + suffix + " must be " + SUFFIX_RULE);
    }
    return faults.stream().map(fault -> "listener." + fault).toList();
  }

  private static void positive(List<String> faults, String key, Duration value) {
    if (value.toMillis() < 1) {
      faults.add(key + "=" + value + " must be at least 1ms");
    }
  }

  /**
   * The options of all listeners.
   *
   * @throws InvalidConfigException naming every fault at once
   */
  AofListenerOptions toOptions() {
    List<String> faults = faults();
    if (!faults.isEmpty()) {
      throw new InvalidConfigException(faults);
    }
    return options(StartPosition.parse(properties.startAt()));
  }

  private AofListenerOptions options(ReadFrom startAt) {
    return AofListenerOptions.defaults()
        .with(
            options ->
                options
                    .autoStartup(properties.autoStartup())
                    .startAt(startAt)
                    .ackMode(properties.ackMode())
                    .order(properties.order())
                    .concurrency(properties.concurrency())
                    .maxPollRecords(properties.maxPollRecords())
                    .maxPollBytes(properties.maxPollBytes().toBytes())
                    .maxUnacknowledged(properties.maxUnacknowledged())
                    .commitInterval(properties.commitInterval())
                    .discoveryInterval(properties.discoveryInterval())
                    .shutdownTimeout(properties.shutdownTimeout())
                    .onRetired(properties.onRetired())
                    .onDiverged(properties.onDiverged())
                    .deadLetterSuffix(properties.deadLetter().suffix()));
  }

  /** The error handler of all listeners. */
  AofListenerErrorHandler toErrorHandler(AofStore store) {
    AofListenerProperties.Retry retry = properties.retry();
    ExponentialBackOff backOff =
        DefaultAofListenerErrorHandler.exponential(
            retry.initialInterval(), retry.multiplier(), retry.maxInterval());
    if (properties.onFailure() != AofListenerProperties.OnFailure.RETRY) {
      // The first attempt is not a retry.
      backOff.setMaxAttempts(retry.maxAttempts() - 1L);
    }
    return new DefaultAofListenerErrorHandler(backOff, recoverer(store));
  }

  private AofRecordRecoverer recoverer(AofStore store) {
    AofListenerProperties.DeadLetter deadLetter = properties.deadLetter();
    return switch (properties.onFailure()) {
      case RETRY, STOP -> AofRecordRecoverer.stop();
      case SKIP -> AofRecordRecoverer.skip();
      case DEAD_LETTER ->
          new DeadLetterRecoverer(
              store, stream -> stream + deadLetter.suffix(), deadLetter.stackTrace());
    };
  }
}
