package io.bop.aof.objectstore.s3;

import io.bop.aof.S3Config;
import io.bop.aof.objectstore.ArchivedObjectException;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * What failures of one call mean. Messages name operation, bucket, key, the service's error code
 * and its id of the request, and what to do about it; never a secret. Immutable.
 */
final class S3Failures {

  private static final Logger log = LoggerFactory.getLogger(S3Failures.class);
  private static final int MAX_TEXT = 300;

  private final String operation;
  private final S3Config config;
  private final String key;
  private final ServiceClock clock;

  /**
   * Of that call.
   *
   * @param key as the service knows it
   */
  S3Failures(String operation, S3Config config, String key, ServiceClock clock) {
    this.operation = operation;
    this.config = config;
    this.key = key;
    this.clock = clock;
  }

  /** Found by ourselves. */
  ObjectStoreException of(Reason reason, String phrase, String facts) {
    return of(reason, phrase, facts, null);
  }

  /** Found by ourselves, with a cause. */
  ObjectStoreException of(Reason reason, String phrase, String facts, @Nullable Throwable cause) {
    String tail = facts.isEmpty() ? "" : " " + facts;
    return new ObjectStoreException(reason, phrase + ": " + place() + tail, cause);
  }

  /** Of what the SDK threw. */
  ObjectStoreException of(Throwable thrown) {
    Throwable failure = thrown;
    while (failure instanceof CompletionException && failure.getCause() != null) {
      failure = failure.getCause();
    }
    if (failure instanceof AwsServiceException answered) {
      return answered(answered);
    }
    @Nullable ObjectStoreException ours = find(failure, ObjectStoreException.class);
    if (ours != null) {
      return ours;
    }
    return unanswered(failure);
  }

  /** Something that does no harm. */
  void ignored(String phrase, Throwable failure) {
    log.debug("{}: {}", phrase, place(), failure);
  }

  private ObjectStoreException answered(AwsServiceException e) {
    String permission = S3Permissions.of(operation, config);
    S3Verdict verdict = S3Verdict.of(permission, e.statusCode(), codeOf(e));
    StringBuilder text = new StringBuilder(verdict.phrase());
    text.append(": ").append(place()).append(" status=").append(e.statusCode());
    append(text, "code", codeOf(e));
    append(text, "requestId", e.requestId());
    if (codeOf(e).equals(ServiceClock.REFUSED)) {
      text.append(' ').append(clock.facts(e));
    }
    append(text, "message", messageOf(e));
    append(text, "action", verdict.action());
    return codeOf(e).equals(S3Verdict.ARCHIVED)
        ? new ArchivedObjectException(text.toString(), e)
        : new ObjectStoreException(verdict.reason(), text.toString(), e);
  }

  private ObjectStoreException unanswered(Throwable failure) {
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    if (failure instanceof SdkException && message.contains("credentials")) {
      return of(
          Reason.AUTHORIZATION,
          "no credentials for the object store",
          "action=set tier2.s3.access-key and secret-key, or what the SDK's chain looks at",
          failure);
    }
    if (failure instanceof CancellationException) {
      return of(Reason.CANCELLED, "object store call was cancelled", "", failure);
    }
    @Nullable IOException io = find(failure, IOException.class);
    String error = shorten(String.valueOf(io == null ? failure : io));
    return of(Reason.UNAVAILABLE, "object store cannot be reached", "error=" + error, failure);
  }

  private String place() {
    return "operation="
        + operation
        + " bucket="
        + config.bucket()
        + (key.isEmpty() ? "" : " key=" + key);
  }

  static String codeOf(AwsServiceException e) {
    @Nullable AwsErrorDetails details = e.awsErrorDetails();
    @Nullable String code = details == null ? null : details.errorCode();
    return code == null ? "" : shorten(code);
  }

  private static String messageOf(AwsServiceException e) {
    @Nullable AwsErrorDetails details = e.awsErrorDetails();
    @Nullable String message = details == null ? null : details.errorMessage();
    return message == null || message.isBlank() ? "" : "'" + shorten(message) + "'";
  }

  private static void append(StringBuilder text, String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      text.append(' ').append(name).append('=').append(value);
    }
  }

  /** One line of bounded length, whatever the other side sends. */
  private static String shorten(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return line.length() <= MAX_TEXT ? line : line.substring(0, MAX_TEXT) + "...";
  }

  private static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> type) {
    @Nullable Throwable at = failure;
    for (int depth = 0; at != null && depth < 20; depth++) {
      if (type.isInstance(at)) {
        return type.cast(at);
      }
      at = at.getCause();
    }
    return null;
  }
}
