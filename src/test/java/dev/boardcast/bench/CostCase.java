package dev.boardcast.bench;

import dev.boardcast.Boardcast;
import dev.boardcast.BoardcastOptions;
import dev.boardcast.Boards;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One board with a number of facts, on a database and a node of its own. Calls block. */
final class CostCase {
  // Short, so that the fold is measured and not the wait for the next one.
  private static final Duration MIN_INTERVAL = Duration.ofMillis(50);

  private final CostFacts facts;
  private final DatabaseConfig db;
  private final long size;
  private final Sql sql;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Vertx vertx = Vertx.vertx();
  private Boardcast node;
  private SnapshotProbe probe;
  private int rounds;

  CostCase(CostFacts facts, DatabaseConfig db, long size) {
    this.facts = facts;
    this.db = db;
    this.size = size;
    sql = new Sql(db.postgresUri());
  }

  long size() {
    return size;
  }

  /** Loads the facts and starts the node, which computes the board from all of them. */
  void start() throws Exception {
    PastFacts.load(sql, facts.tables(), facts.load(), size);
    probe = new SnapshotProbe(vertx, facts.board());
    node = Boardcast.deploy(vertx, config(), Boards.BUILT_IN).await(60, TimeUnit.SECONDS);
    if (facts.hasSnapshot()) {
      probe.awaitFirst();
    } else {
      readStatistics();
      awaitIdle();
    }
    sql.run("VACUUM (ANALYZE)");
  }

  void stop() throws Exception {
    node.close().await(30, TimeUnit.SECONDS);
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  /**
   * Milliseconds from the commit of 1000 new facts to the snapshot on the bus, or, of a board
   * without one, to the response of its statistics.
   */
  double snapshot() throws Exception {
    awaitIdle();
    if (facts.hasSnapshot()) return probe.millis(this::insert);
    insert();
    long committed = System.nanoTime();
    readStatistics();
    return (System.nanoTime() - committed) / 1e6;
  }

  private void insert() throws SQLException {
    try (var connection = sql.connect()) {
      connection.setAutoCommit(false);
      for (String insert : facts.insert()) run(connection, insert.formatted(++rounds));
      connection.commit();
    }
  }

  private void awaitIdle() throws SQLException {
    do {
      LockSupport.parkNanos(4 * MIN_INTERVAL.toNanos());
    } while (!facts.hasSnapshot() && !sql.column("SELECT 1 FROM task_change LIMIT 1").isEmpty());
  }

  private void readStatistics() throws Exception {
    var request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:%d/api/v1/tasks/statistics".formatted(node.httpPort())))
            .header("Authorization", "Bearer " + facts.caller().token())
            .build();
    var response = http.send(request, HttpResponse.BodyHandlers.ofString());
    long total = facts.caller().roles().isEmpty() ? 1000 : size + 1000L * rounds;
    if (!response.body().startsWith("{\"total\":%d,".formatted(total))) {
      throw new IllegalStateException(response.body());
    }
  }

  /** Milliseconds of the query over all facts. */
  double plain() throws SQLException {
    long start = System.nanoTime();
    sql.run(facts.plain());
    return (System.nanoTime() - start) / 1e6;
  }

  private static void run(Connection connection, String statement) throws SQLException {
    try (var run = connection.createStatement()) {
      run.execute(statement);
    }
  }

  private BoardcastOptions config() {
    return TestOptions.local(db)
        .set("auth", "off")
        .set("jwt-leeway", "0ms")
        .set("metrics-min-interval", MIN_INTERVAL.toMillis() + "ms");
  }
}
