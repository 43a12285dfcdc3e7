package dev.boardcast.sources;

import static dev.boardcast.sources.Identifiers.literal;
import static dev.boardcast.sources.Identifiers.quoted;

import dev.boardcast.sources.SourceTable.Relation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The SQL that installs and removes a source.
 *
 * <ul>
 *   <li>The triggers are statement-level with transition tables, so a statement costs one insert
 *       into the change table however many rows it changes; one event each, as PostgreSQL demands,
 *       on the table and on every partition.
 *   <li>The functions run with the rights of the role that installs them and a fixed search path,
 *       so writers of the table need no further right.
 *   <li>They insert nothing while a column that they read is missing or has another type: a
 *       migration of the application never fails because of them. The reader of changes reports it.
 *   <li>They insert nothing while more changes wait than the limit allows, so the table never grows
 *       without end; they leave a marker instead.
 *   <li>An update inserts the difference of its rows only: one that changes other columns inserts
 *       nothing.
 * </ul>
 */
final class SourceScript {
  private static final String BODY =
      """
      BEGIN
        IF (SELECT c.last_value > l.last_value FROM %8$s AS c, %9$s AS l) THEN
          IF NOT EXISTS (SELECT FROM %10$s WHERE kind = %11$s) THEN
            INSERT INTO %10$s (kind) VALUES (%11$s);
          END IF;
          RETURN NULL;
        END IF;
        IF (SELECT count(*) FROM pg_catalog.pg_attribute
            WHERE attrelid = TG_RELID AND NOT attisdropped
              AND (attname, atttypid) IN (%1$s)) < %2$d THEN
          RETURN NULL;
        END IF;
        IF TG_OP = 'INSERT' THEN
          INSERT INTO %3$s (sign, %4$s) SELECT 1, %5$s FROM becomes;
        ELSIF TG_OP = 'DELETE' THEN
          INSERT INTO %3$s (sign, %4$s) SELECT -1, %6$s FROM was;
        ELSE
          %7$s;
        END IF;
        RETURN NULL;
      END
      """;

  private final SourceTable table;
  private final SourceObjects objects;

  SourceScript(SourceTable table, SourceObjects objects) {
    this.table = table;
    this.objects = objects;
  }

  /**
   * The statements of one transaction, in order.
   *
   * @param hasSchema whether the schema exists
   * @param maxChanges how many changes may wait
   */
  List<String> install(boolean hasSchema, Duration lockTimeout, long maxChanges) {
    var script = new ArrayList<String>();
    if (!hasSchema) script.add("CREATE SCHEMA " + quoted(objects.schema()));
    script.addAll(tables(maxChanges));
    script.addAll(functions());
    script.addAll(triggers(table.relations(), lockTimeout));
    return script;
  }

  private List<String> tables(long maxChanges) {
    String changes = objects.quotedChanges();
    var script = new ArrayList<String>();
    script.add(
        """
        CREATE TABLE IF NOT EXISTS %s (
          change_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          sign smallint NOT NULL CHECK (sign IN (-1, 1)),
          tx xid8 NOT NULL DEFAULT pg_current_xact_id()
        ) WITH (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05)"""
            .formatted(changes));
    for (SourceColumn column : table.columns()) {
      script.add(
          "ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s %s"
              .formatted(changes, quoted(column.name()), column.type()));
    }
    script.add(
        "CREATE INDEX IF NOT EXISTS %s ON %s (tx)".formatted(objects.quotedIndex(), changes));
    script.add(
        """
        CREATE TABLE IF NOT EXISTS %s (
          marker_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          kind text NOT NULL,
          at timestamptz NOT NULL DEFAULT clock_timestamp()
        )"""
            .formatted(objects.quotedMarkers()));
    script.add("CREATE SEQUENCE IF NOT EXISTS " + objects.quotedLimit());
    script.addAll(readers());
    script.add(ChangeLimit.set(objects, maxChanges));
    return script;
  }

  /**
   * Functions and tables keep their owner where another role installs again, so the owners read
   * what is new: a function that may not would make the writes of the application fail.
   */
  private List<String> readers() {
    return List.of(
        "GRANT SELECT ON SEQUENCE %s, %s TO PUBLIC"
            .formatted(objects.quotedChangeIds(), objects.quotedLimit()),
        """
        DO $boardcast$ BEGIN
          EXECUTE (SELECT format('GRANT SELECT, UPDATE ON SEQUENCE %%s TO %%I',
                                 %s, pg_get_userbyid(relowner))
                   FROM pg_class WHERE oid = to_regclass(%s));
        END $boardcast$"""
            .formatted(literal(objects.quotedLimit()), literal(objects.quotedChanges())));
  }

  /** The body of the function that writes changes: it differs where columns or types do. */
  String body() {
    List<String> columns = table.columns().stream().map(SourceColumn::name).toList();
    String types =
        table.columns().stream()
            .map(column -> "(%s, %s)".formatted(literal(column.name()), column.sourceType()))
            .collect(Collectors.joining(", "));
    String update =
        SignedDifference.insert(
            objects.quotedChanges(),
            columns,
            "SELECT -1, " + values("was") + " FROM was",
            "SELECT 1, " + values("becomes") + " FROM becomes");
    return BODY.formatted(
        types,
        columns.size(),
        objects.quotedChanges(),
        Identifiers.list(columns),
        values("becomes"),
        values("was"),
        update.indent(4).strip(),
        objects.quotedChangeIds(),
        objects.quotedLimit(),
        objects.quotedMarkers(),
        literal(ChangeLimit.REACHED));
  }

  /** Qualified, since variables of the function's language have names that columns may have. */
  private String values(String rows) {
    return table.columns().stream()
        .map(column -> rows + "." + column.value())
        .collect(Collectors.joining(", "));
  }

  private List<String> functions() {
    String changed = quoted(objects.schema(), objects.changedFunction()) + "()";
    String truncated = quoted(objects.schema(), objects.truncatedFunction()) + "()";
    String head =
        "CREATE OR REPLACE FUNCTION %s RETURNS trigger LANGUAGE plpgsql"
            + " SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $boardcast$\n";
    return List.of(
        head.formatted(changed) + body() + "$boardcast$",
        "REVOKE ALL ON FUNCTION " + changed + " FROM PUBLIC",
        head.formatted(truncated)
            + """
            BEGIN
              INSERT INTO %s (kind) VALUES ('TRUNCATE of ' || TG_TABLE_NAME);
              RETURN NULL;
            END $boardcast$"""
                .formatted(objects.quotedMarkers()),
        "REVOKE ALL ON FUNCTION " + truncated + " FROM PUBLIC");
  }

  /** The statements that add the triggers to some of the tables. */
  List<String> triggers(List<Relation> relations, Duration lockTimeout) {
    var script = new ArrayList<String>();
    script.addAll(locks(relations, "SHARE ROW EXCLUSIVE", lockTimeout));
    for (Relation relation : relations) {
      for (String event : SourceObjects.EVENTS) script.add(trigger(relation, event));
      for (String event : SourceObjects.EVENTS) {
        // Also for sessions whose writes are replicated from elsewhere.
        script.add(
            "ALTER TABLE ONLY %s ENABLE ALWAYS TRIGGER %s"
                .formatted(relation.quoted(), quoted(objects.trigger(event))));
      }
    }
    return script;
  }

  /**
   * All locks first, the parent's before those of partitions, as writers take them. The time is for
   * all together: writers wait behind those that are held already.
   */
  private static List<String> locks(List<Relation> relations, String mode, Duration timeout) {
    String tables =
        relations.stream().map(each -> "ONLY " + each.quoted()).collect(Collectors.joining(", "));
    return List.of(
        "SET LOCAL lock_timeout = " + timeout.toMillis(),
        "SET LOCAL statement_timeout = " + timeout.toMillis(),
        "LOCK TABLE " + tables + " IN " + mode + " MODE",
        "SET LOCAL statement_timeout TO DEFAULT");
  }

  private String trigger(Relation relation, String event) {
    String rows =
        switch (event) {
          case "insert" -> " REFERENCING NEW TABLE AS becomes";
          case "update" -> " REFERENCING OLD TABLE AS was NEW TABLE AS becomes";
          case "delete" -> " REFERENCING OLD TABLE AS was";
          default -> "";
        };
    String function =
        event.equals("truncate") ? objects.truncatedFunction() : objects.changedFunction();
    return "CREATE OR REPLACE TRIGGER %s AFTER %s ON %s%s FOR EACH STATEMENT EXECUTE FUNCTION %s()"
        .formatted(
            quoted(objects.trigger(event)),
            event.toUpperCase(java.util.Locale.ROOT),
            relation.quoted(),
            rows,
            quoted(objects.schema(), function));
  }

  /**
   * The statements that take away what {@link #install} made, except the schema.
   *
   * @param relations tables with triggers
   * @param objects of the source
   */
  static List<String> remove(
      List<Relation> relations, SourceObjects objects, Duration lockTimeout) {
    var script = new ArrayList<String>();
    if (!relations.isEmpty()) script.addAll(locks(relations, "ACCESS EXCLUSIVE", lockTimeout));
    for (Relation relation : relations) {
      for (String trigger : objects.triggers()) {
        script.add("DROP TRIGGER IF EXISTS %s ON %s".formatted(quoted(trigger), relation.quoted()));
      }
    }
    script.add(
        "DROP FUNCTION IF EXISTS " + quoted(objects.schema(), objects.changedFunction()) + "()");
    script.add(
        "DROP FUNCTION IF EXISTS " + quoted(objects.schema(), objects.truncatedFunction()) + "()");
    script.add("DROP TABLE IF EXISTS " + objects.quotedMarkers());
    script.add("DROP SEQUENCE IF EXISTS " + objects.quotedLimit());
    script.add("DROP TABLE IF EXISTS " + objects.quotedChanges());
    return script;
  }
}
