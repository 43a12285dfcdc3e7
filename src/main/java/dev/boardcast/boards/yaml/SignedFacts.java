package dev.boardcast.boards.yaml;

import dev.boardcast.spi.FactRelation;
import dev.boardcast.spi.MetricFacts;
import dev.boardcast.spi.MetricFacts.Key;
import java.util.stream.Collectors;

/**
 * The facts of a source that there are: those that were added and not taken back. Of equal facts as
 * many are left as were added more often than taken back, the latest.
 */
final class SignedFacts {
  // Names that no column of a source has.
  private static final String TIME = "tx";
  private static final String ID = "change_id";

  // Facts that are equal are of one time: by the index on the time, a page reads the facts of its
  // own times and no others. Those that take back come first of equal ones, so that the count of
  // them is known at each that adds; as many of these have gone.
  private static final String RELATION =
      """
      (SELECT * FROM (
         SELECT %1$s, %2$s, %3$s AS tx,
                sign = 1 AND row_number() OVER same
                             > 2 * count(*) FILTER (WHERE sign = -1) OVER same AS sign
         FROM %4$s
         WINDOW same AS (PARTITION BY %3$s, %1$s ORDER BY %3$s DESC, sign, %2$s)) AS signed
       WHERE sign) AS facts""";

  private SignedFacts() {}

  /** The facts, without a condition. */
  static MetricFacts of(FactRelation facts) {
    String columns =
        facts.columns().keySet().stream().map(FileRollup::quoted).collect(Collectors.joining(", "));
    String relation =
        RELATION.formatted(columns, ID, time(facts), FileRollup.quoted(facts.table()));
    return DeclaredRows.columns(MetricFacts.of(relation, TIME, Key.NUMBER, ID), facts);
  }

  /** The time by which facts are sorted; an index on it makes their pages fast. */
  static String time(FactRelation facts) {
    return "(CASE WHEN %1$s >= timestamptz '1900-01-01 00:00:00+00'"
            .formatted(FileRollup.quoted(facts.time()))
        + " AND %1$s < timestamptz '2200-01-02 00:00:00+00' THEN %1$s"
            .formatted(FileRollup.quoted(facts.time()))
        + " ELSE timestamptz '%s' END)".formatted(MetricFacts.NO_TIME);
  }
}
