package dev.boardcast.board.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.auth.Visibility;
import dev.boardcast.db.DbConfig;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ConcurrentFoldIT {
  private static final Instant NOW = Instant.parse("2026-03-10T12:20:00Z");
  // Not by way of rollups.
  private static final String PLAIN =
      """
      WITH m AS (SELECT * FROM analysis_message WHERE at >= '2026-03-03T12:15:00Z'),
      topic AS (
        SELECT topic_id, count(*) AS n, avg(noise::int) AS noise,
               avg(confidence) FILTER (WHERE NOT noise) AS sure
        FROM m WHERE topic_id IS NOT NULL GROUP BY 1)
      SELECT concat_ws(' ', (SELECT count(*) FROM m),
        (SELECT round(100.0 * count(*) FILTER (WHERE noise) / count(*), 4) FROM m),
        (SELECT round(100.0 * count(*) FILTER (WHERE correct) / count(correct), 4) FROM m),
        (SELECT round(100 * sum(n * (1 - noise) * sure) / sum(n), 4) FROM topic),
        (SELECT count(*) FROM analysis_run WHERE closed_at IS NULL))""";

  private final DbConfig database = Services.get().freshDatabase();
  private final Sql sql = new Sql(database.postgresUri());
  private volatile boolean enough;

  @Test
  void foldEqualsRecomputationEqualsPlainSqlWhileWritersCommitInAnyOrder() throws Exception {
    int writers = 4;
    var threads = Executors.newFixedThreadPool(writers);
    try (var old = sql.connect();
        var api =
            new AnalysisApi(
                database,
                new SetClock(NOW.toString()),
                true,
                Visibility.PUBLIC,
                parts -> List.of())) {
      old.setAutoCommit(false);
      write(old, 7);
      List<Future<Void>> written = new ArrayList<>();
      for (int i = 0; i < writers; i++) written.add(threads.submit(writer(i)));
      for (int folds = 0; folds < 80; folds++) api.numbers(NOW);
      enough = true;
      for (var writer : written) writer.get();
      assertEquals(sql.column(PLAIN).get(0), shown(api.numbers(NOW)));
      old.commit();
      var numbers = api.numbers(NOW);
      assertEquals(sql.column(PLAIN).get(0), shown(numbers));
      assertEquals(numbers, api.recomputed(NOW));
    } finally {
      threads.shutdownNow();
    }
  }

  private static String shown(com.fasterxml.jackson.databind.JsonNode numbers) {
    return String.join(
        " ",
        numbers.get("messages").asText(),
        numbers.get("noiseRatio").decimalValue().setScale(4).toPlainString(),
        numbers.get("classificationAccuracy").decimalValue().setScale(4).toPlainString(),
        numbers.get("topicQualityScore").decimalValue().setScale(4).toPlainString(),
        numbers.get("activeAnalysisRuns").asText());
  }

  private Callable<Void> writer(int seed) {
    return () -> {
      var random = new Random(seed);
      List<Connection> open = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        open.add(sql.connect());
        open.get(i).setAutoCommit(false);
      }
      while (!enough) {
        for (var connection : open) write(connection, 1 + random.nextInt(9));
        Collections.shuffle(open, random);
        for (var connection : open) connection.commit();
        write(open.get(0), 5);
        open.get(0).rollback();
      }
      for (var connection : open) connection.close();
      return null;
    };
  }

  /** Messages of which some are late, and a run that is opened, and maybe closed. */
  private static void write(Connection connection, int count) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(
          """
          INSERT INTO analysis_message
            (topic_id, predicted_label, true_label, confidence, noise, at)
          SELECT nullif('t' || g %% 4, 't0'), 'l' || (random() * 2)::int,
                 nullif('l' || (random() * 3)::int, 'l3'), round(random()::numeric, 5),
                 g %% 3 = 1 AND random() < 0.5, timestamptz '2026-03-10 12:20Z' - random() * interval '9 days'
          FROM generate_series(1, %d) g"""
              .formatted(count));
      statement.execute(
          """
          WITH run AS (
            INSERT INTO analysis_run
              (id, time_window_start, time_window_end, trigger_type, opened_at, closed_at)
            SELECT gen_random_uuid(), '2026-01-01', '2026-01-02', 'manual', '2026-03-01',
                   CASE WHEN random() < 0.5 THEN timestamptz '2026-03-02' END
            RETURNING opened_at, closed_at)
          INSERT INTO analysis_change (counter, delta, at)
          SELECT 'open_runs', 1, opened_at FROM run
          UNION ALL
          SELECT 'open_runs', -1, closed_at FROM run WHERE closed_at IS NOT NULL""");
    }
  }
}
