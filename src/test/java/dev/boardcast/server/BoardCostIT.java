package dev.boardcast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands say of the tables that board files read, before anything is installed. */
class BoardCostIT {
  private static final String QUERIES =
      """
      name: visits
      title: Visits
      refresh: 1s
      triggers: {clock: 1h}
      numbers: SELECT count(*) AS visits FROM public.visit WHERE shop = 7
      groups:
        last: SELECT id::text AS visit, shop FROM public.visit ORDER BY id DESC LIMIT 3
      metrics:
        visits: {label: Visits, unit: count, kind: gauge}
        last.*: {label: Shop, unit: number, kind: gauge}
      """;
  private static final String SOURCE =
      """
      version: 2
      name: shop_visits
      title: Visits
      source: {table: visit}
      time: at
      dimensions: {hour: "extract(hour FROM at AT TIME ZONE 'UTC')"}
      parameters: [shop]
      metrics:
        visits: {count: all, where: state = 'paid', label: Visits}
        most: {max: '"Total" + 0', by: hour, label: Most}
      """;

  private final DatabaseConfig db = Services.get().freshDatabase();
  private final Sql sql = new Sql(db.postgresUri());
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir private Path directory;

  @BeforeEach
  void createTable() throws Exception {
    sql.run("CREATE TYPE public.state AS ENUM ('open', 'paid')");
    sql.run(
        "CREATE TABLE public.visit (id integer PRIMARY KEY, shop integer, state public.state,"
            + " \"Total\" numeric, note text, paid boolean, raw jsonb, at timestamptz NOT NULL)");
    sql.run(
        "INSERT INTO public.visit SELECT i, i % 12000, 'paid', i, 'n', true, '{}', now()"
            + " FROM generate_series(1, 30000) i");
    sql.run("ANALYZE public.visit");
  }

  @Test
  void aTableWithoutAnIndexForAQueryIsNamed() throws Exception {
    Path file = write(QUERIES);
    assertEquals(0, run("board", "check", file), err.toString());
    contains("  reads visit: about 30,000 rows; all of them are read\n");
    contains(
        "warning: numbers reads all about 30,000 rows of visit at each computation: no index serves"
            + " its conditions\n");
    contains("  reads visit: about 30,000 rows; rows are found by the index visit_pkey\n");
    assertEquals(1, out.toString().split("warning:", -1).length - 1, out.toString());
    sql.run("CREATE INDEX visit_shop ON public.visit (shop)");
    out.getBuffer().setLength(0);
    assertEquals(0, run("board", "check", file), err.toString());
    contains("  reads visit: about 30,000 rows; rows are found by the index visit_shop\n");
    assertFalse(out.toString().contains("warning"), out.toString());
    assertEquals(0, number("SELECT count(*) FROM pg_class WHERE relname = 'visits_rollup'"));
  }

  @Test
  void aSourceIsInstalledForTheColumnsOfItsBoardAlone() throws Exception {
    Path file = write(SOURCE);
    assertEquals(0, run("source", "install", "--print", "--board", file), err.toString());
    contains("-- " + file + " uses shop, state, Total, at of public.visit\n");
    for (String unused : List.of("note", "paid\"", "raw", "\"id\"")) {
      assertFalse(out.toString().contains("NEW." + unused), unused + out);
    }
    assertEquals(0, number("SELECT count(*) FROM source"));
    assertEquals(0, run("source", "install", "--board", file), err.toString());
    assertEquals(
        "Total,at,shop,state",
        text(
            "SELECT string_agg(c ->> 'name', ',' ORDER BY c ->> 'name' COLLATE \"C\")"
                + " FROM source, json_array_elements(columns::json) c"));
    long before = number("SELECT count(*) FROM source_visit");
    sql.run("UPDATE public.visit SET note = 'other', paid = false WHERE id < 100");
    assertEquals(before, number("SELECT count(*) FROM source_visit"), "unused columns");
    sql.run("UPDATE public.visit SET state = 'open' WHERE id < 100");
    assertTrue(number("SELECT count(*) FROM source_visit") > before);
    sql.run("ANALYZE source_visit");
    out.getBuffer().setLength(0);
    assertEquals(0, run("board", "check", file), err.toString());
    contains("; new facts are found by the index source_visit_tx\n");
    contains("\npublic.visit: about 30,");
    contains(" rows, all of which a count reads, every --source-recount\n");
    contains("source_visit: shop has about 1");
    contains("warning: shop of source_visit has about 1");
    sql.run("DROP INDEX source_visit_tx");
    assertEquals(0, run("board", "check", file), err.toString());
    contains("warning: no index of source_visit serves tx: each fold reads all of its about 3");
  }

  @Test
  void whatTheTableLacksIsNamedBeforeAnythingIsInstalled() throws Exception {
    String[][] wrong = {
      {"state = 'paid'", "status = 'paid'", ":9: column \"status\" does not exist"},
      {"'\"Total\" + 0'", "note", ":10: max of text, expected a number"},
      {"time: at", "time: id", ":4: time was \"id\", expected a column of public.visit of type"},
      {"[shop]", "[raw]", ": a parameter was \"raw\", expected a column of facts"},
      {"table: visit", "table: nothing", "there is no table public.nothing"},
      {
        "source: {table: visit}", "facts: {at: time, shop: integer, state: text}", "expected source"
      },
      {"version: 2", "version: 1", "has no version 2"},
    };
    for (String[] each : wrong) {
      String text = SOURCE.replace(each[0], each[1]);
      assertFalse(text.equals(SOURCE), each[0]);
      err.getBuffer().setLength(0);
      assertEquals(2, run("source", "install", "--board", write(text)), each[1] + err);
      assertTrue(err.toString().contains(each[2]), each[1] + err);
    }
    assertEquals(
        0,
        number(
            "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = 'public.visit'::regclass"));
    assertEquals(2, run("source", "install", "--table", "visit", "--board", write(SOURCE)));
    assertTrue(err.toString().contains("expected it alone"), err.toString());
    assertEquals(2, run("source", "install", "--table", "visit"));
    assertTrue(err.toString().contains("columns is missing"), err.toString());
  }

  private String text(String query) throws Exception {
    return sql.column(query).get(0);
  }

  private long number(String query) throws Exception {
    return Long.parseLong(text(query));
  }

  private Path write(String text) throws Exception {
    return Files.writeString(directory.resolve("board.yaml"), text);
  }

  private void contains(String text) {
    assertTrue(out.toString().contains(text), () -> "no " + text + " in\n" + out);
  }

  private int run(Object... words) throws Exception {
    var command = new ArrayList<String>();
    for (Object word : words) command.add(word.toString());
    command.add("--pg-file");
    command.add(Files.writeString(directory.resolve("pg"), db.postgresUri()).toString());
    return Main.commandLine(Clock.systemUTC())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(command.toArray(String[]::new));
  }
}
