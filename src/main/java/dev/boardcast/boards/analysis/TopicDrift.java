package dev.boardcast.boards.analysis;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How far the shares of topics in a range are from those in the range of the same length before it:
 * the Jensen–Shannon divergence with logarithms to base 2. It is 0 for the same shares and 1 if no
 * topic is in both. All topics count, and messages without one count as one more.
 *
 * @param divergence with one to six decimals; null if one of the ranges has no messages
 * @param messages of the range before
 * @param byTopic messages of the range before by the name of a topic: of the topics with most
 *     messages in the range
 */
record TopicDrift(BigDecimal divergence, long messages, Map<String, Long> byTopic) {
  // What begins at $7 is both ranges, at $1 the second one, and what begins at $4 is after them.
  private static final String READ =
      """
      WITH part (later, earlier, grain, low, high) AS (
        VALUES (1, -1, 15::smallint, $1::timestamptz, $2::timestamptz), (1, -1, 60, $2, $3),
               (1, -1, 1440, $3::timestamptz, 'infinity'),
               (-1, 0, 15, $4::timestamptz, $5::timestamptz), (-1, 0, 60, $5, $6),
               (-1, 0, 1440, $6::timestamptz, 'infinity'),
               (0, 1, 15, $7::timestamptz, $8::timestamptz), (0, 1, 60, $8, $9),
               (0, 1, 1440, $9::timestamptz, 'infinity')),
      topic AS MATERIALIZED (
        SELECT r.topic_id, sum(later * messages) AS later, sum(earlier * messages) AS earlier
        FROM part JOIN analysis_rollup r
          ON r.grain = part.grain AND r.bucket >= part.low AND r.bucket < part.high
        GROUP BY r.topic_id),
      whole AS (
        SELECT coalesce(sum(later), 0) AS later, coalesce(sum(earlier), 0) AS earlier FROM topic),
      share AS (
        SELECT t.later / w.later AS p, t.earlier / w.earlier AS q
        FROM topic t CROSS JOIN whole w WHERE w.later > 0 AND w.earlier > 0)
      SELECT w.earlier::bigint AS messages, l.name, l.earlier::bigint AS of_topic,
             (SELECT round(sum(
                CASE WHEN p > 0 THEN p * ln(2 * p / (p + q)) ELSE 0 END
                + CASE WHEN q > 0 THEN q * ln(2 * q / (p + q)) ELSE 0 END) / (2 * ln(2.0)), 6)
              FROM share) AS divergence
      FROM whole w LEFT JOIN LATERAL (
        SELECT a.name, t.earlier FROM topic t JOIN analysis_topic a ON a.id = t.topic_id
        WHERE t.later > 0 ORDER BY t.later DESC, a.id LIMIT %d) AS l ON true"""
          .formatted(MessageTotalsQuery.TOPICS);

  /**
   * Reads it.
   *
   * @param before when the range before starts; rounded down to a quarter of an hour, as are the
   *     other times
   * @param end exclusive; empty for no end
   */
  static Future<TopicDrift> read(
      SqlClient transaction, Instant before, Instant start, Optional<Instant> end) {
    Tuple parameters = WindowEdge.of(start).addTo(Tuple.tuple());
    if (end.isPresent()) WindowEdge.of(end.get()).addTo(parameters);
    else WindowEdge.addNoneTo(parameters);
    WindowEdge.of(before).addTo(parameters);
    return transaction.preparedQuery(READ).execute(parameters).map(TopicDrift::of);
  }

  private static TopicDrift of(Iterable<Row> rows) {
    Map<String, Long> byTopic = new HashMap<>();
    BigDecimal divergence = null;
    long messages = 0;
    for (Row row : rows) {
      divergence = row.getBigDecimal("divergence");
      messages = row.getLong("messages");
      if (row.getString("name") != null)
        byTopic.put(row.getString("name"), row.getLong("of_topic"));
    }
    return new TopicDrift(divergence == null ? null : Percent.tidy(divergence), messages, byTopic);
  }

  /** The part that a topic had of all messages of the range before, in percent; null if none. */
  BigDecimal share(String topic) {
    return Percent.of(byTopic.getOrDefault(topic, 0L), messages);
  }
}
