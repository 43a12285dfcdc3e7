package dev.boardcast.boards.pipeline;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.stream.Stream;

/** A part of a whole, both counts. */
record Ratio(long part, long whole) {
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  /** The sum of parts over the sum of wholes. */
  static Ratio sum(Stream<Ratio> parts) {
    return parts.reduce(
        new Ratio(0, 0), (one, two) -> new Ratio(one.part + two.part, one.whole + two.whole));
  }

  /** The percentage with at most four decimals; null if the whole is 0. */
  BigDecimal percent() {
    if (whole == 0) return null;
    return HUNDRED
        .multiply(BigDecimal.valueOf(part))
        .divide(BigDecimal.valueOf(whole), 4, RoundingMode.HALF_UP)
        .stripTrailingZeros();
  }

  /** The health by the configured bounds, from the exact ratio; pending if the whole is 0. */
  HealthStatus status(PipelineConfig config) {
    if (whole == 0) return HealthStatus.PENDING;
    if (isAtLeast(config.healthyPercent())) return HealthStatus.HEALTHY;
    return isAtLeast(config.warningPercent()) ? HealthStatus.WARNING : HealthStatus.ERROR;
  }

  private boolean isAtLeast(int percent) {
    var needed = BigDecimal.valueOf(percent).multiply(BigDecimal.valueOf(whole));
    return HUNDRED.multiply(BigDecimal.valueOf(part)).compareTo(needed) >= 0;
  }
}
