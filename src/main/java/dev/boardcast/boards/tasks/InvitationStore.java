package dev.boardcast.boards.tasks;

import dev.boardcast.boards.tasks.InvitationEvent.State;
import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.Problem.FieldError;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/**
 * Invites users to teams. An invitation gives no rights until it is accepted. Expired ones count as
 * absent, and are deleted when the team invites again. Thread safe.
 */
final class InvitationStore {
  private static final String COLUMNS =
      """
      SELECT i.team_id, team.name, i.user_id, i.invited_by, i.invited_at, i.expires_at
      FROM team_invitation i JOIN team ON team.id = i.team_id
      WHERE i.expires_at > clock_timestamp()""";
  private static final String OF_TEAM = COLUMNS + " AND i.team_id = $1 ORDER BY i.user_id";
  private static final String OF_USER = COLUMNS + " AND i.user_id = $1 ORDER BY i.team_id LIMIT $2";
  private static final String ONE = COLUMNS + " AND i.team_id = $1 AND i.user_id = $2";
  private static final String EXPIRE =
      "DELETE FROM team_invitation WHERE team_id = $1 AND expires_at <= clock_timestamp()";
  private static final String COUNT =
      """
      SELECT EXISTS (SELECT FROM team_member
                     WHERE team_id = $1 AND user_id = $2 AND removed_at IS NULL) AS is_member,
        EXISTS (SELECT FROM team_invitation WHERE team_id = $1 AND user_id = $2) AS is_known,
        (SELECT count(*) FROM team_invitation WHERE team_id = $1 AND user_id <> $2) AS of_team,
        (SELECT count(*) FROM team_invitation
         WHERE user_id = $2 AND team_id <> $1 AND expires_at > clock_timestamp()) AS of_user""";
  private static final String INVITE =
      """
      INSERT INTO team_invitation (team_id, user_id, invited_by, expires_at)
      VALUES ($1, $2, $3, clock_timestamp() + $4 * interval '1 second')
      ON CONFLICT (team_id, user_id) DO UPDATE
      SET invited_by = excluded.invited_by, invited_at = excluded.invited_at,
          expires_at = excluded.expires_at""";
  private static final String REMOVE =
      """
      DELETE FROM team_invitation i USING team
      WHERE i.team_id = $1 AND i.user_id = $2 AND team.id = i.team_id
      RETURNING team.name, i.expires_at > clock_timestamp() AS is_open""";
  private static final String REMOVE_ALL =
      "DELETE FROM team_invitation WHERE team_id = $1 RETURNING user_id";

  /**
   * Invites a user, as an owner or an admin. An open invitation is renewed and counts as unchanged.
   *
   * @return fails with 404 when the caller may not see the team, 409 when the user is a member or
   *     there are too many invitations
   */
  Future<TeamChange<Invitation>> invite(SqlClient tx, Principal caller, String id, String user) {
    return TeamLock.take(tx, caller, id)
        .compose(
            team -> {
              team.access().requireManager("invites");
              return tx.preparedQuery(EXPIRE)
                  .execute(Tuple.of(id))
                  .compose(expired -> tx.preparedQuery(COUNT).execute(Tuple.of(id, user)))
                  .map(rows -> isKnown(rows.iterator().next()))
                  .compose(
                      isKnown ->
                          tx.preparedQuery(INVITE)
                              .execute(
                                  Tuple.of(
                                      id, user, caller.user(), Invitation.VALID_FOR.toSeconds()))
                              .compose(stored -> tx.preparedQuery(ONE).execute(Tuple.of(id, user)))
                              .map(rows -> invitations(rows).get(0))
                              .map(
                                  made ->
                                      isKnown
                                          ? TeamChange.none(made)
                                          : new TeamChange<>(
                                              made,
                                              List.of(
                                                  InvitationEvent.of(
                                                      user,
                                                      id,
                                                      team.name(),
                                                      caller.user(),
                                                      State.OPEN)),
                                              List.of())));
            });
  }

  private static boolean isKnown(Row row) {
    if (row.getBoolean("is_member")) throw limit("a user who is not a member");
    if (row.getLong("of_team") >= Invitation.MAX_OF_TEAM) {
      throw limit("at most " + Invitation.MAX_OF_TEAM + " open invitations of a team");
    }
    if (row.getLong("of_user") >= Invitation.MAX_OF_USER) {
      throw limit("a user with fewer than " + Invitation.MAX_OF_USER + " open invitations");
    }
    return row.getBoolean("is_known");
  }

  /** Accepts the caller's invitation; fails with 404 without one, 409 when the team is full. */
  Future<TeamChange<String>> accept(SqlClient tx, Principal caller, String id) {
    String user = caller.user();
    return TeamLock.takeInvited(tx, id, user)
        .compose(
            name ->
                take(tx, id, user)
                    .compose(taken -> TeamEdits.join(tx, user, id, name, user))
                    .map(
                        joined -> {
                          var events = new ArrayList<NewEvent>();
                          events.add(InvitationEvent.of(user, id, name, user, State.ACCEPTED));
                          events.addAll(joined);
                          return new TeamChange<>(id, events, List.of(user));
                        }));
  }

  /** Declines the caller's invitation; fails with 404 without one. */
  Future<TeamChange<String>> decline(SqlClient tx, Principal caller, String id) {
    return take(tx, id, caller.user())
        .map(name -> ended(caller.user(), id, name, caller.user(), State.DECLINED));
  }

  /**
   * Withdraws an invitation, as an owner or an admin; fails with 404 without one, or when the
   * caller may not see the team.
   */
  Future<TeamChange<String>> withdraw(SqlClient tx, Principal caller, String id, String user) {
    return TeamLock.take(tx, caller, id)
        .compose(
            team -> {
              team.access().requireManager("withdraws an invitation");
              return take(tx, id, user);
            })
        .map(name -> ended(user, id, name, caller.user(), State.WITHDRAWN));
  }

  private static TeamChange<String> ended(
      String user, String id, String name, String by, State state) {
    return new TeamChange<>(id, List.of(InvitationEvent.of(user, id, name, by, state)), List.of());
  }

  /** Deletes an invitation and returns the team's name; fails with 404 unless it was open. */
  private static Future<String> take(SqlClient tx, String id, String user) {
    return remove(tx, id, user)
        .map(
            rows -> {
              for (Row row : rows) if (row.getBoolean("is_open")) return row.getString("name");
              throw Problem.notFound("an invitation to team " + id);
            });
  }

  /** Deletes an invitation, if there is one. */
  static Future<RowSet<Row>> remove(SqlClient tx, String id, String user) {
    return tx.preparedQuery(REMOVE).execute(Tuple.of(id, user));
  }

  /** Deletes all invitations to a team; returns the events. */
  Future<List<NewEvent>> removeAll(SqlClient tx, String by, String id, String name) {
    return tx.preparedQuery(REMOVE_ALL)
        .execute(Tuple.of(id))
        .map(
            rows -> {
              var events = new ArrayList<NewEvent>(rows.size());
              for (Row row : rows) {
                events.add(
                    InvitationEvent.of(row.getString("user_id"), id, name, by, State.WITHDRAWN));
              }
              return events;
            });
  }

  /** Lists the open invitations of a team, for its owners and admins. */
  Future<List<Invitation>> ofTeam(SqlClient client, Principal caller, String id) {
    return new TeamStore()
        .find(client, caller, id)
        .compose(
            team -> {
              if (!team.owners().contains(caller.user()) && !caller.hasRole(Principal.ADMIN)) {
                throw Problem.forbidden("only an owner or an admin sees invitations");
              }
              return client.preparedQuery(OF_TEAM).execute(Tuple.of(id));
            })
        .map(InvitationStore::invitations);
  }

  /** Lists the caller's open invitations. */
  Future<List<Invitation>> ofCaller(SqlClient client, Principal caller) {
    return client
        .preparedQuery(OF_USER)
        .execute(Tuple.of(caller.user(), Invitation.MAX_OF_USER))
        .map(InvitationStore::invitations);
  }

  private static List<Invitation> invitations(RowSet<Row> rows) {
    var found = new ArrayList<Invitation>(rows.size());
    for (Row row : rows) {
      found.add(
          new Invitation(
              row.getString("team_id"),
              row.getString("name"),
              row.getString("user_id"),
              row.getString("invited_by"),
              TaskRow.time(row, "invited_at"),
              TaskRow.time(row, "expires_at")));
    }
    return found;
  }

  private static Problem limit(String expected) {
    return Problem.of(409, "Cannot be invited", new FieldError("user_id", expected));
  }
}
