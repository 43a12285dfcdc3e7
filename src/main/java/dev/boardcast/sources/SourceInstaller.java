package dev.boardcast.sources;

import static dev.boardcast.sources.SyncStatements.execute;
import static dev.boardcast.sources.SyncStatements.text;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Installs and removes sources.
 *
 * <ul>
 *   <li>Everything is checked before anything changes.
 *   <li>What changes in the source's database changes in one transaction. It waits for a lock on
 *       the table for a bounded time, in which writers wait behind it, and tries again after a
 *       pause.
 *   <li>Adding the triggers waits for earlier writers of the table, so that every later snapshot
 *       sees a row only if its change is in the change table or the row was there before.
 *   <li>Installing again adds columns and missing triggers, and counts all rows.
 * </ul>
 *
 * Blocking.
 */
final class SourceInstaller {
  private static final int OLDEST = 15;

  private final Connection local;
  private final Connection remote;
  private final LockRetry locks;
  private final long maxChanges;

  SourceInstaller(Connection local, Connection remote, int attempts) {
    this(local, remote, attempts, SourceConfig.DEFAULTS.maxChanges());
  }

  /**
   * @param local to Boardcast's database
   * @param remote to the source's database; the same connection if it is Boardcast's
   * @param attempts how often a lock is tried for
   * @param maxChanges how many changes may wait for a node
   */
  SourceInstaller(Connection local, Connection remote, int attempts, long maxChanges) {
    this.maxChanges = maxChanges;
    this.local = local;
    this.remote = remote;
    locks = new LockRetry(attempts);
  }

  /**
   * What an installation does, checked.
   *
   * @param script empty where somebody has run it already
   */
  record Plan(SourceTable table, SourceObjects objects, List<String> script) {}

  /**
   * Checks a table and shows what its installation does; changes nothing.
   *
   * @param schema of the change table, where the source is in another database
   * @param isShownOnly whether another role will run it
   * @throws SourceException when the table cannot be a source
   */
  Plan plan(SourceName name, List<String> columns, String schema, boolean isShownOnly)
      throws SQLException {
    int version = Integer.parseInt(text(remote, "SHOW server_version_num")) / 10_000;
    if (version < OLDEST) {
      throw new SourceException(
          "PostgreSQL %d or newer is required, the source's server is %d"
              .formatted(OLDEST, version));
    }
    if ("t".equals(text(remote, "SELECT pg_is_in_recovery()"))) {
      throw new SourceException("the source's server is a standby, expected its primary");
    }
    var installed = Source.find(local, name);
    if (installed.isPresent() && installed.get().readOnly() != null) {
      throw new SourceException(
          name.key() + " is a source that is only read; source remove it, and install it again");
    }
    String own = text(local, "SELECT current_schema()");
    var objects =
        SourceObjects.of(
            name.connection().isEmpty()
                ? own
                : installed.map(source -> source.objects().schema()).orElse(schema),
            name);
    var wanted = new LinkedHashSet<String>();
    installed.ifPresent(source -> source.columns().forEach(each -> wanted.add(each.name())));
    requireDifferent(columns);
    wanted.addAll(columns);
    var table = new SourceCatalog(remote).table(name, List.copyOf(wanted), objects);
    installed.ifPresent(source -> requireSameTypes(source, table));
    if (!isShownOnly) new SourceCatalog(remote).requireAllRows(name);
    var script = new SourceScript(table, objects);
    if (!isShownOnly && isInPlace(table, objects, script)) {
      return new Plan(table, objects, List.of());
    }
    if (isShownOnly) {
      boolean hasSchema =
          text(remote, "SELECT to_regnamespace(%s)".formatted(schemaLiteral(objects))) != null;
      var shown = new ArrayList<>(script.install(hasSchema, LockRetry.LOCK_TIMEOUT, maxChanges));
      shown.addAll(grants(table, objects));
      return new Plan(table, objects, shown);
    }
    new SourceCatalog(remote).requireOwner(name);
    boolean hasSchema = requireSchema(objects.schema());
    requireForeignName(installed, name, objects);
    return new Plan(table, objects, script.install(hasSchema, LockRetry.LOCK_TIMEOUT, maxChanges));
  }

  private static String schemaLiteral(SourceObjects objects) {
    return Identifiers.literal(Identifiers.quoted(objects.schema()));
  }

  /** What the role of the connection needs if another one has run the script. */
  private List<String> grants(SourceTable table, SourceObjects objects) throws SQLException {
    String role = Identifiers.quoted(text(remote, "SELECT current_user"));
    String relation = Identifiers.quoted(table.name().schema(), table.name().table());
    return List.of(
        "GRANT USAGE ON SCHEMA %s, %s TO %s"
            .formatted(
                Identifiers.quoted(objects.schema()),
                Identifiers.quoted(table.name().schema()),
                role),
        "GRANT SELECT ON %s TO %s".formatted(relation, role),
        "GRANT SELECT, INSERT, UPDATE, DELETE ON %s, %s TO %s"
            .formatted(objects.quotedChanges(), objects.quotedMarkers(), role),
        "GRANT SELECT, UPDATE ON SEQUENCE %s, %s TO %s"
            .formatted(objects.quotedChangeIds(), objects.quotedLimit(), role));
  }

  /**
   * Whether the same source is installed, by whomever, this role may read it, and its function may
   * read the limit.
   */
  private boolean isInPlace(SourceTable table, SourceObjects objects, SourceScript script)
      throws SQLException {
    var structure =
        new SourceCatalog(remote).structure(table.name(), table.oid(), table.columns(), objects);
    String body =
        text(
            remote,
            "SELECT prosrc FROM pg_proc WHERE proname = %s AND pronamespace = to_regnamespace(%s)"
                .formatted(Identifiers.literal(objects.changedFunction()), schemaLiteral(objects)));
    boolean isSame =
        structure.problem().isEmpty()
            && structure.gap().isEmpty()
            && body != null
            && body.strip().equals(script.body().strip());
    if (!isSame) return false;
    return "t"
        .equals(
            text(
                remote,
                """
                SELECT has_table_privilege(%1$d::oid, 'SELECT')
                   AND has_table_privilege(%2$s, 'SELECT') AND has_table_privilege(%2$s, 'INSERT')
                   AND has_table_privilege(%2$s, 'UPDATE') AND has_table_privilege(%2$s, 'DELETE')
                   AND has_sequence_privilege(to_regclass(%3$s), 'SELECT')
                   AND has_sequence_privilege(to_regclass(%3$s), 'UPDATE')
                   AND (SELECT has_sequence_privilege(proowner, to_regclass(%3$s), 'SELECT') FROM pg_proc
                        WHERE proname = %4$s AND pronamespace = to_regnamespace(%5$s))"""
                    .formatted(
                        table.oid(),
                        Identifiers.literal(objects.quotedChanges()),
                        Identifiers.literal(objects.quotedLimit()),
                        Identifiers.literal(objects.changedFunction()),
                        schemaLiteral(objects))));
  }

  private static void requireDifferent(List<String> columns) {
    Set<String> seen = new LinkedHashSet<>();
    for (String each : columns) {
      if (!seen.add(each)) throw new SourceException("column " + each + " is named twice");
    }
  }

  static void requireSameTypes(Source source, SourceTable table) {
    for (SourceColumn before : source.columns()) {
      for (SourceColumn now : table.columns()) {
        if (now.name().equals(before.name()) && !now.type().equals(before.type())) {
          throw new SourceException(
              "column %s of %s was kept as %s and is %s now; remove the source, install it again and"
                      .formatted(now.name(), source.name().relation(), before.type(), now.type())
                  + " recompute its boards");
        }
      }
    }
  }

  /** Returns whether the schema exists. */
  private boolean requireSchema(String schema) throws SQLException {
    String found =
        text(
            remote,
            "SELECT has_schema_privilege(oid, 'CREATE') AND has_schema_privilege(oid, 'USAGE')"
                + " FROM pg_namespace WHERE nspname = "
                + Identifiers.literal(schema));
    if ("t".equals(found)) return true;
    String role = text(remote, "SELECT current_user");
    if (found != null) {
      throw new SourceException(
          "the role %1$s may not create tables in the schema %2$s; GRANT USAGE, CREATE ON SCHEMA \"%2$s\" TO \"%1$s\""
              .formatted(role, schema));
    }
    String may = text(remote, "SELECT has_database_privilege(current_database(), 'CREATE')");
    if ("t".equals(may)) return false;
    throw new SourceException(
        "there is no schema %2$s and the role %1$s may not create it; CREATE SCHEMA \"%2$s\" AUTHORIZATION \"%1$s\""
            .formatted(role, schema));
  }

  private void requireForeignName(
      Optional<Source> installed, SourceName name, SourceObjects objects) throws SQLException {
    if (installed.isPresent()) return;
    boolean isTaken =
        text(
                local,
                "SELECT to_regclass(%s)"
                    .formatted(Identifiers.literal(Identifiers.quoted(name.facts()))))
            != null;
    if (isTaken && name.connection().isPresent()) {
      throw new SourceException(
          "the table %s exists and belongs to no source".formatted(name.facts()));
    }
    boolean isOther =
        isTaken
            && text(
                    local,
                    "SELECT 1 FROM pg_attribute WHERE attname = 'change_id' AND attrelid = to_regclass(%s)"
                        .formatted(Identifiers.literal(Identifiers.quoted(name.facts()))))
                == null;
    if (isOther) {
      throw new SourceException(
          "the table %s exists and is no change table".formatted(objects.changes()));
    }
  }

  /**
   * Installs the source; the next reading counts its rows.
   *
   * @throws SourceException when the table stays locked
   */
  void install(Plan plan) throws SQLException {
    SourceName name = plan.table().name();
    if (name.connection().isEmpty()) {
      locks.run(
          local,
          name,
          () -> {
            for (String statement : plan.script()) execute(local, statement);
            Source.save(local, plan.table(), plan.objects());
          });
      return;
    }
    locks.run(
        remote,
        name,
        () -> {
          for (String statement : plan.script()) execute(remote, statement);
        });
    locks.run(
        local,
        name,
        () -> {
          for (String statement : facts(plan.table())) execute(local, statement);
          Source.save(local, plan.table(), plan.objects());
        });
  }

  /** The facts here of a source in another database: a table of the same shape. */
  static List<String> facts(SourceTable table) {
    String facts = table.name().facts();
    var script = new ArrayList<String>();
    script.add(
        """
        CREATE TABLE IF NOT EXISTS %s (
          change_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          sign smallint NOT NULL CHECK (sign IN (-1, 1)),
          tx xid8 NOT NULL DEFAULT pg_current_xact_id()
        ) WITH (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05)"""
            .formatted(Identifiers.quoted(facts)));
    for (SourceColumn column : table.columns()) {
      script.add(
          "ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s %s"
              .formatted(
                  Identifiers.quoted(facts), Identifiers.quoted(column.name()), column.type()));
    }
    script.add(
        "CREATE INDEX IF NOT EXISTS %s ON %s (tx)"
            .formatted(Identifiers.quoted(facts + "_tx"), Identifiers.quoted(facts)));
    return script;
  }

  /**
   * Adds triggers to partitions that have none.
   *
   * @return whether there were any
   */
  boolean adopt(Source source) throws SQLException {
    var structure =
        new SourceCatalog(remote)
            .structure(source.name(), source.oid(), source.columns(), source.objects());
    var without = structure.withoutTriggers();
    // The table itself without triggers: somebody has removed them, and knows why.
    if (without.isEmpty() || without.size() == structure.members().size()) return false;
    var table = new SourceTable(source.name(), source.oid(), source.columns(), without);
    var script =
        new SourceScript(table, source.objects()).triggers(without, LockRetry.LOCK_TIMEOUT);
    locks.run(
        remote,
        source.name(),
        () -> {
          for (String statement : script) execute(remote, statement);
        });
    return true;
  }

  /** The SQL that takes a source away from its database. */
  List<String> removal(Source source) throws SQLException {
    var structure =
        new SourceCatalog(remote)
            .structure(source.name(), source.oid(), List.of(), source.objects());
    var relations = structure.members().stream().map(SourceStructure.Member::relation).toList();
    return SourceScript.remove(relations, source.objects(), LockRetry.LOCK_TIMEOUT);
  }

  /** Removes a source: its triggers, functions and tables, there and here. */
  void remove(Source source) throws SQLException {
    List<String> script = source.readOnly() == null ? removal(source) : List.of();
    boolean isOwn = source.name().connection().isEmpty();
    locks.run(
        remote,
        source.name(),
        () -> {
          for (String statement : script) execute(remote, statement);
          if (isOwn) forget(source);
        });
    if (!isOwn) {
      locks.run(
          local,
          source.name(),
          () -> {
            execute(local, "DROP TABLE IF EXISTS " + source.facts());
            forget(source);
          });
    }
  }

  private void forget(Source source) throws SQLException {
    execute(local, "DELETE FROM source WHERE name = " + Identifiers.literal(source.name().key()));
  }
}
