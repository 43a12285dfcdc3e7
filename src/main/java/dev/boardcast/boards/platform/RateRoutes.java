package dev.boardcast.boards.platform;

import dev.boardcast.spi.AuditLog;
import dev.boardcast.spi.AuditedRoute;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.EarlyCheck;
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
import java.time.LocalDate;
import java.util.List;
import java.util.function.Function;

/** The HTTP routes of dated rates of currencies. Changing them needs the role admin. */
final class RateRoutes implements Routes {
  private static final String RATES = "/api/v1/analytics/rates";

  private final BoardContext context;
  private final String own;

  RateRoutes(BoardContext context) {
    this.context = context;
    own = context.config(PlatformConfig.class).currency();
  }

  /**
   * Rates as they are stored.
   *
   * @param target the board's currency
   */
  private record Response(String target, List<Rate> rates) {}

  @Override
  public void mount(Router router) {
    router.get(RATES).setName("listRates").handler(this::list);
    var set = AuditedRoute.on(router.post(RATES), "rate.set");
    EarlyCheck.on(set, this::requireAdmin).setName("setRates").handler(this::set);
    var removed = AuditedRoute.on(router.delete(RATES), "rate.removed");
    EarlyCheck.on(removed, this::requireAdmin).setName("removeRate").handler(this::remove);
  }

  /** Where authentication is off, everybody may. */
  private Principal requireAdmin(RoutingContext request) {
    var caller = RequestPrincipal.of(request);
    if (caller.isEmpty()) return context.ingest().authorize(request);
    return RequestPrincipal.requireRole(request, Principal.ADMIN);
  }

  private void list(RoutingContext request) {
    RequestPrincipal.requireVisible(request, context.visibilityOf(PlatformBoard.NAME));
    RateStore.all(context.pool(), own)
        .onSuccess(rates -> JsonResponse.json(request, 200, new Response(own, rates)))
        .onFailure(request::fail);
  }

  private void set(RoutingContext request) {
    var caller = requireAdmin(request);
    var given = JsonBody.read(request, Rate.Many.class);
    given.problem(own).ifPresent(RateRoutes::refuse);
    Rate first = given.rates().get(0);
    String more = given.rates().size() == 1 ? "" : " and " + (given.rates().size() - 1) + " more";
    AuditLog.of(request).target(first.currency() + ":" + first.validFrom() + more);
    write(
        request,
        caller,
        tx ->
            RateStore.set(tx, own, given.rates())
                .map(set -> StoredResponse.json(200, new Response(own, given.rates()))));
  }

  private void remove(RoutingContext request) {
    var caller = requireAdmin(request);
    var query = QueryParameters.of(request, "currency", "valid_from");
    // A malformed parameter is named rather than a missing one.
    var currencies = query.text("currency");
    if (currencies.filter(code -> !Money.isCurrency(code)).isPresent()) throw wrongCurrency();
    var days = query.text("valid_from");
    if (days.filter(day -> Rate.day(day).isEmpty()).isPresent()) throw wrongDay();
    String currency = currencies.orElseThrow(RateRoutes::wrongCurrency);
    LocalDate day = days.flatMap(Rate::day).orElseThrow(RateRoutes::wrongDay);
    AuditLog.of(request).target(currency + ":" + day);
    write(
        request,
        caller,
        tx -> RateStore.remove(tx, own, currency, day).map(gone -> StoredResponse.noContent()));
  }

  private static Problem wrongCurrency() {
    return Problem.invalid("currency", Rate.CURRENCY);
  }

  private static Problem wrongDay() {
    return Problem.invalid("valid_from", Rate.DAY);
  }

  private static void refuse(Problem problem) {
    throw problem;
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
                                response, () -> context.factsCommitted(PlatformBoard.NAME))));
  }
}
