package io.bop.aof.spring.listener;

import io.bop.aof.AofRecord;
import io.bop.aof.AofStore;
import io.bop.aof.AppendRequest;
import io.bop.aof.AppendResult;
import io.bop.aof.Durability;
import io.bop.aof.RecordHeaders;
import io.bop.aof.RecordTooLargeException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends a copy of the record to a dead-letter stream, with {@link DeadLetterHeaders}, and goes on
 * with the next one. The copy survives a power loss before the place of the listener moves on, so
 * that a record is never in neither. After a crash it may be there twice. Thread-safe.
 */
public final class DeadLetterRecoverer implements AofRecordRecoverer {

  private static final Logger log = LoggerFactory.getLogger(DeadLetterRecoverer.class);
  private static final int MAX_MESSAGE = 1_000;
  private static final int MAX_STACK_TRACE = 8_000;

  private final AofStore store;
  private final UnaryOperator<String> nameOf;
  private final boolean stackTrace;

  /** To the stream's name and that suffix, without stack traces. */
  public DeadLetterRecoverer(AofStore store, String suffix) {
    this(store, stream -> stream + suffix, false);
  }

  /**
   * To a stream of any name.
   *
   * @param nameOf the dead-letter stream of a stream; created by the first dead letter
   * @param stackTrace whether the stack trace is kept too
   */
  public DeadLetterRecoverer(AofStore store, UnaryOperator<String> nameOf, boolean stackTrace) {
    this.store = Objects.requireNonNull(store, "store");
    this.nameOf = Objects.requireNonNull(nameOf, "nameOf");
    this.stackTrace = stackTrace;
  }

  @Override
  public AfterFailure recover(FailedDelivery failed) {
    AofDelivery delivery = failed.first();
    String target = nameOf.apply(delivery.stream());
    AppendResult.Appended appended = append(target, delivery.record(), failed);
    log.warn(
        "record went to the dead-letter stream: listener={} stream={} offset={} attempts={}"
            + " deadLetterStream={} deadLetterOffset={}",
        failed.listenerId(),
        delivery.stream(),
        delivery.record().offset(),
        failed.attempts(),
        target,
        appended.offset());
    return AfterFailure.GO_ON;
  }

  private AppendResult.Appended append(String target, AofRecord record, FailedDelivery failed) {
    RecordHeaders about = about(record, failed);
    AppendRequest.Builder whole = AppendRequest.builder(record.payloadBytes());
    record.key().ifPresent(whole::key);
    record.extId().ifPresent(whole::extId);
    RecordHeaders headers = record.headers();
    for (RecordHeaders.Header header : about) {
      headers = headers.with(header.name(), header.value());
    }
    whole.headers(headers).durability(Durability.FLUSHED);
    try {
      return store.stream(target).append(whole.build());
    } catch (RecordTooLargeException e) {
      AppendRequest.Builder without = AppendRequest.builder(new byte[0]);
      without.headers(about.with(DeadLetterHeaders.PAYLOAD, "absent"));
      return store.stream(target).append(without.durability(Durability.FLUSHED).build());
    }
  }

  private RecordHeaders about(AofRecord record, FailedDelivery failed) {
    Throwable cause = failed.cause();
    RecordHeaders headers =
        RecordHeaders.empty()
            .with(DeadLetterHeaders.STREAM, failed.first().stream())
            .with(DeadLetterHeaders.OFFSET, Long.toString(record.offset()))
            .with(DeadLetterHeaders.TIMESTAMP, record.timestamp().toString())
            .with(DeadLetterHeaders.LISTENER, failed.listenerId())
            .with(DeadLetterHeaders.ATTEMPTS, Integer.toString(failed.attempts()))
            .with(DeadLetterHeaders.EXCEPTION, cause.getClass().getName());
    String message = cause.getMessage();
    if (message != null) {
      headers = headers.with(DeadLetterHeaders.MESSAGE, cut(message, MAX_MESSAGE));
    }
    if (stackTrace) {
      StringWriter text = new StringWriter();
      cause.printStackTrace(new PrintWriter(text));
      headers = headers.with(DeadLetterHeaders.STACK_TRACE, cut(text.toString(), MAX_STACK_TRACE));
    }
    return headers;
  }

  private static String cut(String text, int limit) {
    return text.length() <= limit ? text : text.substring(0, limit);
  }
}
