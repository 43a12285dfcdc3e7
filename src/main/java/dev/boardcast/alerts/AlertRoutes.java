package dev.boardcast.alerts;

import dev.boardcast.spi.AuditedRoute;
import dev.boardcast.spi.EarlyCheck;
import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.Idempotency;
import dev.boardcast.spi.Idempotency.Written;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.Page;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.StoredResponse;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import jakarta.validation.constraints.Pattern;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The HTTP routes of alerts. Who may see a board sees its alerts; the role {@code alerts}
 * acknowledges and mutes them.
 */
final class AlertRoutes implements Routes {
  /** The role that acknowledges and mutes alerts. */
  static final String ROLE = "alerts";

  private static final String PATH = "/api/v1/alerts";
  private static final int MAX_LIMIT = 200;
  private static final int DEFAULT_LIMIT = 50;
  private static final List<String> STATES =
      List.of("firing", "no_data", "pending", "acknowledged", "muted", "resolved");

  private final Pool pool;
  private final Idempotency idempotency;
  private final Function<Optional<Principal>, Set<String>> visible;
  private final AlertQueries queries;
  private final AlertActions actions;

  /**
   * @param visible the boards that a caller may see
   */
  AlertRoutes(
      Pool pool,
      Idempotency idempotency,
      Function<Optional<Principal>, Set<String>> visible,
      AlertActions actions) {
    this.pool = pool;
    this.idempotency = idempotency;
    this.visible = visible;
    this.actions = actions;
    queries = new AlertQueries(pool);
  }

  /** The body of a request that acknowledges an alert. */
  record Acknowledgement(
      @Pattern(regexp = FieldRules.NAME, message = FieldRules.NAME_TEXT) String note) {}

  /**
   * The body of a request that mutes an alert.
   *
   * @param until null for 90 days, or until the alert is over
   */
  record Mute(
      @Pattern(regexp = FieldRules.NAME, message = FieldRules.NAME_TEXT) String note,
      Instant until) {
    Instant end(Instant now) {
      if (until == null) return now.plus(NewSilence.MAX);
      boolean isFuture = until.isAfter(now) && !until.isAfter(now.plus(NewSilence.MAX));
      if (!isFuture) throw Problem.invalid("until", NewSilence.END_TEXT);
      return until;
    }
  }

  @Override
  public void mount(Router router) {
    router.get(PATH).setName("listAlerts").handler(this::list);
    router.get(PATH + "/history").setName("listAlertHistory").handler(this::history);
    EarlyCheck.on(
            AuditedRoute.on(router.post(PATH + "/:id/acknowledge"), "alert.acknowledged", "id"),
            AlertRoutes::requireRole)
        .setName("acknowledgeAlert")
        .handler(this::acknowledge);
    EarlyCheck.on(
            AuditedRoute.on(router.post(PATH + "/:id/mute"), "alert.muted", "id"),
            AlertRoutes::requireRole)
        .setName("muteAlert")
        .handler(this::mute);
    AuditedRoute.on(router.post(PATH + "/:id/unmute"), "alert.unmuted", "id")
        .setName("unmuteAlert")
        .handler(this::unmute);
  }

  private static void requireRole(RoutingContext context) {
    RequestPrincipal.requireRole(context, ROLE);
  }

  private void list(RoutingContext context) {
    var query = QueryParameters.of(context, "state", "cursor", "limit");
    var state = query.text("state").map(AlertRoutes::state);
    Set<String> boards = visible.apply(RequestPrincipal.of(context));
    boolean isOver = state.filter("resolved"::equals).isPresent();
    var request =
        Page.Request.of(
            query,
            MAX_LIMIT,
            DEFAULT_LIMIT,
            Page.Cursor.NEWEST_FIRST,
            isOver ? AlertQueries.TRANSITION_KEY : AlertQueries.OPEN_KEY);
    var page = isOver ? queries.resolved(boards, request) : queries.open(boards, state, request);
    page.onSuccess(found -> JsonResponse.json(context, 200, found)).onFailure(context::fail);
  }

  private void history(RoutingContext context) {
    var query = QueryParameters.of(context, "rule", "cursor", "limit");
    var rule =
        query
            .text("rule")
            .map(text -> Ids.parse(text).orElseThrow(() -> Problem.invalid("rule", "a rule's id")));
    var request =
        Page.Request.of(
            query, MAX_LIMIT, DEFAULT_LIMIT, Page.Cursor.NEWEST_FIRST, AlertQueries.TRANSITION_KEY);
    queries
        .history(visible.apply(RequestPrincipal.of(context)), false, rule, request)
        .onSuccess(page -> JsonResponse.json(context, 200, page))
        .onFailure(context::fail);
  }

  private void acknowledge(RoutingContext context) {
    QueryParameters.of(context);
    var caller = RequestPrincipal.requireRole(context, ROLE);
    var body = JsonBody.read(context, Acknowledgement.class);
    UUID id = id(context);
    change(
        context,
        (tx, alert) ->
            actions
                .acknowledge(tx, id, caller.user(), body.note(), true)
                .map(done -> done.orElseThrow(AlertRoutes::missing)));
  }

  private void mute(RoutingContext context) {
    QueryParameters.of(context);
    var caller = RequestPrincipal.requireRole(context, ROLE);
    var body = JsonBody.read(context, Mute.class);
    Instant until = body.end(Instant.now());
    UUID id = id(context);
    change(context, (tx, alert) -> actions.mute(tx, id, until, body.note(), caller.user()));
  }

  private void unmute(RoutingContext context) {
    QueryParameters.of(context);
    var caller = RequestPrincipal.requireRole(context, ROLE);
    change(context, (tx, alert) -> actions.unmute(tx, alert, caller.user()));
  }

  /** Changes an open alert of a board that the caller may see. */
  private void change(
      RoutingContext context, BiFunction<SqlClient, UUID, Future<Runnable>> change) {
    var caller = RequestPrincipal.require(context);
    UUID id = id(context);
    Set<String> boards = visible.apply(Optional.of(caller));
    idempotency.respond(
        context,
        caller,
        tx ->
            queries
                .boardOf(tx, id)
                .compose(
                    board ->
                        board.filter(boards::contains).isPresent()
                            ? change.apply(tx, id)
                            : Future.<Runnable>failedFuture(missing()))
                .map(after -> new Written(StoredResponse.noContent(), after)));
  }

  private static String state(String text) {
    if (STATES.contains(text)) return text;
    throw Problem.invalid("state", "one of " + String.join(", ", STATES));
  }

  private static UUID id(RoutingContext context) {
    return Ids.parse(context.pathParam("id")).orElseThrow(AlertRoutes::missing);
  }

  private static Problem missing() {
    return Problem.notFound("this alert");
  }
}
