package io.bop.aof;

/**
 * Budget of the memory-mapped tier. Immutable; checked as a whole by {@link
 * AofConfig.Builder#build()}.
 *
 * @param maxBytes bytes of slot files, spares included; at least two segments of the largest size
 * @param policy what happens at the limit
 * @param overshoot share of the budget by which {@link AdmissionPolicy#ELASTIC} may exceed it, 0 to
 *     1
 * @param evictAt share of the budget from which safe segments are evicted, 0.1 to 1
 * @param urgentAt share of the budget from which compression is urgent, {@code evictAt} to 1
 */
public record Tier0Config(
    long maxBytes, AdmissionPolicy policy, double overshoot, double evictAt, double urgentAt) {

  private static final Tier0Config DEFAULTS =
      new Tier0Config(512L * 1024 * 1024, AdmissionPolicy.STRICT, 0.25, 0.70, 0.85);

  /** The defaults. */
  public static Tier0Config defaults() {
    return DEFAULTS;
  }

  /** These settings with another {@code maxBytes}. */
  public Tier0Config withMaxBytes(long value) {
    return new Tier0Config(value, policy, overshoot, evictAt, urgentAt);
  }

  /** These settings with another {@code policy}. */
  public Tier0Config withPolicy(AdmissionPolicy value) {
    return new Tier0Config(maxBytes, value, overshoot, evictAt, urgentAt);
  }

  /** These settings with another {@code overshoot}. */
  public Tier0Config withOvershoot(double value) {
    return new Tier0Config(maxBytes, policy, value, evictAt, urgentAt);
  }

  /** These settings with another {@code evictAt}. */
  public Tier0Config withEvictAt(double value) {
    return new Tier0Config(maxBytes, policy, overshoot, value, urgentAt);
  }

  /** These settings with another {@code urgentAt}. */
  public Tier0Config withUrgentAt(double value) {
    return new Tier0Config(maxBytes, policy, overshoot, evictAt, value);
  }
}
