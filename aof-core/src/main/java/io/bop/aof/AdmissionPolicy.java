package io.bop.aof;

/** What happens when the Tier 0 budget is used up. */
public enum AdmissionPolicy {
  /**
   * Appends wait, then fail with {@link BackpressureKind#ADMISSION}. The budget is never exceeded.
   */
  STRICT,
  /** Active segments may exceed the budget by a set share while segments are evicted hard. */
  ELASTIC
}
