package io.bop.aof.objectstore.s3;

import io.bop.aof.io.Time;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * The clock of this machine beside that of the service, which refuses requests whose time is more
 * than 15 minutes from its own. Thread-safe.
 */
final class ServiceClock {

  /*
   * The SDK learns the difference from the refusal, and signs what its client sends from then on
   * with the service's time. So the request only has to be sent again.
   */

  /** The error code for a request whose time is too far from the service's. */
  static final String REFUSED = "RequestTimeTooSkewed";

  private static final Logger log = LoggerFactory.getLogger(ServiceClock.class);

  /** Of a refusal without a code, as to HEAD: so far apart no two clocks are that are set. */
  private static final Duration SUSPICIOUS = Duration.ofMinutes(5);

  /** The answer takes its time, and clocks drift; what is less is told once. */
  private static final Duration NEWS = Duration.ofMinutes(1);

  private final Time time;
  private final String place;
  private final AtomicReference<Duration> told = new AtomicReference<>(Duration.ZERO);

  ServiceClock(Time time, String place) {
    this.time = time;
    this.place = place;
  }

  /** Whether a request was refused for its time; then it is worth another try, once. */
  boolean refused(Throwable failure) {
    if (!(failure.getCause() instanceof AwsServiceException answered) || !isAboutTime(answered)) {
      return false;
    }
    serviceTime(answered).ifPresent(this::tell);
    return true;
  }

  /** Both clocks, as facts of a message. */
  String facts(AwsServiceException answered) {
    String ours = "clock=" + now();
    return serviceTime(answered).map(theirs -> ours + " serviceClock=" + theirs).orElse(ours);
  }

  private boolean isAboutTime(AwsServiceException answered) {
    String code = S3Failures.codeOf(answered);
    boolean unexplained = code.isEmpty() && answered.statusCode() == 403;
    return code.equals(REFUSED)
        || unexplained
            && serviceTime(answered)
                .map(theirs -> Duration.between(theirs, now()).abs().compareTo(SUSPICIOUS) > 0)
                .orElse(false);
  }

  private void tell(Instant theirs) {
    Duration ahead = Duration.between(theirs, now());
    Duration before = told.getAndSet(ahead);
    if (ahead.minus(before).abs().compareTo(NEWS) <= 0) {
      return;
    }
    if (ahead.abs().compareTo(NEWS) <= 0) {
      log.info("clock of this machine is right again: place={} clock={}", place, now());
    } else {
      log.warn(
          "clock of this machine is wrong, requests are sent with the service's time: place={}"
              + " clock={} serviceClock={} aheadSeconds={} action=set the clock of this machine",
          place,
          now(),
          theirs,
          ahead.toSeconds());
    }
  }

  private Instant now() {
    return Instant.EPOCH.plus(time.wallMicros(), ChronoUnit.MICROS).truncatedTo(ChronoUnit.SECONDS);
  }

  private static Optional<Instant> serviceTime(AwsServiceException answered) {
    AwsErrorDetails details = answered.awsErrorDetails();
    if (details == null || details.sdkHttpResponse() == null) {
      return Optional.empty();
    }
    return details.sdkHttpResponse().firstMatchingHeader("Date").flatMap(ServiceClock::parse);
  }

  private static Optional<Instant> parse(String date) {
    try {
      return Optional.of(
          ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
