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

/** Reads and creates teams. Thread safe. */
final class TeamStore {
  private static final String COLUMNS =
      """
      team.id, team.name, team.created_by, team.created_at,
      ARRAY(SELECT m.user_id FROM team_member m
            WHERE m.team_id = team.id AND m.removed_at IS NULL ORDER BY m.user_id) AS members,
      ARRAY(SELECT m.user_id FROM team_member m
            WHERE m.team_id = team.id AND m.is_owner ORDER BY m.user_id) AS owners""";
  private static final String MINE =
      "team.deleted_at IS NULL AND ($4 OR team.id = ANY (%s))".formatted(Viewer.TEAMS);
  private static final String FIND =
      "SELECT %s FROM team WHERE %s AND team.id = $5".formatted(COLUMNS, MINE);
  private static final String PAGE =
      "SELECT %s FROM team WHERE %s AND team.id > $5 ORDER BY team.id LIMIT $6"
          .formatted(COLUMNS, MINE);
  private static final String INSERT =
      """
      INSERT INTO team (id, name, created_by)
      SELECT $5, $6, $1 WHERE $4 OR $7 OR $5 = ANY (%s)
      ON CONFLICT (id) DO NOTHING RETURNING id"""
          .formatted(Viewer.TEAMS);
  private static final String ADD_OWNER =
      "INSERT INTO team_member (user_id, team_id, is_owner) VALUES ($1, $2, true)";
  private static final String MEMBERS =
      """
      SELECT user_id, added_at, is_owner FROM team_member
      WHERE team_id = $1 AND removed_at IS NULL ORDER BY user_id""";

  /**
   * Creates a team with the caller as its owner.
   *
   * @return unchanged if the caller created it before with the same name; fails with 409 when
   *     another team has or had the id, 403 when the caller may not choose the id
   */
  Future<TeamChange<Team>> create(SqlClient tx, Principal caller, NewTeam wanted) {
    boolean isGenerated = wanted.id() == null;
    String id = isGenerated ? UUID.randomUUID().toString() : wanted.id();
    return tx.preparedQuery(INSERT)
        .execute(parameters(caller).addString(id).addString(wanted.name()).addBoolean(isGenerated))
        .compose(
            rows ->
                rows.size() == 0
                    ? existing(tx, caller, id, wanted.name()).map(TeamChange::none)
                    : tx.preparedQuery(ADD_OWNER)
                        .execute(Tuple.of(caller.user(), id))
                        .compose(added -> find(tx, caller, id))
                        .map(team -> created(caller.user(), team)));
  }

  private static TeamChange<Team> created(String creator, Team team) {
    var event = MembershipEvent.of(creator, team.id(), TeamRole.OWNER);
    return new TeamChange<>(team, List.of(event), List.of(creator));
  }

  private Future<Team> existing(SqlClient tx, Principal caller, String id, String name) {
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
                          return team;
                        }
                        throw taken();
                      });
            });
  }

  private static Problem taken() {
    return Problem.of(
        409, "Already there", new FieldError("id", "another, because this one is taken"));
  }

  /** Finds a team; fails with 404 when the caller may not see it. */
  Future<Team> find(SqlClient client, Principal caller, String id) {
    return client
        .preparedQuery(FIND)
        .execute(parameters(caller).addString(id))
        .map(
            rows -> {
              if (rows.size() == 0) throw notFound(id);
              return team(rows.iterator().next());
            });
  }

  /** Lists the caller's teams by id, or all teams for an admin. */
  Future<List<Team>> page(SqlClient client, Principal caller, String after, int limit) {
    return client
        .preparedQuery(PAGE)
        .execute(parameters(caller).addString(after).addInteger(limit))
        .map(
            rows -> {
              var teams = new ArrayList<Team>(rows.size());
              for (Row row : rows) teams.add(team(row));
              return teams;
            });
  }

  /** Lists the stored members; fails with 404 when the caller is not a member. */
  Future<List<Team.Member>> members(SqlClient client, Principal caller, String id) {
    return find(client, caller, id)
        .compose(seen -> client.preparedQuery(MEMBERS).execute(Tuple.of(id)))
        .map(
            rows -> {
              var members = new ArrayList<Team.Member>(rows.size());
              for (Row row : rows) {
                members.add(
                    new Team.Member(
                        row.getString("user_id"),
                        TaskRow.time(row, "added_at"),
                        TeamRole.of(row.getBoolean("is_owner"))));
              }
              return members;
            });
  }

  /** 404 for a team that does not exist, or that the caller may not see. */
  static Problem notFound(String id) {
    return Problem.notFound("team " + id);
  }

  private static Tuple parameters(Principal caller) {
    var viewer = Viewer.of(caller);
    return viewer.tuple().addBoolean(viewer.admin());
  }

  private static Team team(Row row) {
    return new Team(
        row.getString("id"),
        row.getString("name"),
        row.getString("created_by"),
        TaskRow.time(row, "created_at"),
        List.of(row.getArrayOfStrings("members")),
        List.of(row.getArrayOfStrings("owners")));
  }
}
