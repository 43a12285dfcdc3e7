package dev.boardcast.boards.tasks;

import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;

/**
 * Locks a team for a change of its members, owners or name, so that such changes of one team follow
 * each other. Rights are read by a later statement than the lock's, which sees what those before
 * have committed: of two owners who leave at once, the second is the last one.
 */
final class TeamLock {
  private static final String LOCK =
      """
      SELECT name FROM team
      WHERE id = $5 AND deleted_at IS NULL AND ($4 OR id = ANY (%s)) FOR UPDATE"""
          .formatted(Viewer.TEAMS);
  private static final String ACCESS =
      """
      SELECT $4 OR $5 = ANY (%s) AS is_seen,
        EXISTS (SELECT FROM team_member WHERE team_id = $5 AND user_id = $1 AND is_owner)
          AS is_owner,
        (SELECT count(*) FROM team_member WHERE team_id = $5 AND is_owner) AS owners"""
          .formatted(Viewer.TEAMS);
  private static final String LOCK_INVITED =
      """
      SELECT name FROM team
      WHERE id = $1 AND deleted_at IS NULL
        AND EXISTS (SELECT FROM team_invitation WHERE team_id = $1 AND user_id = $2)
      FOR UPDATE""";

  private TeamLock() {}

  /** A team that is locked until the end of the transaction. */
  record Locked(String id, String name, TeamAccess access) {}

  /** Locks a team; fails with 404 when the caller may not see it. */
  static Future<Locked> take(SqlClient tx, Principal caller, String id) {
    var viewer = Viewer.of(caller);
    Tuple parameters = viewer.tuple().addBoolean(viewer.admin()).addString(id);
    return tx.preparedQuery(LOCK)
        .execute(parameters)
        .map(
            rows -> {
              if (rows.size() == 0) throw TeamStore.notFound(id);
              return rows.iterator().next().getString("name");
            })
        .compose(
            name ->
                tx.preparedQuery(ACCESS)
                    .execute(parameters)
                    .map(rows -> rows.iterator().next())
                    .map(
                        row -> {
                          if (!row.getBoolean("is_seen")) throw TeamStore.notFound(id);
                          return new Locked(id, name, access(viewer, row));
                        }));
  }

  /**
   * Locks a team for a user who was invited, and returns its name; fails with 404 without an
   * invitation.
   */
  static Future<String> takeInvited(SqlClient tx, String id, String user) {
    return tx.preparedQuery(LOCK_INVITED)
        .execute(Tuple.of(id, user))
        .map(
            rows -> {
              if (rows.size() == 0) throw Problem.notFound("an invitation to team " + id);
              return rows.iterator().next().getString("name");
            });
  }

  private static TeamAccess access(Viewer viewer, Row row) {
    return new TeamAccess(
        viewer.user(), row.getBoolean("is_owner"), viewer.admin(), row.getLong("owners"));
  }
}
