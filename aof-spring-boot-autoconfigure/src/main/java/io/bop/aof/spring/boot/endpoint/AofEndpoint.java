package io.bop.aof.spring.boot.endpoint;

import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.CompressionProfile;
import io.bop.aof.spring.boot.endpoint.StreamOperations.Parameters;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

/**
 * What an operator sees of a store, and what he can have done. Reads are answered from memory; what
 * changes something is there only when {@code management.endpoint.aof.access} is {@code
 * unrestricted}.
 */
@WebEndpoint(id = "aof", defaultAccess = Access.READ_ONLY)
public final class AofEndpoint {

  /*
   * Arguments are taken as text and read here, because the framework answers a value of the wrong
   * type without saying what a right one is.
   */

  private final AofStore store;

  /** Of that store. */
  public AofEndpoint(AofStore store) {
    this.store = store;
  }

  /** The store and a page of its streams. */
  @ReadOperation
  public WebEndpointResponse<OperationResponseBody> store(
      @Nullable String page, @Nullable String size) {
    return Answers.of(() -> StoreDescriptor.of(store.snapshot(), PageRequest.of(page, size)));
  }

  /** A stream and a page of its segments. */
  @ReadOperation
  public WebEndpointResponse<OperationResponseBody> stream(
      @Selector String stream, @Nullable String page, @Nullable String size) {
    return Answers.of(() -> StreamDetail.of(find(stream).snapshot(), PageRequest.of(page, size)));
  }

  /** Changes how sealed segments are compressed from now on. */
  @WriteOperation
  public WebEndpointResponse<OperationResponseBody> configure(@Nullable String profile) {
    return Answers.of(
        () -> {
          String text = Arguments.required("profile", profile);
          CompressionProfile wanted = Arguments.constant("profile", text, CompressionProfile.class);
          store.compressionProfile(wanted);
          return new Answers.Done("profile", "", Map.of("compressionProfile", wanted));
        });
  }

  /** Does something with a stream. */
  @WriteOperation
  public WebEndpointResponse<OperationResponseBody> operate(
      @Selector String stream,
      @Nullable String operation,
      @Nullable String from,
      @Nullable String to,
      @Nullable String offset,
      @Nullable String timeout) {
    return Answers.of(
        () -> {
          AofStream found = find(stream);
          String name = Arguments.required("operation", operation);
          StreamOperation wanted = Arguments.constant("operation", name, StreamOperation.class);
          Parameters parameters = new Parameters(from, to, offset, timeout);
          return new Answers.Done(
              wanted.name().toLowerCase(Locale.ROOT),
              stream,
              StreamOperations.run(found, wanted, parameters));
        });
  }

  private AofStream find(String name) {
    return store.findStream(name).orElseThrow(() -> new Answers.UnknownStreamException(name));
  }
}
