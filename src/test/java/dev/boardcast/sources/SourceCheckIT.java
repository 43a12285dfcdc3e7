package dev.boardcast.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.JdbcSession;
import dev.boardcast.testing.Services;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be a source is refused by name, before anything changes. */
class SourceCheckIT {
  private final DatabaseConfig db = Services.get().freshDatabase();
  private Connection connection;

  @BeforeEach
  void open() throws SQLException {
    connection = JdbcSession.open(db, "test");
    Orders.create(connection);
    for (String sql :
        List.of(
            "CREATE VIEW public.seen AS SELECT * FROM public.orders",
            "CREATE MATERIALIZED VIEW public.kept AS SELECT 1 AS a",
            "CREATE UNLOGGED TABLE public.fast (a int)",
            "CREATE SEQUENCE public.numbers",
            "CREATE DOMAIN public.cents AS bigint",
            "CREATE TABLE public.many (a int, price money, doc json, tags text[], tx int, c public.cents)",
            "CREATE TABLE public.mixed (a int) PARTITION BY LIST (a)",
            "CREATE UNLOGGED TABLE public.mixed_1 PARTITION OF public.mixed FOR VALUES IN (1)",
            "CREATE TABLE public.secret (a int)",
            "ALTER TABLE public.secret ENABLE ROW LEVEL SECURITY",
            "ALTER TABLE public.secret FORCE ROW LEVEL SECURITY")) {
      Orders.run(connection, sql);
    }
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nothing       | a         | there is no table public.nothing
          seen          | region    | public.seen is a view, expected a permanent table of your own
          kept          | a         | public.kept is a materialized view, expected a permanent table of your own
          fast          | a         | public.fast is unlogged and is emptied by a crash, expected a permanent table of your own
          numbers       | a         | public.numbers is a sequence, expected a permanent table of your own
          pg_catalog.pg_class | relname | pg_catalog.pg_class belongs to PostgreSQL, expected a permanent table of your own
          orders        | totals    | public.orders has no column totals, expected one of customer_id, id, note, region, status, total
          orders        | total,total | column total is named twice
          many          | tx        | column tx of public.many has a name that the change table uses itself (change_id, sign, tx)
          mixed         | a         | the partition public.mixed_1 of public.mixed is unlogged and is emptied by a crash, which no trigger follows
          secret        | a         | row level security is forced on public.secret, so its rows cannot all be counted
          """)
  void itIsRefusedByName(String table, String columns, String problem) throws SQLException {
    assertEquals(problem, refusal(table, columns.split(",")));
    assertEquals(
        "0",
        SyncStatements.text(
            connection, "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'boardcast%'"));
  }

  @ParameterizedTest
  @CsvSource({"price,money", "doc,json", "tags,text[]"})
  void aTypeWhoseValuesCannotBeSummedIsRefused(String column, String type) {
    String problem = refusal("many", column);
    assertTrue(
        problem.startsWith(
            "column %s of public.many has the type %s, expected boolean,".formatted(column, type)),
        problem);
  }

  @Test
  void aDomainIsTheTypeBelowIt() throws SQLException {
    var plan = installer().plan(name("many"), List.of("c"), "unused", false);
    assertEquals("bigint", plan.table().columns().get(0).type());
    installer().install(plan);
    Orders.run(connection, "INSERT INTO public.many (c) VALUES (12)");
    assertEquals("12", SyncStatements.text(connection, "SELECT sum(sign * c) FROM source_many"));
  }

  @Test
  void allLocksOfAnInstallationAreWaitedForTogether() throws SQLException {
    var script = installer().plan(name("orders"), Orders.COLUMNS, "unused", false).script();
    int lock = 0;
    while (!script.get(lock).startsWith("LOCK TABLE")) lock++;
    assertEquals(
        "LOCK TABLE ONLY \"public\".\"orders\", ONLY \"public\".\"orders_a\","
            + " ONLY \"public\".\"orders_b\", ONLY \"public\".\"orders_other\""
            + " IN SHARE ROW EXCLUSIVE MODE",
        script.get(lock));
    assertEquals("SET LOCAL statement_timeout = 1000", script.get(lock - 1));
    assertEquals("SET LOCAL statement_timeout TO DEFAULT", script.get(lock + 1));
  }

  @Test
  void aNameThatIsNoneIsRefused() {
    assertThrows(SourceException.class, () -> SourceName.parse(Optional.empty(), "a.b.c"));
    assertThrows(SourceException.class, () -> SourceName.parse(Optional.empty(), "\"Orders\""));
    assertThrows(SourceException.class, () -> SourceName.parse(Optional.empty(), " "));
    String facts = SourceName.parse(Optional.of("shop"), "Sales.Big Orders").facts();
    assertTrue(facts.matches("source_shop_sales_big_orders_[0-9a-f]{8}"), facts);
  }

  @Test
  void aTableThatStaysLockedIsNamed() throws SQLException {
    try (var writer = JdbcSession.open(db, "writer")) {
      Orders.run(writer, "BEGIN");
      Orders.run(writer, "UPDATE public.orders SET total = 1");
      var plan = new SourceInstaller(connection, connection, 1);
      var orders = plan.plan(name("orders"), Orders.COLUMNS, "unused", false);
      String problem = assertThrows(SourceException.class, () -> plan.install(orders)).getMessage();
      assertTrue(problem.startsWith("public.orders is locked by other transactions"), problem);
      assertEquals(Optional.empty(), Source.find(connection, name("orders")));
    }
  }

  private String refusal(String table, String... columns) {
    return assertThrows(
            SourceException.class,
            () -> installer().plan(name(table), List.of(columns), "unused", false))
        .getMessage();
  }

  private static SourceName name(String table) {
    return SourceName.parse(Optional.empty(), table);
  }

  private SourceInstaller installer() {
    return new SourceInstaller(connection, connection, 3);
  }
}
