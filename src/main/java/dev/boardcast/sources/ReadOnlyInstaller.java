package dev.boardcast.sources;

import static dev.boardcast.sources.SyncStatements.execute;
import static dev.boardcast.sources.SyncStatements.text;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes a table or view a source with the right to SELECT alone: nothing is changed in its
 * database. Everything is checked first. Blocking.
 */
final class ReadOnlyInstaller {
  /** Columns that readings add to rows. */
  private static final Set<String> RESERVED = Set.of("_mark", "_key", "_later", "_place");

  private static final String PRIMARY_KEY =
      """
      SELECT a.attname FROM pg_index i
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
      WHERE i.indrelid = %d AND i.indisprimary AND i.indnkeyatts = 1""";
  private static final String IS_KEY =
      """
      SELECT c.relkind NOT IN ('r', 'p') OR a.attnotnull AND EXISTS (
               SELECT FROM pg_index i
               WHERE i.indrelid = c.oid AND i.indisunique AND i.indimmediate AND i.indpred IS NULL
                 AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum)
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = %s
      WHERE c.oid = %d""";
  private static final String SAVE =
      """
      INSERT INTO source AS s (name, connection, relation_schema, relation, relation_oid, facts,
                               object_schema, columns, recount_requested, mode, watermark_column,
                               key_column, lag_ms, every_ms)
      VALUES (?, ?, ?, ?, ?, ?, '', ?::jsonb, false, ?, ?, ?, ?, ?)
      ON CONFLICT (name) DO UPDATE
        SET relation_oid = excluded.relation_oid, columns = excluded.columns,
            recount_requested = true, problem = NULL, mode = excluded.mode,
            watermark_column = excluded.watermark_column, key_column = excluded.key_column,
            lag_ms = excluded.lag_ms, every_ms = excluded.every_ms,
            read_to = CASE WHEN s.watermark_column = excluded.watermark_column
                                AND s.key_column = excluded.key_column THEN s.read_to END""";

  private final Connection local;
  private final Connection remote;

  ReadOnlyInstaller(Connection local, Connection remote) {
    this.local = local;
    this.remote = remote;
  }

  /**
   * Checks and stores a source; the next reading reads its rows.
   *
   * @return how it is read, with the key that was found
   * @throws SourceException when it cannot be read so; then nothing has changed
   */
  ReadOnly install(SourceName name, List<String> columns, ReadOnly asked) throws SQLException {
    if (name.connection().isEmpty()) {
      throw new SourceException(
          "--connection is missing: a source that is only read has a connection, whose user may SELECT");
    }
    var installed = Source.find(local, name);
    if (installed.isPresent() && installed.get().readOnly() == null) {
      throw new SourceException(name.key() + " is a source with triggers; remove it first");
    }
    ReadOnly how = asked;
    if (asked.watermark().isPresent() && asked.key().isEmpty()) {
      how = new ReadOnly(asked.watermark(), primaryKey(name), asked.lag(), asked.every());
    }
    var wanted = new LinkedHashSet<String>();
    installed.ifPresent(source -> source.columns().forEach(each -> wanted.add(each.name())));
    wanted.addAll(columns);
    how.watermark().ifPresent(wanted::add);
    how.key().ifPresent(wanted::add);
    for (String each : wanted) {
      if (RESERVED.contains(each)) {
        throw new SourceException(
            "column %s of %s has a name that readings use".formatted(each, name.relation()));
      }
    }
    var table = new SourceCatalog(remote).readable(name, List.copyOf(wanted));
    installed.ifPresent(source -> SourceInstaller.requireSameTypes(source, table));
    if (how.watermark().isPresent()) requireOrder(table, how);
    requireRight(table);
    requireFreeName(installed, name);
    save(table, how);
    return how;
  }

  private Optional<String> primaryKey(SourceName name) throws SQLException {
    long oid = new SourceCatalog(remote).readable(name).oid();
    String key = text(remote, PRIMARY_KEY.formatted(oid));
    if (key != null) return Optional.of(key);
    throw new SourceException(
        "%s has no primary key of one column, expected --key with a column that is unique and NOT NULL"
            .formatted(name.relation()));
  }

  private void requireOrder(SourceTable table, ReadOnly how) throws SQLException {
    String watermark = how.watermark().orElseThrow();
    for (SourceColumn column : table.columns()) {
      if (!column.name().equals(watermark) || column.type().equals("timestamptz")) continue;
      throw new SourceException(
          "column %s of %s has the type %s, expected timestamptz: a watermark is a time"
              .formatted(watermark, table.name().relation(), column.type()));
    }
    String key = how.key().orElseThrow();
    String isKey = text(remote, IS_KEY.formatted(Identifiers.literal(key), table.oid()));
    if ("t".equals(isKey)) return;
    throw new SourceException(
        "column %s of %s is no key, expected a column that is NOT NULL and has a unique index"
            .formatted(key, table.name().relation()));
  }

  private void requireRight(SourceTable table) throws SQLException {
    String columns = Identifiers.list(table.columns().stream().map(SourceColumn::name).toList());
    String relation = Identifiers.quoted(table.name().schema(), table.name().table());
    try {
      text(remote, "SELECT %s FROM %s LIMIT 0".formatted(columns, relation));
    } catch (SQLException refused) {
      throw new SourceException(
          "%s cannot be read: %s; GRANT SELECT ON %s TO %s"
              .formatted(
                  table.name().relation(),
                  refused.getMessage(),
                  relation,
                  Identifiers.quoted(text(remote, "SELECT current_user"))));
    }
  }

  private void requireFreeName(Optional<Source> installed, SourceName name) throws SQLException {
    String facts = Identifiers.literal(Identifiers.quoted(name.facts()));
    if (installed.isPresent() || text(local, "SELECT to_regclass(" + facts + ")") == null) return;
    throw new SourceException(
        "the table %s exists and belongs to no source".formatted(name.facts()));
  }

  private void save(SourceTable table, ReadOnly how) throws SQLException {
    SourceName name = table.name();
    execute(local, "BEGIN");
    try {
      for (String statement : SourceInstaller.facts(table)) execute(local, statement);
      if (how.key().isPresent()) {
        execute(
            local,
            "CREATE INDEX IF NOT EXISTS %s ON %s (%s)"
                .formatted(
                    Identifiers.quoted(name.facts() + "_key"),
                    Identifiers.quoted(name.facts()),
                    Identifiers.quoted(how.key().get())));
      }
      try (var insert = local.prepareStatement(SAVE)) {
        insert.setString(1, name.key());
        insert.setString(2, name.connection().orElse(null));
        insert.setString(3, name.schema());
        insert.setString(4, name.table());
        insert.setLong(5, table.oid());
        insert.setString(6, name.facts());
        insert.setString(7, SourceColumn.json(table.columns()));
        insert.setString(8, how.mode());
        insert.setString(9, how.watermark().orElse(null));
        insert.setString(10, how.key().orElse(null));
        insert.setLong(11, how.lag().toMillis());
        insert.setLong(12, how.every().toMillis());
        insert.executeUpdate();
      }
      execute(local, "COMMIT");
    } catch (SQLException failure) {
      SyncStatements.rollback(local, failure);
      throw failure;
    }
  }
}
