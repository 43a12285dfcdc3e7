package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.testing.DecisionStream;
import dev.boardcast.testing.PgBouncer;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node behind pgbouncer: it works, or says at the start why it cannot. */
@Timeout(180)
class PgBouncerIT {
  private static final String IGNORE =
      "ignore_startup_parameters = extra_float_digits, search_path, statement_timeout,"
          + " idle_in_transaction_session_timeout";

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final DatabaseConfig db = Services.get().freshDatabase();
  private final Sql sql = new Sql(db.postgresUri());

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void transactionModeIsRefusedAtTheStart() throws Exception {
    setOnTheRole();
    assertRefused("pooler in transaction or statement mode", "pool_mode = transaction", IGNORE);
  }

  @Test
  void refusedStartParametersAreNamed() throws Exception {
    assertRefused("unsupported startup parameter", "pool_mode = session");
  }

  @Test
  void droppedStartParametersAreNamed() throws Exception {
    assertRefused("SET search_path = boardcast", "pool_mode = session", IGNORE);
  }

  @Test
  void sessionModeWorksWithTheSettingsOnTheRole() throws Exception {
    setOnTheRole();
    try (var bouncer = PgBouncer.start(db, directory, "pool_mode = session", IGNORE)) {
      Boardcast node = start(bouncer).await(60, TimeUnit.SECONDS);
      var decisions =
          new DecisionStream(List.of(URI.create("http://127.0.0.1:" + node.httpPort())));
      Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> decisions.acknowledged() > 20);
      int acknowledged = decisions.end();
      assertEquals(
          List.of(Integer.toString(acknowledged)),
          sql.column("SELECT count(*) FROM routing_decision"));
      node.close().await(30, TimeUnit.SECONDS);
    }
  }

  private void setOnTheRole() throws Exception {
    String database = sql.column("SELECT current_database()").get(0);
    for (String setting :
        List.of(
            "search_path = boardcast",
            "statement_timeout = '30s'",
            "idle_in_transaction_session_timeout = '2s'")) {
      sql.run("ALTER ROLE boardcast IN DATABASE " + database + " SET " + setting);
    }
  }

  private void assertRefused(String cause, String... settings) throws Exception {
    try (var bouncer = PgBouncer.start(db, directory, settings)) {
      var refused = assertThrows(Exception.class, () -> start(bouncer).await(90, TimeUnit.SECONDS));
      assertTrue(String.valueOf(refused.getMessage()).contains(cause), refused.toString());
    }
  }

  private io.vertx.core.Future<Boardcast> start(PgBouncer bouncer) {
    return Boardcast.deploy(vertx, TestOptions.local(bouncer.database()), Boards.BUILT_IN);
  }
}
