package dev.boardcast.boards.tasks;

import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.Problem.FieldError;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Changes the members, owners and name of teams, and deletes teams; each change locks the team
 * first. Owners and admins do so, and every member may leave. The last owner cannot leave, be
 * removed or be demoted by anyone. Each fails with 404 when the caller may not see the team, and
 * with 403 when the caller may not do it. Thread safe.
 */
final class TeamEdits {
  private static final String ADD =
      """
      INSERT INTO team_member AS m (user_id, team_id)
      SELECT $1, $2 WHERE $3 > (SELECT count(*) FROM team_member
                                WHERE team_id = $2 AND removed_at IS NULL)
      ON CONFLICT (user_id, team_id) DO UPDATE SET removed_at = NULL, added_at = clock_timestamp()
        WHERE m.removed_at IS NOT NULL
      RETURNING user_id""";
  // Also for a user without a row, who may be a member by token.
  private static final String REMOVE =
      """
      INSERT INTO team_member (user_id, team_id, removed_at) VALUES ($1, $2, clock_timestamp())
      ON CONFLICT (user_id, team_id)
        DO UPDATE SET removed_at = clock_timestamp(), is_owner = false""";
  private static final String REMOVE_ALL =
      """
      UPDATE team_member SET removed_at = clock_timestamp(), is_owner = false
      WHERE team_id = $1 AND removed_at IS NULL RETURNING user_id""";
  private static final String ROLE =
      """
      SELECT is_owner FROM team_member
      WHERE team_id = $1 AND user_id = $2 AND removed_at IS NULL""";
  private static final String SET_ROLE =
      "UPDATE team_member SET is_owner = $3 WHERE team_id = $1 AND user_id = $2";

  private final TeamStore teams;
  private final InvitationStore invitations;

  TeamEdits(TeamStore teams, InvitationStore invitations) {
    this.teams = teams;
    this.invitations = invitations;
  }

  /** Adds a member; unchanged for a member; fails with 409 when the team is full. */
  Future<TeamChange<Team>> add(SqlClient tx, Principal caller, String id, String user) {
    return TeamLock.take(tx, caller, id)
        .compose(
            team -> {
              team.access().requireManager("adds members");
              return join(tx, caller.user(), id, team.name(), user);
            })
        .compose(
            events -> find(tx, caller, id, events, events.isEmpty() ? List.of() : List.of(user)));
  }

  /**
   * Adds a member to a locked team, and ends the user's invitation.
   *
   * @return the events; none for a member; fails with 409 when the team is full
   */
  static Future<List<NewEvent>> join(
      SqlClient tx, String actor, String id, String name, String user) {
    return tx.preparedQuery(ADD)
        .execute(Tuple.of(user, id, Team.MAX_MEMBERS))
        .compose(
            rows ->
                rows.size() > 0
                    ? InvitationStore.remove(tx, id, user).map(true)
                    : role(tx, id, user).map(role -> role.isPresent() ? false : full()))
        .map(
            isNew ->
                isNew
                    ? List.of(
                        MembershipEvent.of(user, id, TeamRole.MEMBER),
                        TeamEvents.updated(actor, id, name))
                    : List.of());
  }

  private static boolean full() {
    throw Problem.of(
        409, "Team is full", new FieldError("user_id", "at most " + Team.MAX_MEMBERS + " members"));
  }

  /**
   * Removes a member, stored or by token, or leaves as the caller. Fails with 409 for the last
   * owner.
   */
  Future<TeamChange<String>> remove(SqlClient tx, Principal caller, String id, String user) {
    return TeamLock.take(tx, caller, id)
        .compose(
            team -> {
              if (!user.equals(caller.user())) team.access().requireManager("removes others");
              return role(tx, id, user)
                  .compose(
                      role -> {
                        if (isOwner(role)) team.access().requireAnotherOwner();
                        return tx.preparedQuery(REMOVE).execute(Tuple.of(user, id));
                      })
                  .map(
                      removed ->
                          new TeamChange<>(
                              id,
                              List.of(
                                  MembershipEvent.of(user, id, null),
                                  TeamEvents.updated(caller.user(), id, team.name())),
                              List.of(user)));
            });
  }

  /**
   * Makes a stored member an owner, or an owner a member. Fails with 404 for a user who is not a
   * stored member, 409 for the last owner.
   */
  Future<TeamChange<Team>> setRole(
      SqlClient tx, Principal caller, String id, String user, TeamRole wanted) {
    return TeamLock.take(tx, caller, id)
        .compose(
            team -> {
              team.access().requireManager("changes roles");
              return role(tx, id, user)
                  .compose(
                      found -> {
                        TeamRole now = found.orElseThrow(() -> Problem.notFound("member " + user));
                        if (now == wanted) return Future.succeededFuture(List.<NewEvent>of());
                        if (now == TeamRole.OWNER) team.access().requireAnotherOwner();
                        return setRole(tx, id, user, wanted)
                            .map(
                                event ->
                                    List.of(
                                        event, TeamEvents.updated(caller.user(), id, team.name())));
                      });
            })
        .compose(events -> find(tx, caller, id, events, List.of()));
  }

  /**
   * Makes another stored member the owner in place of the caller, who stays a member. Fails with
   * 409 when the other is not a stored member.
   */
  Future<TeamChange<Team>> handOver(SqlClient tx, Principal caller, String id, String user) {
    return TeamLock.take(tx, caller, id)
        .compose(
            team -> {
              if (!team.access().isOwner()) {
                throw Problem.forbidden("only an owner hands a team over; an admin sets roles");
              }
              if (user.equals(caller.user())) return Future.succeededFuture(List.<NewEvent>of());
              return role(tx, id, user)
                  .compose(
                      found -> {
                        if (found.isEmpty()) throw notMember();
                        return setRole(tx, id, user, TeamRole.OWNER);
                      })
                  .compose(
                      owner ->
                          setRole(tx, id, caller.user(), TeamRole.MEMBER)
                              .map(
                                  member ->
                                      List.of(
                                          owner,
                                          member,
                                          TeamEvents.updated(caller.user(), id, team.name()))));
            })
        .compose(events -> find(tx, caller, id, events, List.of()));
  }

  /** Renames a team. Everything refers to a team by its id, so nothing else changes. */
  Future<TeamChange<Team>> rename(SqlClient tx, Principal caller, String id, String name) {
    return TeamLock.take(tx, caller, id)
        .compose(
            team -> {
              team.access().requireManager("renames a team");
              if (team.name().equals(name)) return Future.succeededFuture(List.<NewEvent>of());
              return tx.preparedQuery("UPDATE team SET name = $2 WHERE id = $1")
                  .execute(Tuple.of(id, name))
                  .map(renamed -> List.of(TeamEvents.updated(caller.user(), id, name)));
            })
        .compose(events -> find(tx, caller, id, events, List.of()));
  }

  /**
   * Deletes a team: removes all stored members, and ends invitations. Its tasks stay with their
   * owners and the users they are shared with. The id is not used again.
   */
  Future<TeamChange<String>> delete(SqlClient tx, Principal caller, String id) {
    return TeamLock.take(tx, caller, id)
        .compose(
            team -> {
              team.access().requireManager("deletes a team");
              var events = new ArrayList<NewEvent>();
              var users = new ArrayList<String>();
              return tx.preparedQuery(
                      "UPDATE team SET deleted_at = clock_timestamp() WHERE id = $1")
                  .execute(Tuple.of(id))
                  .compose(deleted -> tx.preparedQuery(REMOVE_ALL).execute(Tuple.of(id)))
                  .onSuccess(
                      rows -> {
                        for (Row row : rows) users.add(row.getString("user_id"));
                        events.add(TeamEvents.deleted(caller.user(), id, team.name(), users));
                        for (String user : users) events.add(MembershipEvent.of(user, id, null));
                      })
                  .compose(removed -> invitations.removeAll(tx, caller.user(), id, team.name()))
                  .map(
                      withdrawn -> {
                        events.addAll(withdrawn);
                        return new TeamChange<>(id, events, users);
                      });
            });
  }

  private Future<TeamChange<Team>> find(
      SqlClient tx, Principal caller, String id, List<NewEvent> events, List<String> users) {
    return teams.find(tx, caller, id).map(team -> new TeamChange<>(team, events, users));
  }

  /** The role of a stored member of a locked team. */
  static Future<Optional<TeamRole>> role(SqlClient tx, String id, String user) {
    return tx.preparedQuery(ROLE)
        .execute(Tuple.of(id, user))
        .map(
            rows -> {
              for (Row row : rows) return Optional.of(TeamRole.of(row.getBoolean("is_owner")));
              return Optional.empty();
            });
  }

  private static Future<NewEvent> setRole(SqlClient tx, String id, String user, TeamRole role) {
    return tx.preparedQuery(SET_ROLE)
        .execute(Tuple.of(id, user, role == TeamRole.OWNER))
        .map(set -> MembershipEvent.of(user, id, role));
  }

  private static boolean isOwner(Optional<TeamRole> role) {
    return role.filter(TeamRole.OWNER::equals).isPresent();
  }

  private static Problem notMember() {
    return Problem.of(
        409, "Not a member", new FieldError("user_id", "a stored member of the team"));
  }
}
