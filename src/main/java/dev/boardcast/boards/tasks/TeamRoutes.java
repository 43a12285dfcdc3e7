package dev.boardcast.boards.tasks;

import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.EarlyCheck;
import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.Idempotency.Written;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.Page;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.StoredResponse;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.SqlClient;
import java.util.List;
import java.util.Optional;

/**
 * The HTTP routes of teams and their members. A change of members is reported to the gateways,
 * which check the user's open sessions again.
 */
final class TeamRoutes implements Routes {
  private final BoardContext board;
  private final TeamStore teams = new TeamStore();

  TeamRoutes(BoardContext board) {
    this.board = board;
  }

  @Override
  public void mount(Router router) {
    EarlyCheck.on(router.post("/api/v1/teams"), RequestPrincipal::require)
        .setName("createTeam")
        .handler(this::create);
    router.get("/api/v1/teams").setName("listTeams").handler(this::list);
    router.get("/api/v1/teams/:id").setName("getTeam").handler(this::get);
    router.get("/api/v1/teams/:id/members").setName("listMembers").handler(this::members);
    EarlyCheck.on(router.post("/api/v1/teams/:id/members"), RequestPrincipal::require)
        .setName("addMember")
        .handler(this::add);
    router.delete("/api/v1/teams/:id/members/:user").setName("removeMember").handler(this::remove);
  }

  private void create(RoutingContext context) {
    var caller = RequestPrincipal.require(context);
    var wanted = JsonBody.read(context, NewTeam.class);
    board
        .idempotency()
        .respond(
            context,
            caller,
            tx ->
                teams
                    .create(tx, caller, wanted)
                    .compose(
                        added ->
                            written(
                                tx,
                                StoredResponse.json(added.isNew() ? 201 : 200, added.team())
                                    .withLocation("/api/v1/teams/" + added.team().id()),
                                changed(added.isNew(), caller.user(), added.team().id(), true))));
  }

  private void list(RoutingContext context) {
    var caller = RequestPrincipal.require(context);
    var query = QueryParameters.of(context, "limit", "cursor");
    int limit = query.number("limit", 1, 200, 50);
    String after = query.text("cursor").orElse("");
    if (!after.isEmpty() && !after.matches(FieldRules.ID)) {
      throw Problem.invalid("cursor", "next of the page before");
    }
    teams
        .page(board.pool(), caller, after, limit + 1)
        .map(found -> Page.of(found, limit, Team::id))
        .onSuccess(page -> JsonResponse.json(context, 200, page))
        .onFailure(context::fail);
  }

  private void get(RoutingContext context) {
    teams
        .find(board.pool(), RequestPrincipal.require(context), id(context))
        .onSuccess(team -> JsonResponse.json(context, 200, team))
        .onFailure(context::fail);
  }

  private void members(RoutingContext context) {
    teams
        .members(board.pool(), RequestPrincipal.require(context), id(context))
        .onSuccess(members -> JsonResponse.json(context, 200, new Page<>(members, null)))
        .onFailure(context::fail);
  }

  private void add(RoutingContext context) {
    var caller = RequestPrincipal.require(context);
    String id = id(context);
    String user = JsonBody.read(context, UserRef.class).userId();
    board
        .idempotency()
        .respond(
            context,
            caller,
            tx ->
                teams
                    .add(tx, caller, id, user)
                    .compose(
                        added ->
                            written(
                                tx,
                                StoredResponse.json(added.isNew() ? 201 : 200, added.team()),
                                changed(added.isNew(), user, id, true))));
  }

  private void remove(RoutingContext context) {
    var caller = RequestPrincipal.require(context);
    String id = id(context);
    String user = context.pathParam("user");
    if (!user.matches(FieldRules.USER)) throw Problem.invalid("user", FieldRules.USER_TEXT);
    board
        .idempotency()
        .respond(
            context,
            caller,
            tx ->
                teams
                    .remove(tx, caller, id, user)
                    .compose(
                        removed ->
                            written(
                                tx, StoredResponse.noContent(), changed(true, user, id, false))));
  }

  /** Appends the event in the transaction of the change, so that no gateway can miss it. */
  private Future<Written> written(
      SqlClient tx, StoredResponse response, Optional<MembershipEvent> change) {
    if (change.isEmpty()) return Future.succeededFuture(new Written(response, () -> {}));
    var event = change.get();
    var events = List.of(event.asEvent());
    return board
        .events()
        .append(tx, events)
        .map(
            appended ->
                new Written(
                    response,
                    () -> {
                      board.events().committed(events);
                      board.membershipsChanged(event.userId());
                    }));
  }

  private static Optional<MembershipEvent> changed(
      boolean changed, String user, String team, boolean member) {
    return changed ? Optional.of(new MembershipEvent(user, team, member)) : Optional.empty();
  }

  private static String id(RoutingContext context) {
    String id = context.pathParam("id");
    if (!id.matches(FieldRules.ID)) throw Problem.invalid("id", FieldRules.ID_TEXT);
    return id;
  }
}
