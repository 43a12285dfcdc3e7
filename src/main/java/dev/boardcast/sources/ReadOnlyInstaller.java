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
      INSERT INTO source (name, connection, relation_schema, relation, relation_oid, facts,
                          object_schema, columns, recount_requested, mode, watermark_column,
                          key_column, lag_ms, every_ms)
      VALUES (?, ?, ?, ?, ?, ?, '', ?::jsonb, false, ?, ?, ?, ?, ?)
      ON CONFLICT (name) DO UPDATE
        SET relation_oid = excluded.relation_oid, columns = excluded.columns,
            recount_requested = true, problem = NULL, lag_ms = excluded.lag_ms,
            every_ms = excluded.every_ms""";

  private final Connection local;
  private final Connection remote;
  private final LockRetry locks;

  /**
   * @param local to Boardcast's database
   * @param remote to the source's database
   * @param attempts how often a lock is tried for
   */
  ReadOnlyInstaller(Connection local, Connection remote, int attempts) {
    this.local = local;
    this.remote = remote;
    locks = new LockRetry(attempts);
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
      throw new SourceException(
          name.key() + " is a source with triggers; source remove it, and install it again");
    }
    ReadOnly how = withKey(name, asked, installed.flatMap(source -> source.readOnly().key()));
    if (installed.isPresent()) requireSameReading(name, installed.get().readOnly(), how);
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
    locks.run(local, name, () -> save(installed, table, how));
    return how;
  }

  /**
   * The facts are those of rows that were told apart by a key and read up to a watermark: by others
   * they would be counted a second time.
   */
  private static void requireSameReading(SourceName name, ReadOnly is, ReadOnly asked) {
    if (is.watermark().equals(asked.watermark()) && is.key().equals(asked.key())) return;
    throw new SourceException(
        "%s is read %s, expected the same, not %s; source remove it, and install it again"
            .formatted(name.key(), how(is), how(asked)));
  }

  private static String how(ReadOnly reading) {
    return reading
        .watermark()
        .map(column -> "by the watermark %s and the key %s".formatted(column, reading.key().get()))
        .orElse("on a clock");
  }

  /** The same with the key that is known, or else the primary key, where it needs one. */
  private ReadOnly withKey(SourceName name, ReadOnly asked, Optional<String> known)
      throws SQLException {
    if (asked.watermark().isEmpty() || asked.key().isPresent()) return asked;
    var key = known.isPresent() ? known : primaryKey(name);
    return new ReadOnly(asked.watermark(), key, asked.lag(), asked.every());
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
    String role = Identifiers.quoted(text(remote, "SELECT current_user"));
    // Not off, the security of rows would hide them without a word.
    execute(remote, "BEGIN READ ONLY; SET LOCAL row_security = off");
    try {
      text(remote, "SELECT %s FROM %s LIMIT 0".formatted(columns, relation));
    } catch (SQLException refused) {
      throw new SourceException(
          "%s; GRANT SELECT ON %s TO %s, from which no row level security may hide rows"
              .formatted(ReadOnlySync.unreadable(table.name(), refused), relation, role));
    } finally {
      execute(remote, "ROLLBACK");
    }
  }

  private void requireFreeName(Optional<Source> installed, SourceName name) throws SQLException {
    String facts = Identifiers.literal(Identifiers.quoted(name.facts()));
    if (installed.isPresent() || text(local, "SELECT to_regclass(" + facts + ")") == null) return;
    throw new SourceException(
        "the table %s exists and belongs to no source".formatted(name.facts()));
  }

  /** The row of the source is locked first, as readings do, which then write facts. */
  private void save(Optional<Source> installed, SourceTable table, ReadOnly how)
      throws SQLException {
    SourceName name = table.name();
    execute(local, "SET LOCAL lock_timeout = '%d ms'".formatted(LockRetry.LOCK_TIMEOUT.toMillis()));
    requireUnchanged(name, installed);
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
  }

  private void requireUnchanged(SourceName name, Optional<Source> installed) throws SQLException {
    execute(
        local,
        "SELECT FROM source WHERE name = %s FOR NO KEY UPDATE"
            .formatted(Identifiers.literal(name.key())));
    Optional<Source> now = Source.find(local, name);
    boolean isSame =
        now.map(Source::columns).equals(installed.map(Source::columns))
            && now.map(Source::readOnly).equals(installed.map(Source::readOnly));
    if (isSame) return;
    throw new SourceException(
        name.key() + " was installed or removed by somebody else meanwhile; try again");
  }
}
