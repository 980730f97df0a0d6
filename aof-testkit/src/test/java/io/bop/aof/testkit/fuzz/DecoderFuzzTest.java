package io.bop.aof.testkit.fuzz;

import io.bop.aof.testkit.Property;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the bytes, a decoder gives a value or one of its errors, soon, and allocates in
 * proportion to the bytes. What it accepts after damage with corrected checksums must encode to the
 * same bytes again: it has understood all of them. What it accepts without must be what the valid
 * bytes say.
 *
 * <p>{@code -Daof.soak=n} runs n examples of each; a failure names its seed and how to replay it.
 */
class DecoderFuzzTest {

  private static final int RUNS = Integer.getInteger("aof.soak", 4_000);
  private static final Duration LONGEST = Duration.ofSeconds(60);

  static List<DecoderTarget> targets() {
    return DecoderTargets.all();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void takesAnyBytes(DecoderTarget target) {
    Watched watched = new Watched(LONGEST);
    watched.run(
        () ->
            Property.forAll(
                target.name() + " takes any bytes",
                RUNS,
                random -> {
                  watched.begin(target.name() + " -Daof.seed=" + random.seed());
                  Survival.check(target, random);
                }));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void takesValidBytes(DecoderTarget target) {
    Property.forAll(
        target.name() + " takes valid bytes",
        200,
        random -> {
          byte[] valid = target.example().apply(random);
          Object value = target.decoder().decode(valid.clone());
          Object signed = target.decoder().decode(target.sign().apply(valid.clone()));
          Understood.require(value.equals(signed));
        });
  }
}
