package io.bop.aof.spring.boot.endpoint;

import io.bop.aof.AofException;
import io.bop.aof.OffsetOutOfRangeException;
import io.bop.aof.ReadOnlyStoreException;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/** Turns results and failures into answers. */
final class Answers {

  private static final int CONFLICT = 409;

  private Answers() {}

  /**
   * What was done.
   *
   * @param operation its name
   * @param stream of which stream; empty: of the store
   * @param result numbers and words, by name
   */
  record Done(String operation, String stream, Map<String, Object> result)
      implements OperationResponseBody {}

  /** Why something was not done. */
  record Problem(int status, String error) implements OperationResponseBody {}

  static WebEndpointResponse<OperationResponseBody> of(Supplier<OperationResponseBody> work) {
    try {
      return new WebEndpointResponse<>(work.get());
    } catch (UnknownStreamException e) {
      return problem(WebEndpointResponse.STATUS_NOT_FOUND, e);
    } catch (Arguments.WrongException | OffsetOutOfRangeException | IllegalArgumentException e) {
      return problem(WebEndpointResponse.STATUS_BAD_REQUEST, e);
    } catch (ReadOnlyStoreException e) {
      return problem(CONFLICT, e);
    } catch (AofException e) {
      return problem(WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE, e);
    }
  }

  private static WebEndpointResponse<OperationResponseBody> problem(
      int status, RuntimeException e) {
    return new WebEndpointResponse<>(new Problem(status, String.valueOf(e.getMessage())), status);
  }

  /** There is no stream of that name. */
  static final class UnknownStreamException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownStreamException(String name) {
      super("no such stream: " + name);
    }
  }
}
