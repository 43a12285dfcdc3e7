package dev.boardcast.erasure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Each column of our tables that can hold a text has a rule for erasures. */
class ColumnRulesIT {
  // Partitions are named by their table.
  private static final String COLUMNS =
      """
      SELECT c.table_name || '.' || c.column_name
      FROM information_schema.columns c
        JOIN pg_class r ON r.relname = c.table_name AND NOT r.relispartition
          AND r.relnamespace = current_schema()::regnamespace AND r.relkind IN ('r', 'p')
      WHERE c.table_schema = current_schema()
        AND (c.data_type IN ('text', 'character varying', 'character', 'json', 'jsonb', 'xml', 'name')
             OR c.udt_name IN ('_text', '_varchar', '_json', '_jsonb'))
        AND c.table_name NOT LIKE 'flyway\\_%'""";

  @Test
  void eachColumnHasARule() throws Exception {
    List<String> columns = new Sql(Services.get().freshDatabase().postgresUri()).column(COLUMNS);
    var rules = new TreeSet<String>();
    ColumnRules.tables()
        .forEach(
            (table, of) -> of.columns().keySet().forEach(name -> rules.add(table + "." + name)));
    assertEquals(
        String.join("\n", rules),
        String.join("\n", new TreeSet<>(columns)),
        "columns.txt must say what an erasure does with each column that can hold a text");
  }

  @Test
  void triggersThatTurnChangesIntoFactsLetAnErasurePass() throws Exception {
    List<String> others =
        new Sql(Services.get().freshDatabase().postgresUri())
            .column(
                """
                SELECT c.relname || ' ' || pg_get_triggerdef(t.oid)
                FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
                WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal
                  AND (t.tgtype & 16) > 0 AND pg_get_triggerdef(t.oid) NOT LIKE '%is_erasing()%'
                  -- Of due_at and status alone, which name nobody.
                  AND t.tgname <> 'reminders_changed'
                """);
    assertEquals(List.of(), others, "triggers of updates say WHEN (NOT is_erasing())");
  }
}
