package io.bop.aof.spring.core;

import io.bop.aof.ReadOptions;
import io.bop.aof.StreamNames;
import io.bop.aof.spring.observation.AofTemplateObservation;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Settings of an {@link AofTemplate}. Immutable.
 *
 * @param defaultStream stream of appends that name none; null: such appends are refused
 * @param readOptions how reads without options of their own read
 * @param observation how appends and replays are observed; null: they are not, and cost nothing
 */
public record AofTemplateOptions(
    @Nullable String defaultStream,
    ReadOptions readOptions,
    @Nullable AofTemplateObservation observation) {

  private static final AofTemplateOptions DEFAULTS =
      new AofTemplateOptions(null, ReadOptions.defaults(), null);

  /** Checks the name of the stream. */
  public AofTemplateOptions {
    Objects.requireNonNull(readOptions, "readOptions");
    if (defaultStream != null) {
      StreamNames.requireValid(defaultStream);
    }
  }

  /** No default stream, {@link ReadOptions#defaults()}, not observed. */
  public static AofTemplateOptions defaults() {
    return DEFAULTS;
  }

  /** These options with another default stream. */
  public AofTemplateOptions withDefaultStream(@Nullable String value) {
    return new AofTemplateOptions(value, readOptions, observation);
  }

  /** These options with other read options. */
  public AofTemplateOptions withReadOptions(ReadOptions value) {
    return new AofTemplateOptions(defaultStream, value, observation);
  }

  /** These options with appends and replays observed, or not. */
  public AofTemplateOptions withObservation(@Nullable AofTemplateObservation value) {
    return new AofTemplateOptions(defaultStream, readOptions, value);
  }
}
