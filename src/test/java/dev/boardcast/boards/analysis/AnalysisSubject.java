package dev.boardcast.boards.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.config.Settings;
import dev.boardcast.events.Outbox;
import dev.boardcast.metrics.FoldSubject;
import dev.boardcast.spi.Board;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Messages, corrections of labels, and changes of topics, runs and verdicts. */
public final class AnalysisSubject implements FoldSubject {
  private static final Duration WINDOW = Duration.ofDays(7);
  private static final String MESSAGE =
      """
      INSERT INTO analysis_message
        (event_id, topic_id, predicted_label, true_label, confidence, noise, at)
      VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (event_id) DO NOTHING""";
  private static final String CORRECTED =
      """
      INSERT INTO analysis_message (topic_id, predicted_label, noise, at)
      VALUES (?, ?, false, ?)""";
  private static final String CORRECTION =
      """
      INSERT INTO analysis_correction
        (sign, message_id, topic_id, predicted, actual, correct, is_corrected, at)
      VALUES (?, 1, ?, ?, ?, ?, ?, ?)""";
  private static final String CHANGE =
      "INSERT INTO analysis_change (counter, delta, at) VALUES (?, ?, ?)";
  private static final List<String> COUNTERS =
      List.of("topics", "open_runs", "approved", "rejected");

  // Messages with both labels, and what corrections take back and add.
  private static final String LABELS =
      """
      SELECT at, (correct IS NOT NULL)::int AS labelled, (correct IS TRUE)::int AS correct,
             0 AS corrected, 0 AS confirmed
      FROM analysis_message
      UNION ALL
      SELECT at, sign, CASE WHEN correct THEN sign ELSE 0 END,
             CASE WHEN is_corrected THEN sign ELSE 0 END,
             CASE WHEN correct AND is_corrected THEN sign ELSE 0 END
      FROM analysis_correction""";

  private static final String CONFUSION =
      """
      SELECT bucket, predicted, actual, messages FROM analysis_confusion WHERE grain = 360""";
  private static final String PAIRS =
      """
      SELECT date_bin('6 hours', at, '2000-01-01 00:00:00Z') AS bucket, predicted COLLATE "C",
             actual COLLATE "C", sum(sign)::bigint AS messages
      FROM (
        SELECT at, predicted_label AS predicted,
               CASE WHEN correct THEN predicted_label ELSE true_label END AS actual, 1 AS sign
        FROM analysis_message WHERE correct IS NOT NULL
        UNION ALL SELECT at, predicted, actual, sign FROM analysis_correction) AS label
      GROUP BY 1, 2, 3 HAVING sum(sign) <> 0""";

  // Entropy of the mean of both distributions, less the mean of their entropies.
  private static final String DRIFT =
      """
      SELECT CASE WHEN count(p) > 0 AND count(q) > 0 THEN
             round((sum(CASE WHEN p + q > 0 THEN -(p + q) / 2 * ln((p + q) / 2) ELSE 0 END)
                    - sum(CASE WHEN p > 0 THEN -p * ln(p) ELSE 0 END) / 2
                    - sum(CASE WHEN q > 0 THEN -q * ln(q) ELSE 0 END) / 2)::numeric / ln(2.0), 6) END
      FROM (
        SELECT count(*) FILTER (WHERE at >= $1) / nullif(sum(count(*) FILTER (WHERE at >= $1))
                 OVER (), 0)::float8 AS p,
               count(*) FILTER (WHERE at < $1) / nullif(sum(count(*) FILTER (WHERE at < $1))
                 OVER (), 0)::float8 AS q
        FROM analysis_message WHERE at >= $1 - ($2 - $1) AND at < $2 GROUP BY topic_id) AS share""";

  // Without rollups; one row per range.
  private static final String PLAIN =
      """
      WITH span AS (
        SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) s (name, low, high)
      ), m AS (
        SELECT span.name, f.* FROM span LEFT JOIN analysis_message f ON at >= low AND at < high
      ), topic AS (
        SELECT name, topic_id, count(*) AS n, count(*) FILTER (WHERE NOT noise) AS good,
               count(confidence) FILTER (WHERE NOT noise) AS sure,
               sum(confidence) FILTER (WHERE NOT noise) AS confidence
        FROM m WHERE topic_id IS NOT NULL GROUP BY 1, 2
      ), label AS (
        SELECT span.name, round(100.0 * sum(correct) / nullif(sum(labelled), 0), 4) AS right
        FROM span LEFT JOIN ("""
          + LABELS
          + """
        ) AS f ON at >= low AND at < high GROUP BY 1
      ), score AS (
        SELECT name, 100 * sum(coalesce(round(good * confidence, 50) / sure, 0)) / sum(n) AS score
        FROM topic WHERE sure > 0 OR good = 0 GROUP BY 1
      )
      SELECT m.name, count(id) AS messages,
             round(100.0 * count(*) FILTER (WHERE noise) / nullif(count(id), 0), 4) AS noise,
             max(l.right) AS right,
             round(max(score), 4) AS score
      FROM m LEFT JOIN score USING (name) LEFT JOIN label l USING (name) GROUP BY 1""";
  private static final String COUNTS =
      """
      SELECT counter, sum(delta)::bigint AS now FROM analysis_change GROUP BY 1""";

  private static final String RANGE =
      """
      WITH m AS (SELECT * FROM analysis_message WHERE at >= $1 AND at < $2),
      l AS (SELECT * FROM ("""
          + LABELS
          + """
        ) AS f WHERE at >= $1 AND at < $2),
      topic AS (
        SELECT count(*) AS n, count(*) FILTER (WHERE NOT noise) AS good,
               count(confidence) FILTER (WHERE NOT noise) AS sure,
               sum(confidence) FILTER (WHERE NOT noise) AS confidence
        FROM m WHERE topic_id IS NOT NULL GROUP BY topic_id)
      SELECT '/messages', count(*)::numeric FROM m
      UNION ALL SELECT '/noise', count(*) FROM m WHERE noise
      UNION ALL SELECT '/labelled', coalesce(sum(labelled), 0) FROM l
      UNION ALL SELECT '/correct', coalesce(sum(correct), 0) FROM l
      UNION ALL SELECT '/corrected', coalesce(sum(corrected), 0) FROM l
      UNION ALL SELECT '/confirmed', coalesce(sum(confirmed), 0) FROM l
      UNION ALL SELECT '/correctedAccuracy',
                  round(100.0 * sum(confirmed) / nullif(sum(corrected), 0), 4) FROM l
      UNION ALL SELECT '/topicDrift', ("""
          + DRIFT
          + """
                  )
      UNION ALL SELECT '/noiseRatio',
                  round(100.0 * count(*) FILTER (WHERE noise) / nullif(count(*), 0), 4) FROM m
      UNION ALL SELECT '/classificationAccuracy',
                  round(100.0 * sum(correct) / nullif(sum(labelled), 0), 4) FROM l
      UNION ALL SELECT '/topicQualityScore',
                  round(100 * sum(coalesce(round(good * confidence, 50) / nullif(sure, 0), 0)) / sum(n), 4)
                FROM topic WHERE sure > 0 OR good = 0
      UNION ALL SELECT '/activeAnalysisRuns', sum(delta) FROM analysis_change
                WHERE counter = 'open_runs' AND at < $2""";

  @Override
  public Board board(Outbox outbox) {
    return new AnalysisBoard(Settings.defaults(AnalysisConfig.class));
  }

  @Override
  public void insert(Connection writer, Fact fact) throws SQLException {
    if (fact.kind() < 6) message(writer, fact);
    else if (fact.kind() == 6) correction(writer, fact);
    else change(writer, fact);
  }

  private static void message(Connection writer, Fact fact) throws SQLException {
    try (var insert = writer.prepareStatement(MESSAGE)) {
      insert.setString(1, fact.eventId());
      insert.setString(2, fact.key() == 0 ? null : "t" + fact.key());
      insert.setString(3, fact.kind() == 0 ? null : "l" + fact.kind() % 3);
      insert.setString(4, fact.state() == 0 ? null : "l" + fact.state() % 3);
      insert.setBigDecimal(5, fact.amount() == 0 ? null : BigDecimal.valueOf(fact.amount(), 1));
      insert.setBoolean(6, fact.state() > 6);
      insert.setObject(7, fact.utc());
      insert.executeUpdate();
    }
  }

  /** Of a message that comes with it. */
  private static void correction(Connection writer, Fact fact) throws SQLException {
    try (var insert = writer.prepareStatement(CORRECTED)) {
      insert.setString(1, fact.key() == 0 ? null : "t" + fact.key());
      insert.setString(2, "l" + fact.key());
      insert.setObject(3, fact.utc());
      insert.executeUpdate();
    }
    try (var insert = writer.prepareStatement(CORRECTION)) {
      insert.setInt(1, fact.amount() < 3 ? -1 : 1);
      insert.setString(2, fact.key() == 0 ? null : "t" + fact.key());
      insert.setString(3, "l" + fact.key());
      insert.setString(4, "l" + fact.state() % 3);
      insert.setBoolean(5, fact.key() == fact.state() % 3);
      insert.setBoolean(6, fact.state() > 3);
      insert.setObject(7, fact.utc());
      insert.executeUpdate();
    }
  }

  private static void change(Connection writer, Fact fact) throws SQLException {
    try (var insert = writer.prepareStatement(CHANGE)) {
      insert.setString(1, COUNTERS.get(fact.key()));
      insert.setInt(2, fact.state() > 2 ? 1 : fact.state() - 1);
      insert.setObject(3, fact.utc());
      insert.executeUpdate();
    }
  }

  @Override
  public String range() {
    return RANGE;
  }

  @Override
  public Future<?> check(SqlClient transaction, Instant now, JsonNode numbers) {
    return Future.all(
        messages(transaction, now, numbers),
        counts(transaction, numbers),
        FoldSubject.mustBeSame(transaction, CONFUSION, PAIRS));
  }

  private static Future<?> counts(SqlClient transaction, JsonNode numbers) {
    return transaction
        .query(COUNTS)
        .execute()
        .map(
            rows -> {
              Map<String, Long> known = new TreeMap<>();
              for (Row row : rows) known.put(row.getString("counter"), row.getLong("now"));
              var shown =
                  List.of(
                      numbers.get("topicCount").asLong(),
                      numbers.get("activeAnalysisRuns").asLong(),
                      numbers.at("/feedback/approved").asLong(),
                      numbers.at("/feedback/rejected").asLong());
              assertEquals(
                  COUNTERS.stream().map(each -> known.getOrDefault(each, 0L)).toList(), shown);
              return null;
            });
  }

  private static Future<?> messages(SqlClient transaction, Instant now, JsonNode numbers) {
    var names = new ArrayList<String>(List.of("now"));
    var lows = new ArrayList<>(List.of(WindowEdge.utc(WindowEdge.of(now.minus(WINDOW)).quarter())));
    var highs = new ArrayList<>(List.of(WindowEdge.utc(Instant.parse("9999-01-01T00:00:00Z"))));
    Map.of("hour", Duration.ofHours(1), "day", Duration.ofDays(1), "week", Duration.ofDays(7))
        .forEach(
            (name, ago) -> {
              var then = now.minus(ago);
              names.add(name);
              lows.add(WindowEdge.utc(WindowEdge.of(then.minus(WINDOW)).quarter()));
              highs.add(WindowEdge.utc(WindowEdge.of(then).quarter()));
            });
    return transaction
        .preparedQuery(PLAIN)
        .execute(
            Tuple.tuple()
                .addArrayOfString(names.toArray(String[]::new))
                .addArrayOfOffsetDateTime(lows.toArray(java.time.OffsetDateTime[]::new))
                .addArrayOfOffsetDateTime(highs.toArray(java.time.OffsetDateTime[]::new)))
        .map(
            rows -> {
              for (Row row : rows) compare(row, numbers);
              return null;
            });
  }

  private static void compare(Row plain, JsonNode numbers) {
    String span = plain.getString("name");
    boolean isNow = span.equals("now");
    if (isNow) assertEquals(plain.getLong("messages"), numbers.get("messages").asLong());
    String path = isNow ? "/%s" : "/trends/%s/" + span + "/previous";
    assertNumber(plain.getBigDecimal("noise"), numbers.at(path.formatted("noiseRatio")));
    assertNumber(
        plain.getBigDecimal("right"), numbers.at(path.formatted("classificationAccuracy")));
    assertNumber(plain.getBigDecimal("score"), numbers.at(path.formatted("topicQualityScore")));
  }

  private static void assertNumber(BigDecimal plain, JsonNode shown) {
    assertEquals(plain, shown.isNull() ? null : shown.decimalValue().setScale(4), shown.toString());
  }
}
