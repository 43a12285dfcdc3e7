package dev.boardcast.sources;

import java.sql.Connection;
import java.sql.SQLException;

/** The statements that readings of sources share. */
final class SyncStatements {
  private static final String COUNTED =
      """
      UPDATE source SET structure = ?, origin = ?, watermark = ?::pg_snapshot,
             recount_requested = false, counted_at = clock_timestamp(), drift = ?, drift_cause = ?,
             problem = NULL
      WHERE name = ?""";
  private static final String PROBLEM =
      "UPDATE source SET problem = ? WHERE name = ? AND problem IS DISTINCT FROM ?";
  private static final String MOVED = "UPDATE source SET watermark = ?::pg_snapshot WHERE name = ?";

  private static final String MAY_IDENTIFY =
      "SELECT has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')";
  private static final String TIMELINE =
      "substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) || '/' || current_database()";

  /** Of a transaction that reads rows: PostgreSQL refuses what row level security would hide. */
  static final String NO_ROW_SECURITY = "SET LOCAL row_security = off";

  private static final String NO_RIGHT = "42501";
  private static final String SINCE = " since ";
  private static final String BEHIND = "behind ";
  private static final String RESTARTED = "the server was restarted";
  private static final String RESTORED = "the server was restored or replaced";

  private SyncStatements() {}

  /** Whether the server has refused a query because it may not return all rows. */
  static boolean hidesRows(Exception failure) {
    return failure instanceof SQLException sql
        && NO_RIGHT.equals(sql.getSQLState())
        && failure.getMessage().contains("row-level security");
  }

  /** Why the rows of a source cannot be counted. */
  static String hidden(SourceName name, Exception refused) {
    return "row level security hides rows of %s from the role that reads it, expected its owner or a role with BYPASSRLS: %s"
        .formatted(name.relation(), refused.getMessage());
  }

  /**
   * Which server this is, its timeline and database: transaction ids have the same meaning as long
   * as this is the same. Without the right to read the server's identifier, the others alone.
   */
  static String origin(Connection connection) throws SQLException {
    boolean mayIdentify = "t".equals(text(connection, MAY_IDENTIFY));
    String server =
        mayIdentify ? "(SELECT system_identifier::text FROM pg_control_system())" : "'unknown'";
    return text(connection, "SELECT " + server + " || '/' || " + TIMELINE);
  }

  /** The same of the server of a source, and since when it runs: it may be restored while not. */
  static String originOfServer(Connection remote) throws SQLException {
    String since = "SELECT extract(epoch FROM pg_postmaster_start_time())::bigint";
    return origin(remote) + SINCE + text(remote, since);
  }

  /**
   * The same, compared with what was read. Transaction ids have lost their meaning as well where
   * the next one is before those that were read: a copy of an earlier state runs in its place.
   */
  static String origin(Connection remote, Source source) throws SQLException {
    String origin = originOfServer(remote);
    if (source.watermark() == null) return origin;
    String isBehind =
        "SELECT pg_snapshot_xmax(pg_current_snapshot()) < pg_snapshot_xmax(%s::pg_snapshot)"
            .formatted(Identifiers.literal(source.watermark()));
    return "t".equals(text(remote, isBehind)) ? BEHIND + origin : origin;
  }

  /** Why an origin differs from that of the last count; null if it does not. */
  private static String replacement(Source source, String origin) {
    String before = source.origin();
    if (before.equals(origin)) return null;
    if (before.equals(RESTARTED) || before.equals(RESTORED)) return before;
    return before.split(SINCE, -1)[0].equals(origin.split(SINCE, -1)[0]) ? RESTARTED : RESTORED;
  }

  /** Stores that ids of transactions have lost their meaning, until all rows are counted. */
  static void replaced(Connection local, Source source, String origin) throws SQLException {
    try (var update = local.prepareStatement("UPDATE source SET origin = ? WHERE name = ?")) {
      update.setString(1, replacement(source, origin));
      update.setString(2, source.name().key());
      update.executeUpdate();
    }
  }

  /** The first value of the first row; null without a row. */
  static String text(Connection connection, String query) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(query)) {
      return row.next() ? row.getString(1) : null;
    }
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Rolls back after a failure, which stays the one that is reported. */
  static void rollback(Connection connection, Exception failure) {
    try {
      if (!connection.isClosed()) execute(connection, "ROLLBACK");
    } catch (SQLException second) {
      failure.addSuppressed(second);
    }
  }

  /** Stores the result of a count of all rows. */
  static void counted(
      Connection local,
      Source source,
      SourceStructure structure,
      String origin,
      String watermark,
      long drift,
      String cause)
      throws SQLException {
    try (var update = local.prepareStatement(COUNTED)) {
      update.setString(1, structure.text());
      update.setString(2, origin);
      update.setString(3, watermark);
      update.setLong(4, drift);
      update.setString(5, cause);
      update.setString(6, source.name().key());
      update.executeUpdate();
    }
  }

  /** Stores up to where changes are in the facts. */
  static void moved(Connection local, Source source, String watermark) throws SQLException {
    try (var update = local.prepareStatement(MOVED)) {
      update.setString(1, watermark);
      update.setString(2, source.name().key());
      update.executeUpdate();
    }
  }

  /** Stores why the table is no source any more. */
  static void problem(Connection local, Source source, String problem) throws SQLException {
    try (var update = local.prepareStatement(PROBLEM)) {
      update.setString(1, problem);
      update.setString(2, source.name().key());
      update.setString(3, problem);
      update.executeUpdate();
    }
  }

  /**
   * Adds the facts by which the facts differ from the rows of a relation, counted as multisets.
   *
   * @param rows a subquery that selects the columns of the source
   * @return how many were added
   */
  static long correct(Connection local, Source source, String rows) throws SQLException {
    return correct(local, source, rows, "SELECT * FROM " + source.facts());
  }

  /**
   * The same with some of the facts.
   *
   * @param facts a subquery that selects sign and the columns of the source
   */
  static long correct(Connection local, Source source, String rows, String facts)
      throws SQLException {
    String sql =
        SignedDifference.insert(
            source.facts(),
            source.columns().stream().map(SourceColumn::name).toList(),
            "SELECT 1, %s FROM (%s) AS counted".formatted(source.names(), rows),
            "SELECT -sign, %s FROM (%s) AS known".formatted(source.names(), facts));
    try (var statement = local.createStatement()) {
      return statement.executeLargeUpdate(sql);
    }
  }

  /** Why all rows have to be counted; null if they need not. */
  static String reason(
      Source source, SourceStructure structure, String origin, String marker, boolean isDue) {
    if (source.structure().isEmpty() || source.origin() == null) return "the source is new";
    String replacement = replacement(source, origin);
    if (replacement != null) return replacement;
    if (source.problem() != null) return "the table is a source again";
    if (marker != null) return marker;
    String changed = structure.difference(source.structure());
    if (changed != null) return changed;
    if (source.isRecountRequested()) return "the source was installed again";
    return isDue ? DUE : null;
  }

  /** The reason of a scheduled count. */
  static final String DUE = "scheduled";

  /** What a difference that a scheduled count finds comes from. */
  static String cause(Connection remote, Source source, SourceStructure structure)
      throws SQLException {
    if (structure.gap().isPresent()) return structure.gap().get();
    String subscribed =
        "SELECT EXISTS (SELECT FROM pg_subscription_rel WHERE srrelid = ANY (ARRAY["
            + structure.members().stream()
                .map(each -> Long.toString(each.relation().oid()))
                .reduce((one, other) -> one + ", " + other)
                .orElse("0")
            + "]::oid[]))";
    try (var statement = remote.createStatement();
        var row = statement.executeQuery(subscribed)) {
      row.next();
      return row.getBoolean(1)
          ? "logical replication applies changes to %s, which passes statement triggers"
              .formatted(source.name().relation())
          : "writes have passed the triggers, while these were disabled or removed";
    }
  }
}
