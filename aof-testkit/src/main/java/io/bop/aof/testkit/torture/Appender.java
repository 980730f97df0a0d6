package io.bop.aof.testkit.torture;

import io.bop.aof.AofException;
import io.bop.aof.AofStream;
import io.bop.aof.AppendOutcomeUnknownException;
import io.bop.aof.AppendRequest;
import io.bop.aof.AppendReservation;
import io.bop.aof.AppendResult;
import io.bop.aof.BackpressureException;
import io.bop.aof.OffsetConflictException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Takes one step of its writer after the other, and tells before and after. */
final class Appender implements Runnable {

  private static final int MOST_IN_FLIGHT = 16;
  private static final long PAUSE_NANOS = 2_000_000;

  private final Workplace workplace;
  private final int writer;
  private final Semaphore inFlight = new Semaphore(MOST_IN_FLIGHT);
  private volatile boolean closed;

  Appender(Workplace workplace, int writer) {
    this.workplace = workplace;
    this.writer = writer;
  }

  @Override
  public void run() {
    try {
      for (long number = 0; !closed; number++) {
        take(Step.of(workplace.seed(), new StepId(writer, number)));
      }
    } catch (InterruptedException | RuntimeException | Error e) {
      workplace.ended("append: writer=" + writer, e);
    }
  }

  private void take(Step step) throws InterruptedException {
    AofStream stream = workplace.stream(step.stream());
    workplace.reports().send(new Message.Intended(step.id()));
    if (step.kind() == Step.Kind.ASYNC) {
      inFlight.acquire();
      CompletionStage<AppendResult.Appended> later = stream.appendAsync(request(step, 0));
      later.whenComplete((done, e) -> completed(step, done, e));
      return;
    }
    try {
      OptionalLong offset = append(stream, step);
      if (offset.isPresent()) {
        acknowledged(step, offset.getAsLong());
      } else {
        refused(step, Message.Refusal.BACKPRESSURE);
      }
    } catch (AofException e) {
      failed(step, e);
      workplace.pause(PAUSE_NANOS);
    }
  }

  private OptionalLong append(AofStream stream, Step step) {
    byte[] payload = step.record(0).payload();
    return switch (step.kind()) {
      case BYTES -> OptionalLong.of(stream.append(payload));
      case BUFFER -> OptionalLong.of(stream.append(direct(payload)));
      case REQUEST -> OptionalLong.of(checked(step, stream.append(request(step, 0))));
      case EXPECTED -> OptionalLong.of(appendExpected(stream, step));
      case BATCH -> OptionalLong.of(checked(step, stream.appendAll(batch(step))));
      case RESERVED -> OptionalLong.of(appendReserved(stream, payload));
      case TRY ->
          stream.tryAppend(payload) instanceof AppendResult.Appended appended
              ? OptionalLong.of(checked(step, appended))
              : OptionalLong.empty();
      case ASYNC -> throw new IllegalArgumentException("not one that is waited for: " + step);
    };
  }

  private static ByteBuffer direct(byte[] payload) {
    return ByteBuffer.allocateDirect(payload.length).put(payload).flip();
  }

  private static AppendRequest request(Step step, int index) {
    AppendRequest.Builder request = step.record(index).request().durability(step.durability());
    step.timeout().ifPresent(request::timeout);
    return request.build();
  }

  private static List<AppendRequest> batch(Step step) {
    List<AppendRequest> batch = new ArrayList<>();
    for (int i = 0; i < step.count(); i++) {
      batch.add(request(step, i));
    }
    return batch;
  }

  private long appendExpected(AofStream stream, Step step) {
    long expected = stream.nextOffset();
    AppendRequest request =
        step.record(0).request().durability(step.durability()).expectedOffset(expected).build();
    long offset = checked(step, stream.append(request));
    if (offset != expected) {
      throw new IllegalStateException(
          "not where it was expected: expected=" + expected + " offset=" + offset);
    }
    return offset;
  }

  private static long appendReserved(AofStream stream, byte[] payload) {
    try (AppendReservation reservation = stream.reserve(payload.length)) {
      reservation.buffer().put(payload);
      return reservation.commit();
    }
  }

  private static long checked(Step step, AppendResult.Appended appended) {
    if (appended.durability() != step.durability()) {
      throw new IllegalStateException(
          "acknowledged at another level: wanted="
              + step.durability()
              + " got="
              + appended.durability());
    }
    return appended.offset();
  }

  // ---- what became of it

  private void completed(
      Step step, AppendResult.@Nullable Appended appended, @Nullable Throwable failure) {
    inFlight.release();
    try {
      if (appended != null) {
        acknowledged(step, checked(step, appended));
        return;
      }
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      if (cause instanceof AofException e) {
        failed(step, e);
      } else {
        throw new IllegalStateException("append failed", cause);
      }
    } catch (RuntimeException | Error e) {
      workplace.reports().failed("append: step=" + step.id(), e);
    }
  }

  private void acknowledged(Step step, long offset) {
    workplace.reports().send(new Message.Acknowledged(step.id(), offset));
  }

  private void refused(Step step, Message.Refusal refusal) {
    workplace.reports().send(new Message.Refused(step.id(), refusal));
  }

  private void failed(Step step, AofException e) {
    if (Causes.isClosed(e)) {
      closed = true;
    } else if (e instanceof AppendOutcomeUnknownException) {
      workplace.reports().send(new Message.Unknown(step.id()));
    } else if (e instanceof OffsetConflictException) {
      refused(step, Message.Refusal.CONFLICT);
    } else if (e instanceof BackpressureException) {
      refused(step, Message.Refusal.BACKPRESSURE);
    } else if (Causes.isDiskFull(e)) {
      refused(step, Message.Refusal.DISK_FULL);
    } else {
      throw e;
    }
  }
}
