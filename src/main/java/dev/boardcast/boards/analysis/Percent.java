package dev.boardcast.boards.analysis;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Computes percentages with one to four decimals, rounded half up, without trailing zeros. */
final class Percent {
  private static final int DECIMALS = 4;
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
  private static final MathContext PRECISION = new MathContext(60);

  private Percent() {}

  /** The percentage of a part; null if the whole is 0. */
  static BigDecimal of(BigDecimal part, BigDecimal whole) {
    if (whole.signum() == 0) return null;
    return rounded(part.multiply(HUNDRED).divide(whole, PRECISION));
  }

  /** The percentage of a part; null if the whole is 0. */
  static BigDecimal of(long part, long whole) {
    return of(BigDecimal.valueOf(part), BigDecimal.valueOf(whole));
  }

  private static BigDecimal rounded(BigDecimal percent) {
    return tidy(percent.setScale(DECIMALS, RoundingMode.HALF_UP));
  }

  /** The same number without trailing zeros, but with one decimal at least. */
  static BigDecimal tidy(BigDecimal number) {
    var value = number.stripTrailingZeros();
    return value.setScale(Math.max(1, value.scale()));
  }
}
