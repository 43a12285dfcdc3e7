package dev.boardcast.sources;

import dev.boardcast.database.DatabaseConfig;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What commands do with sources, told on a writer. Every call blocks. */
public final class SourceAdmin {
  private static final int LOCK_ATTEMPTS = 30;
  private static final int PERCENT = 100;
  private static final String UNDEFINED_TABLE = "42P01";

  private final SourceConnections connections;
  private final SourceConfig config;
  private final PrintWriter out;

  public SourceAdmin(DatabaseConfig database, SourceConfig config, PrintWriter out) {
    connections = new SourceConnections(database, config);
    this.config = config;
    this.out = out;
  }

  /**
   * Shows the SQL of an installation and, unless it is to be shown only, installs the source and
   * counts its rows.
   *
   * @param schema of the change table in another database
   * @throws SourceException when the table cannot be a source; then nothing has changed
   */
  public void install(SourceName name, List<String> columns, String schema, boolean isShownOnly)
      throws SQLException {
    connect(
        name,
        (local, remote) -> {
          var installer = new SourceInstaller(local, remote, LOCK_ATTEMPTS, config.maxChanges());
          var plan = installer.plan(name, columns, schema, isShownOnly);
          if (plan.script().isEmpty()) out.println("-- everything is in place");
          else show(plan.script());
          if (isShownOnly) return;
          installer.install(plan);
          out.printf("-- installed; the rows of %s are counted%n", name.relation());
          out.flush();
          count(name, local, remote);
        });
  }

  /**
   * Makes a table or view a source that is only read, and reads its rows.
   *
   * @throws SourceException when it cannot be read so; then nothing has changed
   */
  public void install(SourceName name, List<String> columns, ReadOnly asked) throws SQLException {
    connect(
        name,
        (local, remote) -> {
          new ReadOnlyInstaller(local, remote, LOCK_ATTEMPTS).install(name, columns, asked);
          out.printf("-- nothing changes in the database of %s%n", name.key());
          out.flush();
          read(name, local, remote);
        });
  }

  /** Reads until the rows of this moment are facts. */
  private void read(SourceName name, Connection local, Connection remote) throws SQLException {
    var sync = new ReadOnlySync(local, remote, SyncProgress.NONE);
    boolean hasMore = true;
    while (hasMore) {
      SyncResult result = sync.run(name, false);
      if (result.isBusy()) {
        out.println("-- a node reads them");
        out.flush();
        return;
      }
      hasMore = result.hasMore();
      Source now = Source.find(local, name).orElseThrow();
      if (now.problem() != null) throw new SourceException(now.problem());
      String asOf = "SELECT as_of FROM source WHERE name = " + Identifiers.literal(name.key());
      out.printf("-- rows up to %s are read%n", SyncStatements.text(local, asOf));
      out.flush();
    }
    out.printf("-- they are facts in the table %s, which boards read%n", name.facts());
    out.flush();
  }

  /**
   * The columns that a table could have as a source, with the SQL types that keep them, in the
   * order of the table.
   *
   * @param isOnlyRead whether it is to be read by SELECT alone, as a view can be
   * @throws SourceException when the table cannot be a source
   */
  public Map<String, String> columns(SourceName name, boolean isOnlyRead) throws SQLException {
    var columns = new LinkedHashMap<String, String>();
    connect(
        name,
        (local, remote) -> {
          var catalog = new SourceCatalog(remote);
          var found = isOnlyRead ? catalog.usableToRead(name) : catalog.usable(name);
          for (SourceColumn each : found) {
            columns.put(each.name(), each.type());
          }
        });
    return columns;
  }

  private void count(SourceName name, Connection local, Connection remote) throws SQLException {
    var progress = new PrintedProgress();
    var result =
        name.connection().isEmpty()
            ? new OwnSync(local, progress).run(name, false)
            : new RemoteSync(local, remote, progress).run(name, false);
    if (result.isBusy()) {
      out.println("-- a node counts them");
    } else {
      out.printf(
          "-- %d facts in the table %s, which boards read%n",
          Math.max(0, result.corrected()), name.facts());
    }
    out.flush();
  }

  /**
   * Shows the SQL of a removal and, unless it is to be shown only, removes the source with its
   * facts.
   *
   * @throws SourceException when there is no such source
   */
  public void remove(SourceName name, boolean isShownOnly) throws SQLException {
    connect(
        name,
        (local, remote) -> {
          Source source =
              Source.find(local, name)
                  .orElseThrow(
                      () ->
                          new SourceException(
                              name.key() + " is not a source, expected one that is installed"));
          var installer = new SourceInstaller(local, remote, LOCK_ATTEMPTS);
          if (source.readOnly() == null) show(installer.removal(source));
          if (isShownOnly) return;
          installer.remove(source);
          out.printf("-- %s is not a source any more%n", name.key());
          out.flush();
        });
  }

  /** Lists the installed sources, one a line. */
  public void list() throws SQLException {
    try (var local = connections.local()) {
      for (Source source : all(local)) {
        out.printf(
            "%s  by %s  facts %s  columns %s  counted %s  drift %d%s%s%n",
            source.name().key(),
            source.readOnly() == null ? "triggers" : source.readOnly().mode(),
            source.name().facts(),
            String.join(",", source.columns().stream().map(SourceColumn::name).toList()),
            source.countedAt() == null ? "never" : source.countedAt(),
            source.drift(),
            source.driftCause() == null ? "" : "  (" + source.driftCause() + ")",
            source.problem() == null ? "" : "  STOPPED: " + source.problem());
      }
      out.flush();
    }
  }

  private interface Work {
    void run(Connection local, Connection remote) throws SQLException;
  }

  private void connect(SourceName name, Work work) throws SQLException {
    connections.require(name.connection());
    try (var local = connections.local()) {
      all(local);
      if (name.connection().isEmpty()) {
        work.run(local, local);
        return;
      }
      try (var remote = connections.remote(name.connection().get())) {
        work.run(local, remote);
      }
    }
  }

  private static List<Source> all(Connection local) throws SQLException {
    try {
      return Source.all(local);
    } catch (SQLException failure) {
      if (!UNDEFINED_TABLE.equals(failure.getSQLState())) throw failure;
      throw new SourceException(
          "the database of pg has no table for sources; start a node of this release once");
    }
  }

  private void show(List<String> script) {
    out.println("BEGIN;");
    for (String statement : script) out.println(statement + ";");
    out.println("COMMIT;");
    out.flush();
  }

  private final class PrintedProgress implements SyncProgress {
    private int told;

    @Override
    public void read(long read, long all) {
      if (all <= 0) return;
      int percent = (int) Math.min(PERCENT, PERCENT * read / all);
      if (percent < told + 5) return;
      told = percent;
      out.printf("-- %d %%%n", percent);
      out.flush();
    }
  }
}
