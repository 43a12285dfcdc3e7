package dev.boardcast.alerts;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What is usual for a value: median and spread of former ones. A few outliers change neither.
 * Immutable.
 *
 * @param median of the former values
 * @param spread the median absolute deviation, scaled to the standard deviation of a normal
 *     distribution; the mean absolute deviation, scaled alike, where most values are the same
 */
record Baseline(double median, double spread) {
  private static final double MEDIAN_SCALE = 1.4826;
  private static final double MEAN_SCALE = 1.2533;

  /** Fewer former values say nothing about what is usual. */
  static final int MIN_VALUES = 6;

  /** The baseline of former values; empty where there are fewer than {@link #MIN_VALUES}. */
  static Optional<Baseline> of(List<BigDecimal> values) {
    if (values.size() < MIN_VALUES) return Optional.empty();
    double[] sorted = values.stream().mapToDouble(BigDecimal::doubleValue).sorted().toArray();
    double median = median(sorted);
    double[] deviations =
        Arrays.stream(sorted).map(value -> Math.abs(value - median)).sorted().toArray();
    double spread = median(deviations) * MEDIAN_SCALE;
    if (spread == 0) spread = Arrays.stream(deviations).average().orElse(0) * MEAN_SCALE;
    return Optional.of(new Baseline(median, spread));
  }

  /** How many spreads a value is away from the median; infinite if all former ones were equal. */
  double deviations(BigDecimal value) {
    double distance = Math.abs(value.doubleValue() - median);
    if (distance == 0) return 0;
    return spread == 0 ? Double.POSITIVE_INFINITY : distance / spread;
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
