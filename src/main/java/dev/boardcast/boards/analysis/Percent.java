package dev.boardcast.boards.analysis;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Percent as this board shows them: four decimals, half up, zeros left out but for the first. */
final class Percent {
  private static final int DECIMALS = 4;
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
  private static final MathContext EXACT_ENOUGH = new MathContext(60);

  private Percent() {}

  /** Null of nothing. */
  static BigDecimal of(BigDecimal part, BigDecimal whole) {
    if (whole.signum() == 0) return null;
    return shown(part.multiply(HUNDRED).divide(whole, EXACT_ENOUGH));
  }

  /** Null of nothing. */
  static BigDecimal of(long part, long whole) {
    return of(BigDecimal.valueOf(part), BigDecimal.valueOf(whole));
  }

  private static BigDecimal shown(BigDecimal percent) {
    var rounded = percent.setScale(DECIMALS, RoundingMode.HALF_UP).stripTrailingZeros();
    return rounded.setScale(Math.max(1, rounded.scale()));
  }
}
