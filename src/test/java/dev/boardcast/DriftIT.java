package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.auth.AuthConfig;
import dev.boardcast.config.Settings;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.events.EmitterConfig;
import dev.boardcast.gateway.GatewayConfig;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.metrics.MetricsConfig;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.MixedLoad;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
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

/** Audits of all boards, complete and by sample, while facts of all kinds arrive. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class DriftIT {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  /** A rollup of each board that samples are taken of, with its time and one metric column. */
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

    /** Corrupts the column in some rows, under a lock that folds wait for, to avoid a deadlock. */
    String corrupt(String times) {
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

  /** A sample may check any bucket, so with samples all buckets are corrupted. */
  @ParameterizedTest(name = "audits of at most {0} facts, corrupted where {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "1000000 | = (SELECT min(%1$s) FROM %2$s WHERE %1$s > '-infinity')",
        "0 | > '-infinity'"
      })
  void nothingDriftsUnderLoadAndCorruptRollupsAreReportedAndRepaired(int maxFacts, String where)
      throws Exception {
    node = start(maxFacts);
    try (var load = new MixedLoad(vertx, uri("http"), files)) {
      for (Rollup rollup : Rollup.values()) awaitDrift(rollup.board, rows -> rows == 0);
      awaitDrift("tasks", rows -> rows == 0);
      int before = load.rounds();
      while (load.rounds() < before + 3) assertNoDrift();

      for (Rollup rollup : Rollup.values()) {
        try (var viewer = WsClient.connect(vertx, uri("ws") + "/ws?topics=" + rollup.topic)) {
          sql.run(rollup.corrupt(where));
          awaitDrift(rollup.board, rows -> rows > 0);
          long started = System.nanoTime();
          recompute(rollup.board);
          awaitDrift(rollup.board, rows -> rows == 0);
          assertContinues(rollup.board, viewer, started);
        }
      }
      sql.run("INSERT INTO task_rollup VALUES ('all', '', '-infinity', 'none', 1, 0, 0, 0)");
      awaitDrift("tasks", rows -> rows == 1);
      recompute("tasks");
      awaitDrift("tasks", rows -> rows == 0);
    }
    assertNoDrift();
  }

  private void assertNoDrift() throws Exception {
    assertEquals(
        Map.of("analysis", 0L, "pipeline", 0L, "platform", 0L, "routing", 0L, "tasks", 0L),
        drift());
  }

  /** As reported by health and by the meter. */
  private void awaitDrift(String board, LongPredicate expected) {
    Awaitility.await()
        .atMost(TIMEOUT)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              Long reported = drift().get(board);
              return reported != null && expected.test(reported) && expected.test(metered(board));
            });
  }

  private Map<String, Long> drift() throws Exception {
    var drift = new TreeMap<String, Long>();
    JsonNode health = Json.MAPPER.readTree(get("/health/ready"));
    health.get("drift").properties().forEach(e -> drift.put(e.getKey(), e.getValue().asLong()));
    return drift;
  }

  /** -1 when unknown. */
  private long metered(String board) throws Exception {
    var gauge =
        Pattern.compile(
            "boardcast_board_drift_rows\\{application=\"[^\"]*\",board=\""
                + board
                + "\"} ([0-9.E]+)");
    var match = gauge.matcher(get("/metrics"));
    return match.find() ? (long) Double.parseDouble(match.group(1)) : -1;
  }

  private void recompute(String board) throws Exception {
    var answer =
        http.send(
            HttpRequest.newBuilder(
                    uri("http").resolve("/api/v1/admin/boards/" + board + "/recompute"))
                .header("Authorization", "Bearer " + Person.of("admin").with("admin").token())
                .POST(HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertEquals(202, answer.statusCode(), answer.body());
  }

  /** Snapshots arrived in order during the rebuild and continue. */
  private static void assertContinues(String board, WsClient viewer, long sinceNanos) {
    long version = 0;
    for (JsonNode frame : viewer.settle()) {
      if (!WsClient.type(frame).equals("metrics:update")) continue;
      assertTrue(version(frame) >= version, "an older snapshot followed a newer one");
      version = version(frame);
    }
    long last = version;
    viewer.takeUntil(
        frame -> WsClient.type(frame).equals("metrics:update") && version(frame) > last);
    assertFalse(viewer.isClosed());
    System.out.printf(
        "The longest pause of %s was %d ms while it was rebuilt%n",
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
    var metrics =
        Settings.of(
            MetricsConfig.class,
            "metrics-min-interval=100ms",
            "audit-every=50ms",
            "audit-max-facts=" + maxFacts);
    var config =
        new BoardcastOptions(
            BoardcastOptions.newNode(),
            "boardcast",
            "127.0.0.1",
            "127.0.0.1",
            0,
            0,
            EnumSet.allOf(Role.class),
            db,
            AuthConfig.ofSecret(Cluster.SECRET),
            HttpConfig.DEFAULTS,
            EmitterConfig.DEFAULTS,
            metrics,
            GatewayConfig.DEFAULTS,
            Map.of(),
            List.of());
    return Boardcast.deploy(vertx, config, Boards.BUILT_IN).await(1, TimeUnit.MINUTES);
  }
}
