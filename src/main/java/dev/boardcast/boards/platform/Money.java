package dev.boardcast.boards.platform;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Exact decimals as people read them. */
final class Money {
  private Money() {}

  /** The same amount with two decimals, or as many as it needs. */
  static BigDecimal of(BigDecimal amount) {
    var shortest = amount.signum() == 0 ? BigDecimal.ZERO : amount.stripTrailingZeros();
    return shortest.setScale(Math.max(2, shortest.scale()));
  }

  /** A part of a whole in percent with two decimals, 0 where there is no whole. */
  static BigDecimal percent(long part, long whole) {
    if (whole == 0) return BigDecimal.ZERO.setScale(2);
    return BigDecimal.valueOf(part)
        .multiply(BigDecimal.valueOf(100))
        .divide(BigDecimal.valueOf(whole), 2, RoundingMode.HALF_UP);
  }
}
