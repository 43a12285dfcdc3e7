package dev.boardcast.boards.routing;

import dev.boardcast.spi.AuditLog;
import dev.boardcast.spi.AuditedRoute;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.EarlyCheck;
import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.Idempotency;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.StoredResponse;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.SqlClient;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The HTTP routes of prices and budgets. Changing them needs the role admin. */
final class CostRoutes implements Routes {
  private static final String PRICES = "/api/v1/routing/prices";
  private static final String BUDGETS = "/api/v1/routing/budgets";

  private final BoardContext context;

  CostRoutes(BoardContext context) {
    this.context = context;
  }

  private record Prices(List<Price> prices) {}

  private record Budgets(List<Spent> budgets) {}

  private record Spent(
      Budget.Scope scope,
      String name,
      Budget.Period period,
      BigDecimal amount,
      List<Integer> thresholds,
      Instant periodStart,
      BigDecimal spent,
      BigDecimal percent) {
    static Spent of(BudgetStore.State state) {
      Budget budget = state.budget();
      return new Spent(
          budget.scope(),
          budget.name(),
          budget.period(),
          budget.amount(),
          budget.thresholds(),
          state.starts(),
          state.spent(),
          state.percent());
    }
  }

  @Override
  public void mount(Router router) {
    router.get(PRICES).setName("listPrices").handler(this::listPrices);
    var price = AuditedRoute.on(router.post(PRICES), "price.set");
    EarlyCheck.on(price, this::requireAdmin).setName("setPrice").handler(this::setPrice);
    var gone = AuditedRoute.on(router.delete(PRICES), "price.removed");
    EarlyCheck.on(gone, this::requireAdmin).setName("removePrice").handler(this::removePrice);
    router.get(BUDGETS).setName("listBudgets").handler(this::listBudgets);
    var budget = AuditedRoute.on(router.post(BUDGETS), "budget.set");
    EarlyCheck.on(budget, this::requireAdmin).setName("setBudget").handler(this::setBudget);
    var removed = AuditedRoute.on(router.delete(BUDGETS), "budget.removed");
    EarlyCheck.on(removed, this::requireAdmin).setName("removeBudget").handler(this::removeBudget);
  }

  /** Where authentication is off, everybody may. */
  private Principal requireAdmin(RoutingContext request) {
    var caller = RequestPrincipal.of(request);
    if (caller.isEmpty()) return context.ingest().authorize(request);
    return RequestPrincipal.requireRole(request, Principal.ADMIN);
  }

  private void listPrices(RoutingContext request) {
    RequestPrincipal.requireVisible(request, context.visibilityOf(RoutingBoard.NAME));
    PriceStore.all(context.pool())
        .onSuccess(prices -> JsonResponse.json(request, 200, new Prices(prices)))
        .onFailure(request::fail);
  }

  private void setPrice(RoutingContext request) {
    var caller = requireAdmin(request);
    Price price = JsonBody.read(request, Price.class).complete();
    AuditLog.of(request).target(price.provider() + "/" + price.model());
    write(
        request, caller, tx -> PriceStore.set(tx, price).map(set -> StoredResponse.json(200, set)));
  }

  private void removePrice(RoutingContext request) {
    var caller = requireAdmin(request);
    var query = QueryParameters.of(request, "provider", "model", "valid_from");
    var providers = given(query, "provider", Price.PROVIDER, "(?=.*\\S)[^\\x00]{1,100}");
    var models = given(query, "model", Price.MODEL, "(?=.*\\S)[^\\x00]{1,200}");
    var times = query.text("valid_from").map(CostRoutes::time);
    String provider = providers.orElseThrow(() -> Problem.invalid("provider", Price.PROVIDER));
    String model = models.orElseThrow(() -> Problem.invalid("model", Price.MODEL));
    Instant validFrom =
        times.orElseThrow(() -> Problem.invalid("valid_from", FieldRules.TIME_TEXT));
    AuditLog.of(request).target(provider + "/" + model);
    write(
        request,
        caller,
        tx ->
            PriceStore.remove(tx, provider, model, validFrom)
                .map(removed -> StoredResponse.noContent()));
  }

  private static Instant time(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException notATime) {
      throw Problem.invalid("valid_from", FieldRules.TIME_TEXT);
    }
  }

  private void listBudgets(RoutingContext request) {
    RequestPrincipal.requireVisible(request, context.visibilityOf(RoutingBoard.NAME));
    BudgetStore.spent(context.pool(), context.clock().instant())
        .onSuccess(
            states ->
                JsonResponse.json(
                    request, 200, new Budgets(states.stream().map(Spent::of).toList())))
        .onFailure(request::fail);
  }

  private void setBudget(RoutingContext request) {
    var caller = requireAdmin(request);
    Budget budget = JsonBody.read(request, Budget.class).complete();
    AuditLog.of(request).target(budget.key());
    write(
        request,
        caller,
        tx -> BudgetStore.set(tx, budget).map(set -> StoredResponse.json(200, set)));
  }

  private void removeBudget(RoutingContext request) {
    var caller = requireAdmin(request);
    var query = QueryParameters.of(request, "scope", "name", "period");
    var scopes = given(query, "scope", "one of team, key", "team|key");
    var names =
        given(
            query,
            "name",
            "a string of 1 to 200 characters, not blank",
            "(?=.*\\S)[^\\x00]{1,200}");
    var periods = given(query, "period", "one of day, month", "day|month");
    String scope = scopes.orElseThrow(() -> Problem.invalid("scope", "one of team, key"));
    String name = names.orElseThrow(() -> Problem.invalid("name", "a string"));
    String period = periods.orElseThrow(() -> Problem.invalid("period", "one of day, month"));
    AuditLog.of(request).target(scope + ":" + name + ":" + period);
    write(
        request,
        caller,
        tx ->
            BudgetStore.remove(tx, scope, name, period).map(removed -> StoredResponse.noContent()));
  }

  /** A parameter that may be missing, and must not be malformed. */
  private static Optional<String> given(
      QueryParameters query, String name, String expected, String form) {
    var text = query.text(name);
    if (text.isPresent() && !text.get().matches("(?s)" + form)) {
      throw Problem.invalid(name, expected);
    }
    return text;
  }

  private void write(
      RoutingContext request,
      Principal caller,
      Function<SqlClient, Future<StoredResponse>> change) {
    context
        .idempotency()
        .respond(
            request,
            caller,
            tx ->
                change
                    .apply(tx)
                    .map(
                        response ->
                            new Idempotency.Written(
                                response, () -> context.factsCommitted(RoutingBoard.NAME))));
  }
}
