package dev.boardcast.lab.load;

import org.HdrHistogram.Histogram;

/**
 * A distribution of durations in milliseconds.
 *
 * @param count how many there were
 */
public record Latency(long count, double p50, double p90, double p99, double p999, double max) {
  public static Latency of(Histogram micros) {
    return new Latency(
        micros.getTotalCount(),
        millis(micros, 50),
        millis(micros, 90),
        millis(micros, 99),
        millis(micros, 99.9),
        micros.getTotalCount() == 0 ? 0 : micros.getMaxValue() / 1000.0);
  }

  private static double millis(Histogram micros, double percentile) {
    return micros.getTotalCount() == 0 ? 0 : micros.getValueAtPercentile(percentile) / 1000.0;
  }

  @Override
  public String toString() {
    return "p50 %.1f  p90 %.1f  p99 %.1f  p99.9 %.1f  max %.1f ms  (%,d)"
        .formatted(p50, p90, p99, p999, max, count);
  }
}
