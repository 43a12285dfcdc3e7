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
import java.util.Map;
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

  /** Two values of each type that is kept, by the name of its type, as PostgreSQL writes them. */
  private static final Map<String, List<String>> VALUES =
      Map.ofEntries(
          Map.entry("boolean", List.of("true", "false")),
          Map.entry("smallint", List.of("-32768", "7")),
          Map.entry("integer", List.of("-2147483648", "7")),
          Map.entry("bigint", List.of("9223372036854775807", "7")),
          Map.entry("numeric", List.of("NaN", "12345678901234567890.0500")),
          Map.entry("real", List.of("Infinity", "0.1")),
          Map.entry("double precision", List.of("NaN", "1e+308")),
          Map.entry("text", List.of("a\\b", "Zoë")),
          Map.entry("character varying", List.of("", "x")),
          Map.entry("character", List.of("q", "w")),
          Map.entry("date", List.of("infinity", "0044-03-15 BC")),
          Map.entry("time without time zone", List.of("24:00:00", "00:00:00.000001")),
          Map.entry("timestamp without time zone", List.of("-infinity", "2024-02-29 23:59:59.5")),
          Map.entry("timestamp with time zone", List.of("infinity", "2024-02-29 23:59:59.5+00")),
          Map.entry(
              "uuid",
              List.of(
                  "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff")),
          Map.entry("public.order_status", List.of("new", "paid")),
          Map.entry("public.state", List.of("paid", "new")),
          Map.entry("public.cents", List.of("1", "2")),
          Map.entry("public.price", List.of("1.10", "2.20")),
          Map.entry("information_schema.cardinal_number", List.of("1", "2")),
          Map.entry("information_schema.character_data", List.of("a", "b")),
          Map.entry("information_schema.yes_or_no", List.of("YES", "NO")),
          Map.entry(
              "information_schema.time_stamp",
              List.of("2024-01-01 00:00:00+00", "2024-01-01 00:00:01+00")));

  /** Every type that a column can have, of the catalog and of users, but the rows of tables. */
  @Test
  void valuesOfEveryTypeAreKeptAsTheyAreOrTheTypeIsRefusedByName() throws SQLException {
    for (String sql :
        List.of(
            "SET TimeZone = 'UTC'",
            "SET search_path = pg_catalog",
            "CREATE DOMAIN public.price AS numeric(10, 2) CHECK (value >= 0)",
            "CREATE DOMAIN public.state AS public.order_status",
            "CREATE DOMAIN public.labels AS text[]",
            "CREATE TYPE public.span AS RANGE (subtype = float8)",
            "CREATE TYPE public.pair AS (a int, b text)",
            "CREATE TABLE public.typed (id int)",
            """
            DO $$ DECLARE r record; BEGIN
              FOR r IN SELECT t.oid, format_type(t.oid, NULL) AS name FROM pg_type t
                       LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
                       LEFT JOIN pg_class c ON c.oid = coalesce(nullif(t.typrelid, 0), e.typrelid)
                       WHERE t.typtype <> 'p' AND coalesce(e.typtype, 'b') <> 'p'
                         AND coalesce(c.relkind, 'c') = 'c' LOOP
                EXECUTE format('ALTER TABLE public.typed ADD COLUMN %I %s', 'v' || r.oid, r.name);
              END LOOP; END $$""")) {
      Orders.run(connection, sql);
    }
    var catalog = new SourceCatalog(connection);
    var objects = SourceObjects.of("boardcast", name("typed"));
    var kept = new java.util.LinkedHashMap<String, List<String>>();
    int refused = 0;
    try (var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
                    + " WHERE attrelid = 'public.typed'::regclass AND attname LIKE 'v%'")) {
      while (row.next()) {
        String column = row.getString(1);
        String type = row.getString(2);
        if (VALUES.containsKey(type)) {
          kept.put(column, VALUES.get(type));
          continue;
        }
        String problem =
            assertThrows(
                    SourceException.class,
                    () -> catalog.table(name("typed"), List.of(column), objects),
                    type)
                .getMessage();
        assertTrue(problem.startsWith("column " + column + " of public.typed has "), problem);
        refused++;
      }
    }
    assertEquals(VALUES.size(), kept.size(), "types that are kept");
    assertTrue(refused > 100, refused + " types are refused");
    Orders.run(connection, "SET search_path = boardcast, pg_catalog");
    List<String> columns = List.copyOf(kept.keySet());
    installer().install(installer().plan(name("typed"), columns, "unused", false));
    Orders.run(connection, "INSERT INTO public.typed (id) VALUES (1), (2)");
    new OwnSync(connection, SyncProgress.NONE).run(name("typed"), false);
    for (int value = 0; value < 2; value++) {
      var set = new java.util.StringJoiner(", ");
      for (var each : kept.entrySet()) {
        set.add(each.getKey() + " = " + Identifiers.literal(each.getValue().get(value)));
      }
      Orders.run(connection, "UPDATE public.typed SET " + set);
    }
    String rows =
        "(SELECT %1$s, sum(sign) AS n FROM source_typed GROUP BY %1$s HAVING sum(sign) <> 0) AS f"
            .formatted(String.join(", ", columns));
    assertEquals("2", SyncStatements.text(connection, "SELECT n FROM " + rows));
    for (var each : kept.entrySet()) {
      assertEquals(
          each.getValue().get(1),
          SyncStatements.text(connection, "SELECT " + each.getKey() + "::text FROM " + rows));
    }
    assertEquals(
        0, new OwnSync(connection, SyncProgress.NONE).run(name("typed"), true).corrected());
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
