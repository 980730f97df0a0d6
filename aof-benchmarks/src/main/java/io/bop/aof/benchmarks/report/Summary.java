package io.bop.aof.benchmarks.report;

import java.util.Arrays;

/**
 * Median and spread of a few measurements.
 *
 * @param median the middle one, or the mean of the two in the middle
 * @param min the lowest
 * @param max the highest
 */
public record Summary(double median, double min, double max) {

  /**
   * Of at least one value.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Summary of(double[] values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no measurements to summarise");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Summary(median, sorted[0], sorted[sorted.length - 1]);
  }

  /**
   * Of the quotients of measurements taken in the same round, so that a machine that drifts between
   * rounds changes both sides.
   *
   * @throws IllegalArgumentException when the numbers of measurements differ
   */
  public static Summary ofRatios(double[] values, double[] references) {
    if (values.length != references.length) {
      throw new IllegalArgumentException(
          "rounds differ: values=" + values.length + " references=" + references.length);
    }
    double[] ratios = new double[values.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = values[i] / references[i];
    }
    return of(ratios);
  }
}
