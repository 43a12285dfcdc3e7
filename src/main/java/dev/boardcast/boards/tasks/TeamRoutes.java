package dev.boardcast.boards.tasks;

import static dev.boardcast.boards.tasks.TeamResponder.id;
import static dev.boardcast.boards.tasks.TeamResponder.user;

import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.EarlyCheck;
import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.Page;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** The HTTP routes of teams, their members and owners. */
final class TeamRoutes implements Routes {
  private final BoardContext board;
  private final TeamStore teams = new TeamStore();
  private final TeamEdits edits = new TeamEdits(teams, new InvitationStore());
  private final TeamResponder responder;

  TeamRoutes(BoardContext board) {
    this.board = board;
    this.responder = new TeamResponder(board);
  }

  @Override
  public void mount(Router router) {
    EarlyCheck.on(TeamActs.on(router.post("/api/v1/teams"), "created"), RequestPrincipal::require)
        .setName("createTeam")
        .handler(this::create);
    router.get("/api/v1/teams").setName("listTeams").handler(this::list);
    router.get("/api/v1/teams/:id").setName("getTeam").handler(this::get);
    EarlyCheck.on(
            TeamActs.on(router.patch("/api/v1/teams/:id"), "renamed"), RequestPrincipal::require)
        .setName("renameTeam")
        .handler(this::rename);
    TeamActs.on(router.delete("/api/v1/teams/:id"), "deleted")
        .setName("deleteTeam")
        .handler(this::delete);
    EarlyCheck.on(
            TeamActs.on(router.post("/api/v1/teams/:id/hand-over"), "handed_over"),
            RequestPrincipal::require)
        .setName("handTeamOver")
        .handler(this::handOver);
    router.get("/api/v1/teams/:id/members").setName("listMembers").handler(this::members);
    EarlyCheck.on(
            TeamActs.on(router.post("/api/v1/teams/:id/members"), "member_added"),
            RequestPrincipal::require)
        .setName("addMember")
        .handler(this::add);
    EarlyCheck.on(
            TeamActs.on(router.patch("/api/v1/teams/:id/members/:user"), "role_changed"),
            RequestPrincipal::require)
        .setName("changeRole")
        .handler(this::changeRole);
    TeamActs.on(router.delete("/api/v1/teams/:id/members/:user"), "member_removed")
        .setName("removeMember")
        .handler(this::remove);
  }

  private void create(RoutingContext context) {
    var wanted = JsonBody.read(context, NewTeam.class);
    responder.respond(
        context,
        (caller, tx) ->
            teams
                .create(tx, caller, wanted)
                .onSuccess(change -> TeamActs.target(context, change.result().id())),
        change ->
            TeamResponder.created(change).withLocation("/api/v1/teams/" + change.result().id()));
  }

  private void list(RoutingContext context) {
    var caller = RequestPrincipal.require(context);
    var query = QueryParameters.of(context, "limit", "cursor");
    int limit = query.number("limit", 1, 200, 50);
    String after = query.text("cursor").map(TeamRoutes::cursor).orElse("");
    teams
        .page(board.pool(), caller, after, limit + 1)
        .map(found -> Page.of(found, limit, Team::id))
        .onSuccess(page -> JsonResponse.json(context, 200, page))
        .onFailure(context::fail);
  }

  private static String cursor(String text) {
    if (text.matches(FieldRules.ID)) return text;
    throw Problem.invalid("cursor", "next of the page before");
  }

  private void get(RoutingContext context) {
    teams
        .find(board.pool(), RequestPrincipal.require(context), id(context))
        .onSuccess(team -> JsonResponse.json(context, 200, team))
        .onFailure(context::fail);
  }

  private void rename(RoutingContext context) {
    QueryParameters.of(context);
    String id = id(context);
    String name = JsonBody.read(context, TeamName.class).name();
    responder.respond(
        context, (caller, tx) -> edits.rename(tx, caller, id, name), TeamResponder::ok);
  }

  private void delete(RoutingContext context) {
    QueryParameters.of(context);
    String id = id(context);
    responder.respond(
        context, (caller, tx) -> edits.delete(tx, caller, id), TeamResponder::nothing);
  }

  private void handOver(RoutingContext context) {
    QueryParameters.of(context);
    String id = id(context);
    String user = JsonBody.read(context, UserRef.class).userId();
    TeamActs.target(context, id, "user:" + user);
    responder.respond(
        context, (caller, tx) -> edits.handOver(tx, caller, id, user), TeamResponder::ok);
  }

  private void members(RoutingContext context) {
    teams
        .members(board.pool(), RequestPrincipal.require(context), id(context))
        .onSuccess(members -> JsonResponse.json(context, 200, new Page<>(members, null)))
        .onFailure(context::fail);
  }

  private void add(RoutingContext context) {
    String id = id(context);
    String user = JsonBody.read(context, UserRef.class).userId();
    TeamActs.target(context, id, "user:" + user);
    responder.respond(
        context, (caller, tx) -> edits.add(tx, caller, id, user), TeamResponder::created);
  }

  private void changeRole(RoutingContext context) {
    QueryParameters.of(context);
    String id = id(context);
    String user = user(context);
    String name = JsonBody.read(context, RoleChange.class).role();
    var role = TeamRole.of(name);
    TeamActs.target(context, id, "user:" + user, "role:" + name);
    responder.respond(
        context, (caller, tx) -> edits.setRole(tx, caller, id, user, role), TeamResponder::ok);
  }

  private void remove(RoutingContext context) {
    String id = id(context);
    String user = user(context);
    responder.respond(
        context, (caller, tx) -> edits.remove(tx, caller, id, user), TeamResponder::nothing);
  }
}
