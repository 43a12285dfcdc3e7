package dev.boardcast.database.backup;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.JdbcSession;
import dev.boardcast.spi.Json;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.postgresql.PGConnection;

/**
 * Writes all rows of Boardcast's schema to a file, as of one moment, while nodes go on: by COPY in
 * one repeatable-read transaction. Blocks for as long as reading everything takes.
 */
public final class Backup {
  private static final String SCHEMA_VERSION =
      "SELECT version FROM flyway_schema_history WHERE success AND version IS NOT NULL"
          + " ORDER BY installed_rank DESC LIMIT 1";
  private static final int ATTEMPTS = 5;

  private Backup() {}

  /**
   * What was written.
   *
   * @param tables with rows
   */
  public record Result(long tables, long rows, long bytes) {}

  /**
   * Writes a backup.
   *
   * @param file does not exist yet; it appears when it is whole, and only its owner can read it
   * @throws IOException when the file exists or cannot be written
   * @throws SQLException when the database cannot be read, or has no schema of Boardcast
   */
  public static Result write(DatabaseConfig config, Path file) throws IOException, SQLException {
    if (Files.exists(file)) throw new FileAlreadyExistsException(file.toString());
    Path target = file.toAbsolutePath();
    Path unfinished =
        Files.createTempFile(
            target.getParent(),
            target.getFileName().toString(),
            ".unfinished",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (var connection = JdbcSession.open(config, "boardcast backup")) {
      Result written;
      try (var out =
          new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(unfinished)))) {
        written = write(connection, out);
      }
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      return new Result(written.tables(), written.rows(), Files.size(target));
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private static Result write(Connection connection, ZipOutputStream out)
      throws IOException, SQLException {
    var catalog = new TableCatalog(connection);
    List<TableCatalog.Found> tables = begin(connection, catalog);
    String migration = catalog.column(SCHEMA_VERSION + " OFFSET ?::int", "0").get(0);
    var copy = connection.unwrap(PGConnection.class).getCopyAPI();
    var written = new ArrayList<BackupManifest.Table>();
    for (TableCatalog.Found found : tables) {
      boolean hasRows = !found.isPartitioned() && !TableCatalog.WITHOUT_ROWS.contains(found.name());
      var table =
          new BackupManifest.Table(
              found.name(),
              hasRows ? catalog.columns(found.name()) : List.of(),
              0,
              catalog.definition(found));
      long rows = 0;
      if (!table.columns().isEmpty()) {
        out.putNextEntry(new ZipEntry(table.entry()));
        rows = copy.copyOut(copyOut(table), open(out));
        out.closeEntry();
      }
      written.add(
          new BackupManifest.Table(table.name(), table.columns(), rows, table.definition()));
    }
    var manifest =
        new BackupManifest(
            BackupManifest.FORMAT,
            Instant.now(),
            connection.getMetaData().getDatabaseProductVersion(),
            migration,
            catalog.histories(),
            written,
            catalog.sequences());
    out.putNextEntry(new ZipEntry(BackupManifest.ENTRY));
    out.write(Json.encode(manifest).getBytes(StandardCharsets.UTF_8));
    out.closeEntry();
    connection.rollback();
    return new Result(
        written.stream().filter(table -> table.rows() > 0).count(),
        written.stream().mapToLong(BackupManifest.Table::rows).sum(),
        0);
  }

  private static String copyOut(BackupManifest.Table table) {
    return "COPY %s (%s) TO STDOUT"
        .formatted(TableCatalog.quoted(table.name()), table.columnList());
  }

  /** Begins a transaction in which every table is there until its end: retention drops some. */
  private static List<TableCatalog.Found> begin(Connection connection, TableCatalog catalog)
      throws SQLException {
    connection.setAutoCommit(false);
    for (int attempt = 1; ; attempt++) {
      try (var statement = connection.createStatement()) {
        statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
        statement.execute("SET LOCAL statement_timeout = 0");
        statement.execute("SET LOCAL lock_timeout = '10s'");
        if (catalog.histories().isEmpty()) {
          throw new IllegalStateException("the database has no schema of Boardcast");
        }
        List<TableCatalog.Found> tables = catalog.tables();
        for (TableCatalog.Found table : tables) {
          statement.execute(
              "LOCK TABLE ONLY " + TableCatalog.quoted(table.name()) + " IN ACCESS SHARE MODE");
        }
        return tables;
      } catch (SQLException dropped) {
        connection.rollback();
        if (attempt == ATTEMPTS) throw dropped;
      }
    }
  }

  /** A stream that does not close what it writes to. */
  private static OutputStream open(OutputStream out) {
    return new java.io.FilterOutputStream(out) {
      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        out.write(bytes, from, length);
      }

      @Override
      public void close() throws IOException {
        flush();
      }
    };
  }
}
