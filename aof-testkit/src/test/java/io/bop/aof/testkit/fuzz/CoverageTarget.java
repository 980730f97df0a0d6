package io.bop.aof.testkit.fuzz;

/**
 * What the coverage-guided fuzzer calls: one decoder, chosen by {@code -Daof.fuzz.target}, on the
 * bytes as they are and with corrected checksums.
 */
public final class CoverageTarget {

  private static final DecoderTarget TARGET =
      DecoderTargets.named(System.getProperty("aof.fuzz.target", "records"));

  private CoverageTarget() {}

  /** Takes one input; throws what is found. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    // The fuzzer's instrumentation allocates too, so memory is bounded by the heap alone.
    Survival.decode(TARGET, bytes.clone());
    Survival.decode(TARGET, TARGET.sign().apply(bytes.clone()));
  }
}
