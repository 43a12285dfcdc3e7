package dev.boardcast.boards.platform;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Currency;
import java.util.Set;
import java.util.stream.Collectors;

/** Exact decimals, and codes of currencies. */
final class Money {
  private static final Set<String> CURRENCIES =
      Currency.getAvailableCurrencies().stream()
          .map(Currency::getCurrencyCode)
          .collect(Collectors.toUnmodifiableSet());

  private Money() {}

  /** The same amount with at least two decimals, and no further trailing zeros. */
  static BigDecimal of(BigDecimal amount) {
    var shortest = amount.signum() == 0 ? BigDecimal.ZERO : amount.stripTrailingZeros();
    return shortest.setScale(Math.max(2, shortest.scale()));
  }

  /** Whether a text is a code of ISO 4217. */
  static boolean isCurrency(String code) {
    return CURRENCIES.contains(code);
  }

  /** The percentage of a part with two decimals, rounded half up; 0 if the whole is 0. */
  static BigDecimal percent(long part, long whole) {
    if (whole == 0) return BigDecimal.ZERO.setScale(2);
    return BigDecimal.valueOf(part)
        .multiply(BigDecimal.valueOf(100))
        .divide(BigDecimal.valueOf(whole), 2, RoundingMode.HALF_UP);
  }
}
