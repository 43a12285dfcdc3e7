package dev.boardcast.boards.yaml;

import java.time.Duration;
import java.util.Optional;

/** How the value of a metric comes from facts, or from other metrics. */
sealed interface Measure {
  /** What is computed of the facts. */
  enum Aggregate {
    COUNT,
    SUM,
    AVG,
    MIN,
    MAX,
    DISTINCT,
    PERCENTILE,
    LAST;

    /** Whether the value of a fact must be a number. */
    boolean takesNumbers() {
      return this != COUNT && this != DISTINCT;
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
