package dev.boardcast.boards.yaml;

/**
 * SQL conditions on the rows of rollups that belong to a time span.
 *
 * @param rows on columns {@code span} and {@code bucket}
 * @param times on a column {@code at}
 * @param seconds the length of the span as an SQL expression, for rates
 */
record RollupScope(String rows, String times, String seconds) {
  /** A last column, so that a statement over a range has all its parameters. */
  static final String ALL_TIMES =
      ", greatest($1::timestamptz, $2::timestamptz, $3::timestamptz, $4::timestamptz)";

  private static final String TIME = "$%d::timestamptz";

  /** Since ever. */
  static final RollupScope ALL = new RollupScope("span = 'all'", "true", "NULL::numeric");

  /**
   * The scope of a window, whose bounds are two parameters.
   *
   * @param first the number of the parameter for its start
   */
  static RollupScope of(MetricWindow window, int first) {
    if (window.isAll()) return ALL;
    String from = TIME.formatted(first);
    String to = TIME.formatted(first + 1);
    return new RollupScope(
        "span = '%s' AND bucket >= %s AND bucket < %s"
            .formatted(window.isMinutes() ? "minute" : "day", from, to),
        "at >= %s AND at < %s".formatted(from, to),
        Long.toString(window.duration().toSeconds()));
  }

  /** The scope of a {@link DayRange}, whose times are parameters 1 to 4. */
  static RollupScope ofRange() {
    return new RollupScope(
        """
        (span = 'quarter' AND bucket >= $1::timestamptz AND bucket < $2::timestamptz
          OR span = 'day' AND bucket >= $2::timestamptz AND bucket < $3::timestamptz
          OR span = 'quarter' AND bucket >= $3::timestamptz AND bucket < $4::timestamptz)""",
        "at >= $1::timestamptz AND at < $4::timestamptz",
        "extract(epoch FROM $4::timestamptz - $1::timestamptz)");
  }
}
