package dev.boardcast.boards.yaml;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/** How the value of a metric comes from facts, or from other metrics. */
sealed interface Measure {
  /** Of an approximate number of distinct values, see the function distinct_estimate. */
  BigDecimal STANDARD_ERROR_PERCENT = new BigDecimal("2.3");

  /** What is computed of the facts. */
  enum Aggregate {
    COUNT,
    SUM,
    AVG,
    MIN,
    MAX,
    DISTINCT,
    /** Distinct values, estimated within {@link #STANDARD_ERROR_PERCENT}. */
    APPROXIMATE_DISTINCT,
    PERCENTILE,
    LAST;

    /** Whether the value of a fact must be a number. */
    boolean takesNumbers() {
      return this != COUNT && !isOfTexts();
    }

    /** Whether values are compared as texts. */
    boolean isOfTexts() {
      return this == DISTINCT || this == APPROXIMATE_DISTINCT;
    }

    /** Whether there is a value without facts, which is 0. */
    boolean isZeroWithoutFacts() {
      return this == COUNT || this == SUM || isOfTexts();
    }

    /** Whether sums suffice; the others keep the values themselves. */
    boolean isSum() {
      return this == COUNT || this == SUM || this == AVG;
    }
  }

  /**
   * A value computed of facts.
   *
   * @param value an expression over a fact; empty for {@code count: all}. Facts for which it is
   *     NULL, or a number that is not finite, do not count
   * @param where which facts count; empty for all
   * @param rank of a percentile, from 0 to 100; 0 for others
   */
  record OfFacts(Aggregate aggregate, Optional<FileSql> value, Optional<FileSql> where, double rank)
      implements Measure {}

  /** One metric divided by another, times 100 if it is a percentage. */
  record Ratio(String of, String to, boolean isPercent) implements Measure {}

  /** A metric of a rolling window per unit of time. */
  record Rate(String of, Duration per) implements Measure {}
}
