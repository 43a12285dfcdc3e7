package dev.boardcast.boards.pipeline;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.stream.Stream;

/** So many of so many. */
record Ratio(long part, long whole) {
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  static Ratio sum(Stream<Ratio> parts) {
    return parts.reduce(
        new Ratio(0, 0), (one, two) -> new Ratio(one.part + two.part, one.whole + two.whole));
  }

  /** In percent with at most 4 decimals; null of nothing. */
  BigDecimal percent() {
    if (whole == 0) return null;
    return HUNDRED
        .multiply(BigDecimal.valueOf(part))
        .divide(BigDecimal.valueOf(whole), 4, RoundingMode.HALF_UP)
        .stripTrailingZeros();
  }

  /** By the exact ratio, not the rounded one. */
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
