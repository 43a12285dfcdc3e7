package dev.boardcast.database.backup;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.JdbcSession;
import dev.boardcast.database.Migrations;
import dev.boardcast.spi.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.postgresql.PGConnection;

/**
 * Fills an empty schema from a file of {@link Backup}, on any server, in one transaction. The logs
 * get a new epoch, so that clients learn that what they have seen later is not there; boards are
 * counted again from all facts. Blocks for as long as that takes.
 */
public final class Restore {
  private static final String USER_TRIGGERS =
      """
      SELECT DISTINCT t.tgrelid::regclass::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
      WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal
        AND c.relkind = 'r' AND t.tgparentid = 0 AND ? <> ''""";

  private static final String SEALS = "SELECT oid::text FROM pg_class WHERE oid = to_regclass(?)";

  private final BackupManifest manifest;
  private final ZipFile file;

  private Restore(BackupManifest manifest, ZipFile file) {
    this.manifest = manifest;
    this.file = file;
  }

  /**
   * Restores a backup.
   *
   * @param folders of the migrations of board modules
   * @return how many rows
   * @throws IOException when the file is no whole backup
   * @throws IllegalStateException when the schema is not empty, or the backup cannot be used by
   *     this release
   * @throws SQLException when the database cannot be written; nothing has been restored then
   */
  public static long read(DatabaseConfig config, List<String> folders, Path from)
      throws IOException, SQLException {
    try (var file = new ZipFile(from.toFile())) {
      var entry = file.getEntry(BackupManifest.ENTRY);
      if (entry == null) throw new ZipException("it has no " + BackupManifest.ENTRY);
      BackupManifest manifest;
      try (var in = file.getInputStream(entry)) {
        manifest = Json.MAPPER.readValue(in, BackupManifest.class);
      }
      if (manifest.format() != BackupManifest.FORMAT) {
        throw new IllegalStateException(
            "the backup has format %d, this release reads %d"
                .formatted(manifest.format(), BackupManifest.FORMAT));
      }
      return new Restore(manifest, file).into(config, folders);
    }
  }

  private long into(DatabaseConfig config, List<String> folders) throws IOException, SQLException {
    try (var connection = JdbcSession.open(config, "boardcast restore")) {
      requireEmpty(connection);
    }
    Migrations.applyUpTo(config, manifest.migration(), folders);
    long rows;
    try (var connection = JdbcSession.open(config, "boardcast restore")) {
      connection.setAutoCommit(false);
      try (var statement = connection.createStatement()) {
        statement.execute("SET LOCAL statement_timeout = 0");
      }
      rows = fill(connection);
      connection.commit();
    }
    Migrations.applyNow(config, folders);
    return rows;
  }

  private static void requireEmpty(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var found =
            statement.executeQuery(
                "SELECT current_schema(), count(c.oid) FROM pg_class c WHERE c.relkind IN ('r', 'p')"
                    + " AND c.relnamespace = current_schema()::regnamespace")) {
      found.next();
      if (found.getLong(2) == 0) return;
      throw new IllegalStateException(
          "schema %s has %d tables already; restore into an empty database, or drop that schema"
              .formatted(found.getString(1), found.getLong(2)));
    }
  }

  private long fill(Connection connection) throws IOException, SQLException {
    var catalog = new TableCatalog(connection);
    var missing = new HashSet<>(manifest.histories());
    missing.removeAll(catalog.histories());
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "the backup has tables of boards that are not here: " + missing);
    }
    var present =
        catalog.tables().stream().map(TableCatalog.Found::name).collect(Collectors.toSet());
    requireUnused(connection);
    empty(connection, present);
    List<String> triggered = catalog.column(USER_TRIGGERS, "all");
    for (String table : triggered)
      run(connection, "ALTER TABLE " + table + " DISABLE TRIGGER USER");
    for (BackupManifest.Table table : manifest.tables()) {
      if (present.contains(table.name())) continue;
      for (String statement : table.definition()) run(connection, statement);
    }
    long rows = 0;
    for (BackupManifest.Table table : manifest.tables()) rows += copy(connection, table);
    for (String table : triggered) run(connection, "ALTER TABLE " + table + " ENABLE TRIGGER USER");
    setSequences(connection);
    // The triggers that refuse facts whose first rows were dropped; none before V063.
    if (!catalog.column(SEALS, "fact_seal").isEmpty()) {
      run(connection, "DO $$ BEGIN PERFORM guard_facts(facts, time) FROM fact_seal; END $$");
    }
    run(connection, "UPDATE event_shard SET epoch = substr(md5(gen_random_uuid()::text), 1, 8)");
    return rows;
  }

  /**
   * The schema was empty before it was migrated. A node that has started since has a row here for
   * an hour, and one that starts now waits for the lock; what it has written must not be emptied.
   */
  private static void requireUnused(Connection connection) throws SQLException {
    run(connection, "LOCK TABLE node_heartbeat IN EXCLUSIVE MODE");
    try (var statement = connection.createStatement();
        var found = statement.executeQuery("SELECT count(*) FROM node_heartbeat")) {
      found.next();
      if (found.getLong(1) == 0) return;
      throw new IllegalStateException(
          "a node has used this database since: stop all nodes, drop the schema, and restore again");
    }
  }

  /** Migrations insert the first rows of some tables. */
  private static void empty(Connection connection, Set<String> present) throws SQLException {
    String tables =
        present.stream()
            .filter(name -> !TableCatalog.WITHOUT_ROWS.contains(name))
            .map(TableCatalog::quoted)
            .collect(Collectors.joining(", "));
    run(connection, "TRUNCATE " + tables);
  }

  private long copy(Connection connection, BackupManifest.Table table)
      throws IOException, SQLException {
    if (table.columns().isEmpty()) return 0;
    var entry = file.getEntry(table.entry());
    if (entry == null) throw new ZipException("it has no rows of table " + table.name());
    var copy = connection.unwrap(PGConnection.class).getCopyAPI();
    try (var in = file.getInputStream(entry)) {
      String into =
          "COPY %s (%s) FROM STDIN"
              .formatted(TableCatalog.quoted(table.name()), table.columnList());
      long rows = copy.copyIn(into, in);
      if (rows != table.rows()) {
        throw new ZipException(
            "table %s has %d rows, not %d".formatted(table.name(), rows, table.rows()));
      }
      return rows;
    }
  }

  private void setSequences(Connection connection) throws SQLException {
    try (var set =
        connection.prepareStatement(
            "SELECT setval(to_regclass(quote_ident(?)), ?, ?)"
                + " WHERE to_regclass(quote_ident(?)) IS NOT NULL")) {
      for (BackupManifest.Sequence sequence : manifest.sequences()) {
        set.setString(1, sequence.name());
        set.setLong(2, sequence.last());
        set.setBoolean(3, sequence.isCalled());
        set.setString(4, sequence.name());
        set.execute();
      }
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
