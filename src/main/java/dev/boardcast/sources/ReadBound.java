package dev.boardcast.sources;

import static dev.boardcast.sources.SyncStatements.text;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Up to which time of the source's clock a snapshot has all rows, less the lag.
 *
 * <p>A standby has those of the primary up to the last transaction that it has replayed; all of
 * them only while it receives and has replayed what it has received. Found before the snapshot is
 * taken, which then has at least that. Blocking.
 */
final class ReadBound {
  private static final String BOUND =
      """
      SELECT CASE
        WHEN NOT pg_is_in_recovery()
          OR pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()
             AND EXISTS (SELECT FROM pg_stat_wal_receiver)
        THEN now()
        WHEN pg_last_xact_replay_timestamp() < now() THEN pg_last_xact_replay_timestamp()
        WHEN pg_last_xact_replay_timestamp() IS NOT NULL THEN now()
      END - interval '%d ms'""";

  private ReadBound() {}

  /**
   * The time as text of SQL. Not in a transaction.
   *
   * @throws SourceException when a standby does not know it
   */
  static String of(Connection remote, SourceName name, ReadOnly how) throws SQLException {
    String time = text(remote, BOUND.formatted(how.lag().toMillis()));
    if (time != null) return time;
    throw new SourceException(
        "the server of %s is a standby that has replayed nothing since it started: it does not know up to when it has rows"
            .formatted(name.relation()));
  }
}
