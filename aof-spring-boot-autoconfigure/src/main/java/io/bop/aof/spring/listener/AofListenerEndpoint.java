package io.bop.aof.spring.listener;

import io.bop.aof.StreamNames;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who listens to what: everything about a listener that its container does not say by itself.
 * Immutable.
 */
public final class AofListenerEndpoint {

  /** The rule for ids, which name the durable places: that of a consumer's name. */
  public static final String ID_RULE = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

  private static final Pattern ID = Pattern.compile(ID_RULE);

  private final String id;
  private final Set<String> streams;
  private final @Nullable Pattern streamPattern;
  private final AofBatchListener listener;
  private final boolean batch;
  private final Consumer<AofListenerOptions.Builder> options;
  private final @Nullable AofListenerErrorHandler errorHandler;

  private AofListenerEndpoint(Builder builder, AofBatchListener listener) {
    this.id = builder.id;
    this.streams = Set.copyOf(builder.streams);
    this.streamPattern = builder.streamPattern;
    this.listener = listener;
    this.batch = builder.batch;
    this.options = builder.options;
    this.errorHandler = builder.errorHandler;
  }

  /**
   * Starts an endpoint.
   *
   * @param id names the container and its places in the streams; keep it, and they are kept
   */
  public static Builder builder(String id) {
    return new Builder(id);
  }

  /** The id. */
  public String id() {
    return id;
  }

  /** Names of streams; they need not exist yet. */
  public Set<String> streams() {
    return streams;
  }

  /** Streams whose whole name matches are listened to, also those that are created later. */
  public @Nullable Pattern streamPattern() {
    return streamPattern;
  }

  /** Whether the listener takes batches. */
  public boolean batch() {
    return batch;
  }

  /** Who is called; with lists of one when it takes single records. */
  AofBatchListener listener() {
    return listener;
  }

  /** Changes the options of the factory. */
  Consumer<AofListenerOptions.Builder> options() {
    return options;
  }

  /** The endpoint's own error handler; null: that of the factory. */
  @Nullable AofListenerErrorHandler errorHandler() {
    return errorHandler;
  }

  /** Collects the parts of an endpoint; not thread-safe. */
  public static final class Builder {

    private final String id;
    private final Set<String> streams = new LinkedHashSet<>();
    private @Nullable Pattern streamPattern;
    private @Nullable AofBatchListener listener;
    private boolean batch;
    private Consumer<AofListenerOptions.Builder> options = builder -> {};
    private @Nullable AofListenerErrorHandler errorHandler;

    private Builder(String id) {
      this.id = Objects.requireNonNull(id, "id");
    }

    /** Adds streams by name. */
    public Builder streams(String... names) {
      streams.addAll(List.of(names));
      return this;
    }

    /** Adds all streams whose whole name matches, apart from dead-letter streams. */
    public Builder streamPattern(Pattern value) {
      streamPattern = value;
      return this;
    }

    /** Called with one record at a time. */
    public Builder onRecord(AofRecordListener value) {
      Objects.requireNonNull(value, "listener");
      listener = (deliveries, ack) -> value.onRecord(deliveries.get(0), ack);
      batch = false;
      return this;
    }

    /** Called with batches. */
    public Builder onBatch(AofBatchListener value) {
      listener = Objects.requireNonNull(value, "listener");
      batch = true;
      return this;
    }

    /** Changes the options that the factory has, after the changes given before. */
    public Builder options(Consumer<AofListenerOptions.Builder> change) {
      options = options.andThen(change);
      return this;
    }

    /** An error handler for this endpoint alone. */
    public Builder errorHandler(@Nullable AofListenerErrorHandler value) {
      errorHandler = value;
      return this;
    }

    /**
     * The finished endpoint.
     *
     * @throws IllegalArgumentException naming everything that is wrong at once
     */
    public AofListenerEndpoint build() {
      List<String> faults = new ArrayList<>();
      if (!ID.matcher(id).matches()) {
        faults.add("id='" + id + "' must be " + ID_RULE);
      }
      if (streams.isEmpty() && streamPattern == null) {
        faults.add("streams must name a stream, or a pattern must be given");
      }
      for (String stream : streams) {
        if (!StreamNames.isValid(stream)) {
          faults.add("streams='" + stream + "' must be " + StreamNames.RULE);
        }
      }
      AofBatchListener called = listener;
      if (called == null) {
        faults.add("a listener is missing");
      }
      if (called == null || !faults.isEmpty()) {
        throw new IllegalArgumentException(
            "listener is not valid: id=" + id + " " + String.join("; ", faults));
      }
      return new AofListenerEndpoint(this, called);
    }
  }
}
