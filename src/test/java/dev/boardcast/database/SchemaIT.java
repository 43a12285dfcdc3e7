package dev.boardcast.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.config.Settings;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Boardcast's tables are in a schema of their own, whatever else is in the database. */
class SchemaIT {
  private static final String TABLES =
      "SELECT table_schema || '.' || table_name FROM information_schema.tables"
          + " WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1";

  private final Vertx vertx = Vertx.vertx();
  private DatabaseConfig db;
  private Sql sql;

  @BeforeEach
  void emptyDatabase() throws SQLException {
    db = Services.get().freshDatabase();
    sql = new Sql(db.postgresUri());
    sql.run("DROP SCHEMA boardcast CASCADE");
  }

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  @Test
  void itIsCreatedAndEveryConnectionUsesItAlone() throws SQLException {
    migrate(db);

    assertTrue(sql.column(TABLES).stream().allMatch(table -> table.startsWith("boardcast.")));
    assertEquals("boardcast", one(Pools.pool(vertx, db), "SHOW search_path"));
    assertEquals("shop_live", one(Pools.pool(vertx, withSchema("shop_live")), "SHOW search_path"));
  }

  @Test
  void nodesThatStartTogetherCreateItOnce() throws SQLException {
    var nodes = List.of(1, 2, 3, 4).stream().map(it -> Migrations.apply(vertx, db)).toList();

    await(Future.all(nodes));

    assertEquals(
        List.of("1"), sql.column("SELECT count(*) FROM pg_namespace WHERE nspname = 'boardcast'"));
  }

  @Test
  void twoInOneDatabaseDoNotMeet() throws SQLException {
    migrate(db);
    migrate(withSchema("other"));

    await(Pools.pool(vertx, db).query("UPDATE event_shard SET head = 7").execute());

    assertEquals(
        "0",
        one(Pools.pool(vertx, withSchema("other")), "SELECT max(head)::text FROM event_shard"));
  }

  @Test
  void tablesOfAHostWithTheSameNamesAreLeftAlone() throws SQLException {
    sql.run("CREATE TABLE public.task (id int); INSERT INTO public.task VALUES (42)");
    sql.run("CREATE TABLE public.event_shard (id int)");
    sql.run("CREATE TABLE public.flyway_schema_history (installed_rank int, version text)");
    sql.run(
        "CREATE FUNCTION public.teams_of(text, text[], timestamptz) RETURNS text LANGUAGE sql AS 'SELECT NULL::text'");

    migrate(db);

    assertEquals(List.of("42"), sql.column("SELECT id FROM public.task"));
    assertEquals(List.of("0"), sql.column("SELECT count(*) FROM public.flyway_schema_history"));
    assertEquals(List.of("0"), sql.column("SELECT count(*) FROM public.event_shard"));
    assertEquals("0", one(Pools.pool(vertx, db), "SELECT count(*)::text FROM task"));
  }

  @Test
  void aDatabaseOfRelease01KeepsItsTablesInPublic() throws SQLException {
    migrate(withSchema("public"));
    List<String> before = sql.column(TABLES);

    migrate(db);

    assertEquals(before, sql.column(TABLES));
    assertEquals("public", one(Pools.pool(vertx, db), "SHOW search_path"));

    sql.run("ALTER SCHEMA public RENAME TO boardcast; CREATE SCHEMA public");
    migrate(db);

    assertEquals(before.size(), sql.column(TABLES).size());
    assertEquals("boardcast", one(Pools.pool(vertx, db), "SHOW search_path"));
  }

  @Test
  void aRoleThatMayNotCreateSchemasUsesTheOneMadeForIt() throws SQLException {
    sql.run(
        "CREATE ROLE limited_"
            + ROLE
            + " LOGIN PASSWORD 'x'; CREATE SCHEMA boardcast AUTHORIZATION limited_"
            + ROLE);
    String uri = db.postgresUri().replaceFirst("//[^@]*@", "//limited_" + ROLE + ":x@");
    try {
      migrate(DatabaseConfig.at(uri, db.redisUri()));

      assertTrue(sql.column(TABLES).contains("boardcast.event_log"));
    } finally {
      sql.run("DROP OWNED BY limited_" + ROLE + "; DROP ROLE limited_" + ROLE);
    }
  }

  @Test
  void aNameThatNeedsQuotesIsRefused() {
    for (String name : List.of("-", "Shop", "pg_shop", "a;b", "1a", "a".repeat(64))) {
      var refused = assertThrows(IllegalArgumentException.class, () -> withSchema(name));
      assertTrue(refused.getMessage().startsWith("pg-schema was \"" + name), refused.getMessage());
    }
  }

  private static final String ROLE = Long.toHexString(System.nanoTime());

  private void migrate(DatabaseConfig config) {
    await(Migrations.apply(vertx, config));
  }

  private static String one(Pool pool, String query) {
    return await(
        pool.query(query)
            .execute()
            .map(rows -> rows.iterator().next().getString(0))
            .eventually(pool::close));
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.await(60, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError("not within 60 s", late);
    }
  }

  private DatabaseConfig withSchema(String name) {
    return Settings.of(
        DatabaseConfig.class,
        "pg=" + db.postgresUri(),
        "redis=" + db.redisUri(),
        "pg-schema=" + name);
  }
}
