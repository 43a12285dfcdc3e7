package dev.boardcast.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.JdbcSession;
import dev.boardcast.testing.PostgresServer;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server of a source is restored, fails over, or gets its rows from another one. */
class SourceServersIT {
  private static final SourceName SALE = SourceName.parse(Optional.of("shop"), "public.sale");
  private static final String SUM =
      "SELECT string_agg(total || ' ' || n, ', ' ORDER BY total) FROM (SELECT total, %s AS n FROM %s GROUP BY total HAVING %1$s <> 0) AS g";

  @TempDir private Path data;
  private final DatabaseConfig db = Services.get().freshDatabase();

  @Test
  void aRestoredServerAPromotedStandbyAndASubscriptionAreRecognised() throws Exception {
    try (var local = JdbcSession.open(db, "test");
        var server = PostgresServer.start(data.resolve("server"));
        var copy = copied(local, server)) {
      restored(local, server, copy);
      server.stop();
      subscribed(local, copy);
      try (var standby = copy.addStandby(data.resolve("standby"))) {
        promoted(local, copy, standby);
      }
    }
  }

  /** Installs the source and copies its server: both continue from here. */
  private PostgresServer copied(Connection local, PostgresServer server) throws Exception {
    new Sql(server.uri()).run("ALTER SYSTEM SET wal_level = 'logical'");
    try (var there = connect(server)) {
      Orders.run(there, "CREATE TABLE public.sale (id int PRIMARY KEY, total int)");
      Orders.run(there, "INSERT INTO public.sale SELECT g, g % 5 FROM generate_series(1, 20) AS g");
      var installer = new SourceInstaller(local, there, 3);
      installer.install(installer.plan(SALE, List.of("total"), "boardcast_source", false));
      assertEquals(20, sync(local, there, false).corrected());
    }
    return server.copy(data.resolve("copy"));
  }

  private void restored(Connection local, PostgresServer server, PostgresServer copy)
      throws Exception {
    try (var there = connect(server)) {
      assertEquals(0, sync(local, there, false).corrected());
      assertEquals("the server was restarted", cause(local));
      for (int i = 1; i <= 20; i++) {
        Orders.run(there, "UPDATE public.sale SET total = 9 WHERE id = " + i);
      }
      assertEquals(-1, sync(local, there, false).corrected());
      assertSame(local, there);
    }
    copy.start();
    try (var there = connect(copy)) {
      Orders.run(there, "UPDATE public.sale SET total = 7 WHERE id = 1");
      assertTrue(sync(local, there, false).corrected() > 0);
      assertEquals("the server was restored or replaced", cause(local));
      assertSame(local, there);
      Orders.run(there, "UPDATE public.sale SET total = 8 WHERE id = 2");
      assertEquals(-1, sync(local, there, false).corrected(), "once");
      assertSame(local, there);
    }
  }

  /** Rows that logical replication applies fire no statement triggers. */
  private void subscribed(Connection local, PostgresServer copy) throws Exception {
    new Sql(copy.uri()).run("CREATE DATABASE origin");
    var origin = new Sql(copy.uri("origin"));
    origin.run("CREATE TABLE public.sale (id int PRIMARY KEY, total int)");
    origin.run("CREATE PUBLICATION sales FOR TABLE public.sale");
    origin.column("SELECT pg_create_logical_replication_slot('sales', 'pgoutput')::text");
    try (var there = connect(copy)) {
      Orders.run(
          there,
          "CREATE SUBSCRIPTION sales CONNECTION 'host=127.0.0.1 port=%d user=boardcast dbname=origin' PUBLICATION sales WITH (create_slot = false, copy_data = false)"
              .formatted(copy.port()));
      origin.run("INSERT INTO public.sale VALUES (100, 3)");
      Awaitility.await()
          .until(
              () -> SyncStatements.text(there, "SELECT 1 FROM public.sale WHERE id = 100") != null);
      assertEquals(-1, sync(local, there, false).corrected(), "no trigger has fired");
      assertEquals(1, sync(local, there, true).corrected());
      assertEquals(
          "logical replication applies changes to public.sale, which passes statement triggers",
          cause(local));
      assertSame(local, there);
      Orders.run(there, "DROP SUBSCRIPTION sales");
    }
  }

  private void promoted(Connection local, PostgresServer primary, PostgresServer standby)
      throws Exception {
    try (var there = connect(primary)) {
      Orders.run(there, "UPDATE public.sale SET total = 4 WHERE id < 5");
      assertTrue(sync(local, there, false).corrected() > 0);
      assertEquals("the server was restarted", cause(local));
      Orders.run(there, "UPDATE public.sale SET total = 5 WHERE id < 5");
      assertEquals(-1, sync(local, there, false).corrected());
    }
    primary.stop();
    standby.promote();
    try (var there = connect(standby)) {
      Orders.run(there, "UPDATE public.sale SET total = 6 WHERE id < 3");
      assertTrue(sync(local, there, false).corrected() > 0);
      assertEquals("the server was restored or replaced", cause(local));
      assertSame(local, there);
    }
  }

  private Connection connect(PostgresServer server) throws SQLException {
    return JdbcSession.open(server.uri(), db, "source");
  }

  private static SyncResult sync(Connection local, Connection there, boolean isDue)
      throws SQLException {
    return new RemoteSync(local, there, SyncProgress.NONE).run(SALE, isDue);
  }

  private static String cause(Connection local) throws SQLException {
    return Source.find(local, SALE).orElseThrow().driftCause();
  }

  private static void assertSame(Connection local, Connection there) throws SQLException {
    assertEquals(
        SyncStatements.text(there, SUM.formatted("count(*)", "public.sale")),
        SyncStatements.text(local, SUM.formatted("sum(sign)", "source_shop_sale")));
  }
}
