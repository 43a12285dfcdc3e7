package dev.boardcast.boards.platform;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Formats exact decimals. */
final class Money {
  private Money() {}

  /** The same amount with at least two decimals, and no further trailing zeros. */
  static BigDecimal of(BigDecimal amount) {
    var shortest = amount.signum() == 0 ? BigDecimal.ZERO : amount.stripTrailingZeros();
    return shortest.setScale(Math.max(2, shortest.scale()));
  }

  /** The percentage of a part with two decimals, rounded half up; 0 if the whole is 0. */
  static BigDecimal percent(long part, long whole) {
    if (whole == 0) return BigDecimal.ZERO.setScale(2);
    return BigDecimal.valueOf(part)
        .multiply(BigDecimal.valueOf(100))
        .divide(BigDecimal.valueOf(whole), 2, RoundingMode.HALF_UP);
  }
}
