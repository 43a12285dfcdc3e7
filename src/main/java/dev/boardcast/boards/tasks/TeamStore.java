package dev.boardcast.boards.tasks;

import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.Problem.FieldError;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Stored teams and their members. Who sees a team may change its members. Thread safe. */
public final class TeamStore {
  private static final String COLUMNS =
      """
      team.id, team.name, team.created_by, team.created_at,
      ARRAY(SELECT m.user_id FROM team_member m
            WHERE m.team_id = team.id AND m.removed_at IS NULL ORDER BY m.user_id) AS members""";
  private static final String MINE = "($4 OR team.id = ANY (%s))".formatted(Viewer.TEAMS);
  private static final String FIND =
      "SELECT %s FROM team WHERE %s AND team.id = $5".formatted(COLUMNS, MINE);
  private static final String PAGE =
      "SELECT %s FROM team WHERE %s AND team.id > $5 ORDER BY team.id LIMIT $6"
          .formatted(COLUMNS, MINE);
  private static final String LOCK =
      "SELECT 1 FROM team WHERE %s AND team.id = $5 FOR UPDATE".formatted(MINE);
  private static final String INSERT =
      """
      INSERT INTO team (id, name, created_by)
      SELECT $5, $6, $1 WHERE $4 OR $7 OR $5 = ANY (%s)
      ON CONFLICT (id) DO NOTHING RETURNING id"""
          .formatted(Viewer.TEAMS);
  private static final String ADD =
      """
      INSERT INTO team_member AS m (user_id, team_id)
      SELECT $1, $2 WHERE $3 > (SELECT count(*) FROM team_member
                                WHERE team_id = $2 AND removed_at IS NULL)
      ON CONFLICT (user_id, team_id) DO UPDATE SET removed_at = NULL, added_at = clock_timestamp()
        WHERE m.removed_at IS NOT NULL
      RETURNING user_id""";
  // Also for someone without a row: a token may say it is a member.
  private static final String REMOVE =
      """
      INSERT INTO team_member (user_id, team_id, removed_at) VALUES ($1, $2, clock_timestamp())
      ON CONFLICT (user_id, team_id) DO UPDATE SET removed_at = clock_timestamp()""";
  private static final String MEMBERS =
      """
      SELECT user_id, added_at FROM team_member
      WHERE team_id = $1 AND removed_at IS NULL ORDER BY user_id""";

  /**
   * What came of adding.
   *
   * @param isNew false when it was there before
   */
  record Added(Team team, boolean isNew) {}

  /**
   * Makes a team with the caller as first member.
   *
   * @return not new when the caller made it before, with that name; fails with 409 when the id is
   *     another team's, 403 when it is not the caller's to choose
   */
  Future<Added> create(SqlClient tx, Principal caller, NewTeam wanted) {
    boolean ours = wanted.id() == null;
    String id = ours ? UUID.randomUUID().toString() : wanted.id();
    return tx.preparedQuery(INSERT)
        .execute(asks(caller).addString(id).addString(wanted.name()).addBoolean(ours))
        .compose(
            rows ->
                rows.size() == 0
                    ? known(tx, caller, id, wanted.name())
                    : tx.preparedQuery(ADD)
                        .execute(Tuple.of(caller.user(), id, Team.MAX_MEMBERS))
                        .compose(added -> find(tx, caller, id))
                        .map(team -> new Added(team, true)));
  }

  private Future<Added> known(SqlClient tx, Principal caller, String id, String name) {
    return tx.preparedQuery("SELECT 1 FROM team WHERE id = $1")
        .execute(Tuple.of(id))
        .compose(
            rows -> {
              if (rows.size() == 0) {
                throw Problem.of(
                    403,
                    "Forbidden",
                    new FieldError("id", "none, or one of your teams; another needs an admin"));
              }
              return find(tx, caller, id)
                  .recover(notSeen -> Future.failedFuture(taken()))
                  .map(
                      team -> {
                        if (team.name().equals(name) && team.createdBy().equals(caller.user())) {
                          return new Added(team, false);
                        }
                        throw taken();
                      });
            });
  }

  private static Problem taken() {
    return Problem.of(
        409, "Already there", new FieldError("id", "another, because this one is taken"));
  }

  /** A team; fails with 404 when the caller does not belong to it. */
  Future<Team> find(SqlClient client, Principal caller, String id) {
    return client
        .preparedQuery(FIND)
        .execute(asks(caller).addString(id))
        .map(
            rows -> {
              if (rows.size() == 0) throw notFound(id);
              return team(rows.iterator().next());
            });
  }

  /** The caller's teams, by id; all teams for an admin. */
  Future<List<Team>> page(SqlClient client, Principal caller, String after, int limit) {
    return client
        .preparedQuery(PAGE)
        .execute(asks(caller).addString(after).addInteger(limit))
        .map(
            rows -> {
              var teams = new ArrayList<Team>(rows.size());
              for (Row row : rows) teams.add(team(row));
              return teams;
            });
  }

  /** Adds a member; fails with 404 when the caller is none, 409 when the team is full. */
  Future<Added> add(SqlClient tx, Principal caller, String id, String user) {
    return lock(tx, caller, id)
        .compose(locked -> tx.preparedQuery(ADD).execute(Tuple.of(user, id, Team.MAX_MEMBERS)))
        .compose(rows -> find(tx, caller, id).map(team -> new Added(team, rows.size() > 0)))
        .map(
            added -> {
              if (added.team().members().contains(user)) return added;
              throw Problem.of(
                  409,
                  "Team is full",
                  new FieldError("user_id", "at most " + Team.MAX_MEMBERS + " members"));
            });
  }

  /** Removes a member, or one who is it by token; fails with 404 when the caller is none. */
  Future<Void> remove(SqlClient tx, Principal caller, String id, String user) {
    return lock(tx, caller, id)
        .compose(locked -> tx.preparedQuery(REMOVE).execute(Tuple.of(user, id)).mapEmpty());
  }

  /** The stored members; fails with 404 when the caller is none. */
  Future<List<Team.Member>> members(SqlClient client, Principal caller, String id) {
    return find(client, caller, id)
        .compose(seen -> client.preparedQuery(MEMBERS).execute(Tuple.of(id)))
        .map(
            rows -> {
              var members = new ArrayList<Team.Member>(rows.size());
              for (Row row : rows) {
                members.add(
                    new Team.Member(row.getString("user_id"), TaskRow.time(row, "added_at")));
              }
              return members;
            });
  }

  private static Future<Void> lock(SqlClient tx, Principal caller, String id) {
    return tx.preparedQuery(LOCK)
        .execute(asks(caller).addString(id))
        .map(
            rows -> {
              if (rows.size() == 0) throw notFound(id);
              return null;
            });
  }

  private static Tuple asks(Principal caller) {
    var viewer = Viewer.of(caller);
    return viewer.tuple().addBoolean(viewer.admin());
  }

  private static Problem notFound(String id) {
    return Problem.notFound("team " + id);
  }

  private static Team team(Row row) {
    return new Team(
        row.getString("id"),
        row.getString("name"),
        row.getString("created_by"),
        TaskRow.time(row, "created_at"),
        List.of(row.getArrayOfStrings("members")));
  }
}
