package dev.boardcast.alerts;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;

/** When a value is beyond the bound of a rule. */
enum Condition {
  /** Greater than the bound. */
  @JsonProperty("above")
  ABOVE,
  /** Less than the bound. */
  @JsonProperty("below")
  BELOW,
  /** Equal to the bound. */
  @JsonProperty("equals")
  EQUALS,
  /** Further from what the same hours of former days had than the bound says. */
  @JsonProperty("anomaly")
  ANOMALY;

  /** As it is stored and shown. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a bound to clear at {@code clear} can belong to one at {@code bound}. */
  boolean allows(BigDecimal bound, BigDecimal clear) {
    int order = clear.compareTo(bound);
    return switch (this) {
      case ABOVE -> order <= 0;
      case BELOW -> order >= 0;
      case EQUALS -> false;
      case ANOMALY -> order <= 0 && clear.signum() > 0;
    };
  }

  /**
   * Compares a value with a bound.
   *
   * @param bound from which on it is a breach
   * @param clear the bound to clear; the same as {@code bound} for none
   * @param usual what it is compared with by {@link #ANOMALY}, empty if that is not known
   */
  Verdict judge(
      Optional<BigDecimal> value, BigDecimal bound, BigDecimal clear, Optional<Baseline> usual) {
    if (value.isEmpty()) return Verdict.ABSENT;
    if (this == ANOMALY) {
      // Nothing to judge by is no anomaly.
      if (usual.isEmpty()) return Verdict.CLEAR;
      double deviations = usual.get().deviations(value.get());
      if (deviations > bound.doubleValue()) return Verdict.BREACH;
      return deviations <= clear.doubleValue() ? Verdict.CLEAR : Verdict.BETWEEN;
    }
    int order = value.get().compareTo(bound);
    int toClear = value.get().compareTo(clear);
    return switch (this) {
      case ABOVE -> order > 0 ? Verdict.BREACH : clear(toClear <= 0);
      case BELOW -> order < 0 ? Verdict.BREACH : clear(toClear >= 0);
      default -> order == 0 ? Verdict.BREACH : Verdict.CLEAR;
    };
  }

  private static Verdict clear(boolean is) {
    return is ? Verdict.CLEAR : Verdict.BETWEEN;
  }
}
