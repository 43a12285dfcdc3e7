package dev.boardcast.board.tasks;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.PrincipalChanged;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.http.Answer;
import dev.boardcast.http.Body;
import dev.boardcast.http.Caller;
import dev.boardcast.http.Idempotency;
import dev.boardcast.http.Idempotency.Written;
import dev.boardcast.http.Problem;
import dev.boardcast.http.Query;
import dev.boardcast.http.Reply;
import dev.boardcast.http.Routes;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;
import java.util.List;

/**
 * Teams and their members. A change of members is told to the gateways after commit, so that open
 * sessions are checked again.
 */
public final class TeamRoutes implements Routes {
  private final Pool pool;
  private final Idempotency idempotency;
  private final TypedBus bus;
  private final TeamStore teams = new TeamStore();

  public TeamRoutes(Pool pool, Idempotency idempotency, TypedBus bus) {
    this.pool = pool;
    this.idempotency = idempotency;
    this.bus = bus;
  }

  /**
   * @param next the cursor of the next page, null on the last
   */
  record Page<T>(List<T> items, String next) {}

  @Override
  public void mount(Router router) {
    router.post("/api/v1/teams").setName("createTeam").handler(this::create);
    router.get("/api/v1/teams").setName("listTeams").handler(this::list);
    router.get("/api/v1/teams/:id").setName("getTeam").handler(this::get);
    router.get("/api/v1/teams/:id/members").setName("listMembers").handler(this::members);
    router.post("/api/v1/teams/:id/members").setName("addMember").handler(this::add);
    router.delete("/api/v1/teams/:id/members/:user").setName("removeMember").handler(this::remove);
  }

  private void create(RoutingContext context) {
    var caller = Caller.require(context);
    var wanted = Body.read(context, NewTeam.class);
    idempotency.answer(
        context,
        caller,
        tx ->
            teams
                .create(tx, caller, wanted)
                .map(
                    added ->
                        new Written(
                            Reply.json(added.isNew() ? 201 : 200, added.team())
                                .withLocation("/api/v1/teams/" + added.team().id()),
                            () -> tell(added.isNew(), caller.user()))));
  }

  private void list(RoutingContext context) {
    var caller = Caller.require(context);
    var query = Query.of(context, "limit", "cursor");
    int limit = query.number("limit", 1, 200, 50);
    String after = query.text("cursor").orElse("");
    if (!after.isEmpty() && !after.matches(Expected.TEAM)) {
      throw Problem.invalid("cursor", "next of the page before");
    }
    teams
        .page(pool, caller, after, limit + 1)
        .map(
            found -> {
              if (found.size() <= limit) return new Page<>(found, null);
              List<Team> items = found.subList(0, limit);
              return new Page<>(items, items.get(limit - 1).id());
            })
        .onSuccess(page -> Answer.json(context, 200, page))
        .onFailure(context::fail);
  }

  private void get(RoutingContext context) {
    teams
        .find(pool, Caller.require(context), id(context))
        .onSuccess(team -> Answer.json(context, 200, team))
        .onFailure(context::fail);
  }

  private void members(RoutingContext context) {
    teams
        .members(pool, Caller.require(context), id(context))
        .onSuccess(members -> Answer.json(context, 200, new Page<>(members, null)))
        .onFailure(context::fail);
  }

  private void add(RoutingContext context) {
    var caller = Caller.require(context);
    String id = id(context);
    String user = Body.read(context, UserRef.class).userId();
    idempotency.answer(
        context,
        caller,
        tx ->
            teams
                .add(tx, caller, id, user)
                .map(
                    added ->
                        new Written(
                            Reply.json(added.isNew() ? 201 : 200, added.team()),
                            () -> tell(added.isNew(), user))));
  }

  private void remove(RoutingContext context) {
    var caller = Caller.require(context);
    String id = id(context);
    String user = context.pathParam("user");
    if (!user.matches(Expected.USER)) throw Problem.invalid("user", Expected.USER_TEXT);
    idempotency.answer(
        context,
        caller,
        tx ->
            teams
                .remove(tx, caller, id, user)
                .map(removed -> new Written(Reply.nothing(), () -> tell(true, user))));
  }

  private void tell(boolean changed, String user) {
    if (changed) bus.publish(Addresses.PRINCIPAL_CHANGES, new PrincipalChanged(user));
  }

  private static String id(RoutingContext context) {
    String id = context.pathParam("id");
    if (!id.matches(Expected.TEAM)) throw Problem.invalid("id", Expected.TEAM_TEXT);
    return id;
  }
}
