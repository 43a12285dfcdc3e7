package dev.boardcast.bench;

import dev.boardcast.Boardcast;
import dev.boardcast.BoardcastOptions;
import dev.boardcast.Boards;
import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.FactsCommitted;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.spi.Snapshot;
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
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One board over so many facts, on a database and a node of its own. Calls block. */
final class CostCase {
  // As many transactions as there are batches of 500 facts, up to this.
  private static final int TRANSACTIONS = 20_000;
  private static final long LOADED_AT_ONCE = 1_000_000;
  // What is measured is the fold, not the wait for its turn.
  private static final Duration PACE = Duration.ofMillis(50);

  private final CostFacts facts;
  private final DatabaseConfig db;
  private final long size;
  private final Sql sql;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Vertx vertx = Vertx.vertx();
  private final TypedBus bus = new TypedBus(vertx);
  private final LinkedBlockingQueue<Snapshot> heard = new LinkedBlockingQueue<>();
  private Boardcast node;
  private Snapshot last;
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
    load();
    bus.subscribe(
            Addresses.SNAPSHOTS,
            snapshot -> {
              if (snapshot.board().equals(facts.board())) heard.add(snapshot);
            })
        .await(30, TimeUnit.SECONDS);
    node = Boardcast.deploy(vertx, config(), Boards.BUILT_IN).await(60, TimeUnit.SECONDS);
    if (facts.isForAll()) {
      last = heard.poll(10, TimeUnit.MINUTES);
      if (last == null) throw new IllegalStateException("no numbers after ten minutes");
    } else {
      ask();
      awaitRest();
    }
    sql.run("VACUUM (ANALYZE)");
  }

  void stop() throws Exception {
    node.close().await(30, TimeUnit.SECONDS);
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  private void load() throws SQLException {
    try (var connection = sql.connect()) {
      prepare(connection);
      for (long from = 1; from <= size; from += LOADED_AT_ONCE) {
        long to = Math.min(size, from + LOADED_AT_ONCE - 1);
        for (String load : facts.load()) run(connection, load.formatted(from, to));
      }
      for (String table : facts.tables()) run(connection, "VACUUM (ANALYZE) " + table);
    }
  }

  /** So that facts can be told apart by transaction, as they are when they come in batches. */
  private static void prepare(Connection connection) throws SQLException {
    run(
        connection,
        """
        DO $$ BEGIN
          FOR i IN 1..%d LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP;
        END $$"""
            .formatted(TRANSACTIONS));
    run(
        connection,
        """
        CREATE FUNCTION tx_of(g bigint) RETURNS xid8 LANGUAGE sql IMMUTABLE AS
        $$ SELECT (1000 + g / 500 %% %d)::text::xid8 $$"""
            .formatted(TRANSACTIONS - 2000));
    run(
        connection,
        """
        CREATE FUNCTION at_of(g bigint) RETURNS timestamptz LANGUAGE sql STABLE AS
        $$ SELECT now() - (g * 7919 % 31536000) * interval '1 second' $$""");
  }

  /**
   * Milliseconds from the commit of 1000 new facts to the snapshot that is heard on the bus; of a
   * board without one, to the answer for one who asks.
   */
  double snapshot() throws Exception {
    awaitRest();
    for (Snapshot known = heard.poll(); known != null; known = heard.poll()) last = known;
    try (var connection = sql.connect()) {
      connection.setAutoCommit(false);
      for (String fresh : facts.fresh()) run(connection, fresh.formatted(++rounds));
      connection.commit();
    }
    long committed = System.nanoTime();
    if (!facts.isForAll()) {
      ask();
      return (System.nanoTime() - committed) / 1e6;
    }
    bus.publish(Addresses.FACTS_HINTS, new FactsCommitted(facts.board()));
    while (true) {
      var snapshot = heard.poll(60, TimeUnit.SECONDS);
      if (snapshot == null) throw new IllegalStateException("no snapshot of " + facts.board());
      if (snapshot.version() > last.version()) return (System.nanoTime() - committed) / 1e6;
    }
  }

  private void awaitRest() throws SQLException {
    do {
      LockSupport.parkNanos(4 * PACE.toNanos());
    } while (!facts.isForAll() && !sql.column("SELECT 1 FROM task_change LIMIT 1").isEmpty());
  }

  private void ask() throws Exception {
    var request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:%d/api/v1/tasks/statistics".formatted(node.httpPort())))
            .header("Authorization", "Bearer " + facts.caller().token())
            .build();
    var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    long total = facts.caller().roles().isEmpty() ? 1000 : size + 1000L * rounds;
    if (!answer.body().startsWith("{\"total\":%d,".formatted(total))) {
      throw new IllegalStateException(answer.body());
    }
  }

  /** Milliseconds of the plain query. */
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
        .set("metrics-min-interval", PACE.toMillis() + "ms");
  }
}
