package dev.boardcast.boards.analysis;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads sums over the messages of a time range from the rollups: a few dozen rows per topic,
 * independent of the number of messages. Thread safe.
 */
final class MessageTotalsQuery {
  /** The greatest number of topics in a snapshot. */
  static final int TOPICS = 20;

  // A topic's quality is known if a message that is not noise has a confidence, or if all messages
  // are noise: it is 0 then.
  private static final String BY_TOPIC =
      """
      WITH part (sign, grain, low, high) AS (
        VALUES (1, 15::smallint, $1::timestamptz, $2::timestamptz), (1, 60, $2, $3),
               (1, 1440, $3, 'infinity'),
               (-1, 15, $4::timestamptz, $5::timestamptz), (-1, 60, $5, $6),
               (-1, 1440, $6::timestamptz, 'infinity')),
      sums AS (
        SELECT r.topic_id,
               sum(sign * messages)::bigint AS messages, sum(sign * noise)::bigint AS noise,
               sum(sign * labelled)::bigint AS labelled, sum(sign * correct)::bigint AS correct,
               sum(sign * corrected)::bigint AS corrected,
               sum(sign * confirmed)::bigint AS confirmed,
               sum(sign * confident)::bigint AS confident,
               sum(sign * confidence_sum) AS confidence_sum
        FROM part JOIN analysis_rollup r
          ON r.grain = part.grain AND r.bucket >= part.low AND r.bucket < part.high
        GROUP BY r.topic_id),
      topic AS (
        SELECT *,
               CASE WHEN topic_id <> '' AND (confident > 0 OR messages = noise)
                    THEN messages ELSE 0 END AS scored,
               CASE WHEN topic_id <> '' AND confident > 0
                    THEN round((messages - noise) * confidence_sum, 60) / confident
                    ELSE 0 END AS score_sum
        FROM sums WHERE messages > 0)
      """;
  private static final String ALL =
      BY_TOPIC
          + """
          SELECT coalesce(sum(messages), 0)::bigint AS messages,
                 coalesce(sum(noise), 0)::bigint AS noise,
                 coalesce(sum(labelled), 0)::bigint AS labelled,
                 coalesce(sum(correct), 0)::bigint AS correct,
                 coalesce(sum(corrected), 0)::bigint AS corrected,
                 coalesce(sum(confirmed), 0)::bigint AS confirmed,
                 coalesce(sum(scored), 0)::bigint AS scored,
                 coalesce(sum(score_sum), 0) AS score_sum
          FROM topic""";
  private static final String LARGEST =
      BY_TOPIC
          + """
          SELECT t.name, topic.*
          FROM topic JOIN analysis_topic t ON t.id = topic.topic_id
          ORDER BY topic.messages DESC, t.id LIMIT $7""";

  /**
   * Reads the sums over all topics.
   *
   * @param start inclusive, rounded down to a quarter of an hour, as is {@code end}
   * @param end exclusive; empty for no end
   */
  Future<MessageTotals> all(SqlClient transaction, Instant start, Optional<Instant> end) {
    return transaction
        .preparedQuery(ALL)
        .execute(range(start, end))
        .map(rows -> MessageTotals.of(rows.iterator().next()));
  }

  /** Reads the sums of each of the largest topics, by name, the largest first. */
  Future<Map<String, MessageTotals>> largest(
      SqlClient transaction, Instant start, Optional<Instant> end) {
    return transaction
        .preparedQuery(LARGEST)
        .execute(range(start, end).addInteger(TOPICS))
        .map(
            rows -> {
              var topics = new LinkedHashMap<String, MessageTotals>();
              for (Row row : rows) topics.put(row.getString("name"), MessageTotals.of(row));
              return topics;
            });
  }

  private static Tuple range(Instant start, Optional<Instant> end) {
    Tuple parameters = WindowEdge.of(start).addTo(Tuple.tuple());
    return end.map(moment -> WindowEdge.of(moment).addTo(parameters))
        .orElseGet(() -> WindowEdge.addNoneTo(parameters));
  }
}
