package io.bop.aof.sample.web;

import io.bop.aof.AofException;
import io.bop.aof.AppendOutcomeUnknownException;
import io.bop.aof.BackpressureException;
import io.bop.aof.OffsetOutOfRangeException;
import io.bop.aof.StorageFullException;
import io.bop.aof.StoreClosedException;
import io.bop.aof.Tier2UnavailableException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Errors as problem details (RFC 9457): the store's errors, and those of Spring MVC. */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {

  private static final Logger log = LoggerFactory.getLogger(Problems.class);

  @ExceptionHandler
  ProblemDetail badRequest(BadRequestException e) {
    return problem(HttpStatus.BAD_REQUEST, "Bad request", e.getMessage());
  }

  @ExceptionHandler
  ProblemDetail noSuchFlight(NoSuchFlightException e) {
    ProblemDetail problem = problem(HttpStatus.NOT_FOUND, "No such flight", e.getMessage());
    problem.setProperty("startOffset", e.start());
    problem.setProperty("nextOffset", e.next());
    return problem;
  }

  @ExceptionHandler
  ProblemDetail outOfRange(OffsetOutOfRangeException e) {
    ProblemDetail problem = problem(HttpStatus.NOT_FOUND, "Offset out of range", e.getMessage());
    problem.setProperty("startOffset", e.start());
    problem.setProperty("nextOffset", e.next());
    return problem;
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> refused(BackpressureException e) {
    ProblemDetail problem = problem(HttpStatus.SERVICE_UNAVAILABLE, "Refused", e.getMessage());
    problem.setProperty("kind", e.kind());
    return later(problem, e.retryAfter());
  }

  /* Not logged here: the store says it once, and every request meets it until there is room. */
  @ExceptionHandler
  ResponseEntity<ProblemDetail> storageFull(StorageFullException e) {
    ProblemDetail problem = problem(HttpStatus.INSUFFICIENT_STORAGE, "Disk full", e.getMessage());
    problem.setProperty("path", e.path());
    problem.setProperty("neededBytes", e.needed());
    problem.setProperty("freeBytes", e.free());
    return later(problem, Duration.ofSeconds(5));
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> tooManyTails(TooManyTailsException e) {
    ProblemDetail problem =
        problem(HttpStatus.SERVICE_UNAVAILABLE, "Too many tails", e.getMessage());
    return later(problem, Duration.ofSeconds(5));
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> tier2Away(Tier2UnavailableException e) {
    ProblemDetail problem =
        problem(HttpStatus.SERVICE_UNAVAILABLE, "Tier 2 does not answer", e.getMessage());
    return later(problem, Duration.ofSeconds(5));
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> closing(StoreClosedException e) {
    ProblemDetail problem =
        problem(HttpStatus.SERVICE_UNAVAILABLE, "Shutting down", e.getMessage());
    return later(problem, Duration.ofSeconds(5));
  }

  @ExceptionHandler
  ProblemDetail outcomeUnknown(AppendOutcomeUnknownException e) {
    return problem(HttpStatus.GATEWAY_TIMEOUT, "Outcome unknown", e.getMessage());
  }

  @ExceptionHandler
  ProblemDetail failed(AofException e) {
    log.error("a request failed in the store", e);
    return problem(HttpStatus.INTERNAL_SERVER_ERROR, "The store failed", e.getMessage());
  }

  private static ResponseEntity<ProblemDetail> later(ProblemDetail problem, Duration wait) {
    long seconds = Math.max(1, wait.plusMillis(999).toSeconds());
    return ResponseEntity.status(problem.getStatus())
        .header(HttpHeaders.RETRY_AFTER, Long.toString(seconds))
        .body(problem);
  }

  private static ProblemDetail problem(HttpStatus status, String title, @Nullable String detail) {
    ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
    problem.setTitle(title);
    return problem;
  }
}
