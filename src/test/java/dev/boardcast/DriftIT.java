package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.MixedLoad;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TestOptions;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Audits of all boards, full and by sample, while facts of all kinds arrive. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class DriftIT {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** For each board, the rollup that an audit samples: its time column, and a column with a sum. */
  private enum Rollup {
    ANALYSIS("analysis_rollup", "bucket", "noise"),
    PIPELINE("data_quality_metrics", "hour", "runs"),
    PLATFORM("platform_rollup", "bucket", "completed"),
    ROUTING("routing_rollup", "bucket", "decisions");

    final String board = name().toLowerCase(Locale.ROOT);
    final String topic = board.equals("analysis") ? "metrics" : board;
    private final String table;
    private final String time;
    private final String number;

    Rollup(String table, String time, String number) {
      this.table = table;
      this.time = time;
      this.number = number;
    }

    /**
     * Changes the sums of some buckets by SQL. Locks the board's state first: a fold at the same
     * time could deadlock.
     */
    String spoil(String times) {
      return """
          DO $$ BEGIN
            LOCK TABLE %1$s IN SHARE ROW EXCLUSIVE MODE;
            UPDATE %1$s SET %3$s = %3$s + 1 WHERE %2$s %4$s;
          END $$"""
          .formatted(table, time, number, times.formatted(time, table));
    }
  }

  @TempDir private Path files;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Vertx vertx = Vertx.vertx();
  private final DatabaseConfig db = Services.get().freshDatabase();
  private final Sql sql = new Sql(db.postgresUri());
  private Boardcast node;

  @AfterEach
  void stop() throws Exception {
    if (node != null) node.close().await(30, TimeUnit.SECONDS);
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  /** All buckets are wrong, so the sample finds an error in any of them. */
  @ParameterizedTest(name = "audits of at most {0} facts, spoilt where {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "1000000 | = (SELECT min(%1$s) FROM %2$s WHERE %1$s > '-infinity')",
        "0 | > '-infinity'"
      })
  void underLoadNothingDriftsAndWhatIsSpoiltIsToldAndMended(int maxFacts, String where)
      throws Exception {
    node = start(maxFacts);
    try (var load = new MixedLoad(vertx, uri("http"), files)) {
      for (Rollup rollup : Rollup.values()) awaitDrift(rollup.board, rows -> rows == 0);
      awaitDrift("task_statistics", rows -> rows == 0);
      int begun = load.rounds();
      while (load.rounds() < begun + 3) assertNoDrift();

      for (Rollup rollup : Rollup.values()) {
        try (var viewer = WsClient.connect(vertx, uri("ws") + "/ws?topics=" + rollup.topic)) {
          sql.run(rollup.spoil(where));
          awaitDrift(rollup.board, rows -> rows > 0);
          long asked = System.nanoTime();
          recompute(rollup.board);
          awaitDrift(rollup.board, rows -> rows == 0);
          assertGoesOn(rollup.board, viewer, asked);
        }
      }
      sql.run("INSERT INTO task_rollup VALUES ('all', '', '-infinity', 'none', 1, 0, 0, 0)");
      awaitDrift("task_statistics", rows -> rows == 1);
      recompute("task_statistics");
      awaitDrift("task_statistics", rows -> rows == 0);
    }
    assertNoDrift();
  }

  private void assertNoDrift() throws Exception {
    assertEquals(
        Map.of(
            "analysis", 0L,
            "pipeline", 0L,
            "platform", 0L,
            "routing", 0L,
            "tasks", 0L,
            "task_statistics", 0L),
        drift());
  }

  /** Health checks and meters report the same number. */
  private void awaitDrift(String board, LongPredicate expected) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              Long told = drift().get(board);
              return told != null && expected.test(told) && expected.test(metered(board));
            });
  }

  private Map<String, Long> drift() throws Exception {
    var drift = new TreeMap<String, Long>();
    JsonNode health = Json.MAPPER.readTree(get("/health/ready"));
    health.get("drift").properties().forEach(e -> drift.put(e.getKey(), e.getValue().asLong()));
    return drift;
  }

  /** -1 if unknown. */
  private long metered(String board) throws Exception {
    var gauge =
        Pattern.compile(
            "boardcast_board_drift_rows\\{application=\"[^\"]*\",board=\""
                + board
                + "\"} ([0-9.E]+)");
    var told = gauge.matcher(get("/metrics"));
    return told.find() ? (long) Double.parseDouble(told.group(1)) : -1;
  }

  private void recompute(String board) throws Exception {
    var answer =
        http.send(
            HttpRequest.newBuilder(
                    uri("http").resolve("/api/v1/admin/boards/" + board + "/recompute"))
                .header("Authorization", "Bearer " + Person.of("boss").with("admin").token())
                .POST(HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertEquals(202, answer.statusCode(), answer.body());
  }

  /** Snapshots kept arriving in order meanwhile, and still do. */
  private static void assertGoesOn(String board, WsClient viewer, long sinceNanos) {
    long version = 0;
    for (JsonNode frame : viewer.settle()) {
      if (!WsClient.type(frame).equals("metrics:update")) continue;
      assertTrue(version(frame) >= version, "numbers went back");
      version = version(frame);
    }
    long last = version;
    viewer.takeUntil(
        frame -> WsClient.type(frame).equals("metrics:update") && version(frame) > last);
    assertFalse(viewer.isClosed());
    System.out.printf(
        "The longest pause of %s was %d ms while it was computed anew%n",
        board, viewer.longestPause(sinceNanos).toMillis());
  }

  private static long version(JsonNode update) {
    return Long.parseLong(update.get("offset").asText().replace("version:", ""));
  }

  private String get(String path) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(uri("http").resolve(path)).build();
    return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  private URI uri(String scheme) {
    return URI.create(scheme + "://127.0.0.1:" + node.httpPort());
  }

  private Boardcast start(int maxFacts) throws Exception {
    var config =
        TestOptions.local(db)
            .set("metrics-min-interval", "100ms")
            .set("audit-every", "50ms")
            .set("audit-max-facts", Integer.toString(maxFacts));
    return Boardcast.deploy(vertx, config, Boards.BUILT_IN).await(1, TimeUnit.MINUTES);
  }
}
