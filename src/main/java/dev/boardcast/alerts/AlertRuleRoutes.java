package dev.boardcast.alerts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.boardcast.spi.AuditLog;
import dev.boardcast.spi.AuditedRoute;
import dev.boardcast.spi.Board;
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
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * The HTTP routes of rules: the role {@code admin} changes them, {@code viewer} reads them, each
 * those of boards that they may see as a whole.
 */
final class AlertRuleRoutes implements Routes {
  private static final String PATH = "/api/v1/alerts/rules";
  private static final String ONE = PATH + "/:id";
  private static final int MAX_LIMIT = 200;
  private static final int DEFAULT_LIMIT = 50;

  private final Pool pool;
  private final Idempotency idempotency;
  private final Function<String, Optional<Board>> boards;
  private final Function<Optional<Principal>, Set<String>> hidden;
  private final AlertRuleStore rules = new AlertRuleStore();
  private final OpenAlerts open;

  /**
   * @param boards by name
   * @param hidden the boards whose rules a caller may not see
   */
  AlertRuleRoutes(
      Pool pool,
      Idempotency idempotency,
      Function<String, Optional<Board>> boards,
      Function<Optional<Principal>, Set<String>> hidden,
      TransitionWriter transitions) {
    this.pool = pool;
    this.idempotency = idempotency;
    this.boards = boards;
    this.hidden = hidden;
    open = new OpenAlerts(transitions);
  }

  /** A rule as a client sees it. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Item(
      UUID id,
      String source,
      @JsonUnwrapped AlertRule rule,
      String createdBy,
      Instant createdAt,
      Instant updatedAt) {
    static Item of(StoredRule stored) {
      return new Item(
          stored.id(),
          stored.source(),
          stored.rule(),
          stored.createdBy(),
          stored.createdAt(),
          stored.updatedAt());
    }
  }

  @Override
  public void mount(Router router) {
    router.get(PATH).setName("listAlertRules").handler(this::list);
    EarlyCheck.on(
            AuditedRoute.on(router.post(PATH), "alert_rule.created"), AlertRuleRoutes::requireAdmin)
        .setName("createAlertRule")
        .handler(this::create);
    router.get(ONE).setName("getAlertRule").handler(this::get);
    EarlyCheck.on(
            AuditedRoute.on(router.put(ONE), "alert_rule.replaced", "id"),
            AlertRuleRoutes::requireAdmin)
        .setName("replaceAlertRule")
        .handler(this::replace);
    AuditedRoute.on(router.delete(ONE), "alert_rule.deleted", "id")
        .setName("deleteAlertRule")
        .handler(this::delete);
  }

  static void requireAdmin(RoutingContext context) {
    RequestPrincipal.requireRole(context, Principal.ADMIN);
  }

  private void list(RoutingContext context) {
    var caller = RequestPrincipal.requireRole(context, Principal.VIEWER);
    var query = QueryParameters.of(context, "board", "cursor", "limit");
    int limit = query.number("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
    var board = query.text("board").map(AlertRuleRoutes::board);
    String after = query.text("cursor").map(AlertRuleRoutes::cursor).orElse("");
    rules
        .list(pool, board, hidden.apply(Optional.of(caller)), after, limit + 1)
        .map(found -> Page.of(found.stream().map(Item::of).toList(), limit, at -> at.rule().name()))
        .onSuccess(page -> JsonResponse.json(context, 200, page))
        .onFailure(context::fail);
  }

  private void get(RoutingContext context) {
    var caller = RequestPrincipal.requireRole(context, Principal.VIEWER);
    QueryParameters.of(context);
    rules
        .find(pool, id(context))
        .map(found -> requireVisible(found, caller))
        .onSuccess(found -> JsonResponse.json(context, 200, Item.of(found)))
        .onFailure(context::fail);
  }

  private void create(RoutingContext context) {
    var caller = RequestPrincipal.requireRole(context, Principal.ADMIN);
    QueryParameters.of(context);
    var rule = JsonBody.read(context, AlertRule.class).checked(boardsFor(caller));
    idempotency.respond(
        context,
        caller,
        tx ->
            rules
                .requireChannels(tx, rule)
                .compose(known -> rules.create(tx, StoredRule.API, rule, caller.user()))
                .map(
                    created -> {
                      AuditLog.of(context).target(created.id().toString());
                      return new Written(
                          StoredResponse.json(201, Item.of(created))
                              .withLocation(PATH + "/" + created.id()),
                          () -> {});
                    }));
  }

  private void replace(RoutingContext context) {
    var caller = RequestPrincipal.requireRole(context, Principal.ADMIN);
    QueryParameters.of(context);
    var rule = JsonBody.read(context, AlertRule.class).checked(boardsFor(caller));
    UUID id = id(context);
    idempotency.respond(
        context,
        caller,
        tx ->
            rules
                .lock(tx, id)
                .map(found -> requireOwn(found, caller))
                .compose(before -> rules.requireChannels(tx, rule).map(before))
                .compose(before -> open.endIfOther(tx, before, rule))
                .compose(
                    ended ->
                        rules
                            .replace(tx, id, rule)
                            .map(
                                replaced ->
                                    new Written(
                                        StoredResponse.json(200, Item.of(replaced.orElseThrow())),
                                        ended))));
  }

  private void delete(RoutingContext context) {
    var caller = RequestPrincipal.requireRole(context, Principal.ADMIN);
    QueryParameters.of(context);
    UUID id = id(context);
    idempotency.respond(
        context,
        caller,
        tx ->
            rules
                .lock(tx, id)
                .compose(found -> requireDeletable(tx, found, caller))
                .compose(rule -> open.end(tx, id, rule.rule().channels()))
                .compose(
                    ended ->
                        rules
                            .delete(tx, id)
                            .map(deleted -> new Written(StoredResponse.noContent(), ended))));
  }

  /** What a caller may not see is for them as if it did not exist. */
  private Function<String, Optional<Board>> boardsFor(Principal caller) {
    Set<String> unseen = hidden.apply(Optional.of(caller));
    return name -> unseen.contains(name) ? Optional.empty() : boards.apply(name);
  }

  private StoredRule requireVisible(Optional<StoredRule> found, Principal caller) {
    Set<String> unseen = hidden.apply(Optional.of(caller));
    return found
        .filter(rule -> !unseen.contains(rule.rule().board()))
        .orElseThrow(AlertRuleRoutes::missing);
  }

  private StoredRule requireOwn(Optional<StoredRule> found, Principal caller) {
    StoredRule rule = requireVisible(found, caller);
    if (rule.source().equals(StoredRule.API)) return rule;
    throw Problem.of(
        409,
        "Declared elsewhere",
        "this rule is declared by the file of the board %s; change it there"
            .formatted(rule.rule().board()));
  }

  /** What a board declared that no node computes could be deleted nowhere else. */
  private Future<StoredRule> requireDeletable(
      SqlClient tx, Optional<StoredRule> found, Principal caller) {
    StoredRule rule = requireVisible(found, caller);
    return ComputedBoards.has(tx, rule.rule().board())
        .map(isComputed -> isComputed ? requireOwn(found, caller) : rule);
  }

  private static String board(String text) {
    if (text.matches(FieldRules.ID)) return text;
    throw Problem.invalid("board", AlertRule.BOARD_TEXT);
  }

  private static String cursor(String text) {
    if (text.matches(FieldRules.NAME)) return text;
    throw Problem.invalid("cursor", "next of the page before");
  }

  private static UUID id(RoutingContext context) {
    return Ids.parse(context.pathParam("id")).orElseThrow(AlertRuleRoutes::missing);
  }

  private static Problem missing() {
    return Problem.notFound("this rule");
  }
}
