package dev.boardcast.sources;

import static dev.boardcast.sources.SyncStatements.execute;
import static dev.boardcast.sources.SyncStatements.text;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Bounds the changes that wait in the database of a source while no node reads them.
 *
 * <ul>
 *   <li>Triggers write changes until their ids reach the limit, which a node raises as it reads.
 *       Then they leave one marker and nothing else.
 *   <li>Ids and limit are sequences: writers see them as they are, whatever their snapshot.
 *   <li>All rows are counted after the limit was raised and every transaction that may have left
 *       out changes has ended. Its id was assigned by then, so a snapshot tells.
 * </ul>
 *
 * Blocking.
 */
final class ChangeLimit {
  /** The kind of the marker that triggers leave. */
  static final String REACHED = "more changes have waited than source-max-changes";

  private static final String BEFORE = REACHED + " before ";
  private static final String RAISE =
      """
      SELECT c.last_value > l.last_value
      FROM (SELECT last_value FROM %1$s) AS c, (SELECT last_value FROM %2$s) AS l,
           LATERAL (SELECT CASE WHEN l.last_value < c.last_value + %3$d
                                THEN setval(%4$s, c.last_value + %5$d) END) AS raised (to_value)
      WHERE raised.to_value IS NOT NULL""";

  private ChangeLimit() {}

  /** SQL that allows so many changes from now on. */
  static String set(SourceObjects objects, long maxChanges) {
    return "SELECT setval(%s, last_value + %d) FROM %s"
        .formatted(
            Identifiers.literal(objects.quotedLimit()), maxChanges, objects.quotedChangeIds());
  }

  /**
   * Raises the limit after changes were read. Not in a transaction: what it does is seen at once.
   *
   * @return false where the role of the connection has no right to
   */
  static boolean raise(Connection connection, SourceObjects objects, long maxChanges)
      throws SQLException {
    // Null where an earlier release has installed the source.
    String may =
        "SELECT has_sequence_privilege(to_regclass(%s), 'UPDATE')"
            .formatted(Identifiers.literal(objects.quotedLimit()));
    String mayRaise = text(connection, may);
    if (!"t".equals(mayRaise)) return mayRaise == null;
    String wasReached =
        text(
            connection,
            RAISE.formatted(
                objects.quotedChangeIds(),
                objects.quotedLimit(),
                maxChanges - maxChanges / 10,
                Identifiers.literal(objects.quotedLimit()),
                maxChanges));
    String until = "%s || pg_snapshot_xmax(pg_current_snapshot())".formatted(literalBefore());
    if ("t".equals(wasReached)) {
      execute(
          connection, "INSERT INTO %s (kind) SELECT %s".formatted(objects.quotedMarkers(), until));
    }
    if (wasReached == null && !hasMarker(connection, objects)) return true;
    execute(
        connection,
        "UPDATE %s SET kind = %s WHERE kind = %s"
            .formatted(objects.quotedMarkers(), until, Identifiers.literal(REACHED)));
    return true;
  }

  private static boolean hasMarker(Connection connection, SourceObjects objects)
      throws SQLException {
    return text(
            connection,
            "SELECT 1 FROM %s WHERE kind = %s LIMIT 1"
                .formatted(objects.quotedMarkers(), Identifiers.literal(REACHED)))
        != null;
  }

  private static String literalBefore() {
    return Identifiers.literal(BEFORE);
  }

  /**
   * Why a marker wants a count, as the transaction sees it; null without one, and while writers may
   * still leave out changes that its snapshot does not have.
   */
  static String marker(Connection connection, SourceObjects objects) throws SQLException {
    String unsettled =
        text(
            connection,
            """
            SELECT 1 FROM %1$s
            WHERE kind = %2$s
               OR CASE WHEN starts_with(kind, %3$s)
                       THEN substr(kind, length(%3$s) + 1)::xid8
                            > pg_snapshot_xmin(pg_current_snapshot()) END
            LIMIT 1"""
                .formatted(objects.quotedMarkers(), Identifiers.literal(REACHED), literalBefore()));
    if (unsettled != null) return null;
    String kind = text(connection, "SELECT min(kind) FROM " + objects.quotedMarkers());
    return kind != null && kind.startsWith(BEFORE) ? REACHED : kind;
  }
}
