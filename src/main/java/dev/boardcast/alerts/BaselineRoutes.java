package dev.boardcast.alerts;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardPart;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The HTTP route that says what is usual for a metric at this time of day: what rules for anomalies
 * compare with. For the role {@code viewer}, of boards that they may see as a whole.
 */
final class BaselineRoutes implements Routes {
  private final Pool pool;
  private final Clock clock;
  private final Function<String, Optional<Board>> boards;
  private final Function<Optional<Principal>, Set<String>> hidden;

  /**
   * @param boards by name
   * @param hidden the boards that a caller may not see
   */
  BaselineRoutes(
      Pool pool,
      Clock clock,
      Function<String, Optional<Board>> boards,
      Function<Optional<Principal>, Set<String>> hidden) {
    this.pool = pool;
    this.clock = clock;
    this.boards = boards;
    this.hidden = hidden;
  }

  /**
   * What is usual for one value.
   *
   * @param key "" for a metric without keys
   */
  record Item(String key, double median, double spread) {}

  /** What is usual for each value of which enough is known. */
  record Usual(String board, String metric, int days, Instant at, List<Item> items) {
    static Usual of(
        String board, String metric, int days, Instant at, Map<String, Baseline> baselines) {
      List<Item> items =
          baselines.entrySet().stream()
              .map(
                  each ->
                      new Item(each.getKey(), each.getValue().median(), each.getValue().spread()))
              .sorted(java.util.Comparator.comparing(Item::key))
              .limit(AlertEvaluation.MAX_VALUES)
              .toList();
      return new Usual(board, metric, days, at, items);
    }
  }

  @Override
  public void mount(Router router) {
    router.get("/api/v1/alerts/baseline").setName("getAlertBaseline").handler(this::get);
  }

  private void get(RoutingContext context) {
    var caller = RequestPrincipal.requireRole(context, Principal.VIEWER);
    var query = QueryParameters.of(context, "board", "metric", "days");
    String name = query.text("board").orElse("");
    String metric = query.text("metric").orElse("");
    int days = query.number("days", 2, 28, AlertRule.DEFAULT_DAYS);
    // A blank one is wrong, whatever else is missing.
    if (query.text("metric").filter(String::isBlank).isPresent()) {
      throw Problem.invalid("metric", AlertRule.METRIC_TEXT);
    }
    Board board =
        boards
            .apply(name)
            .filter(found -> !hidden.apply(Optional.of(caller)).contains(name))
            .orElseThrow(() -> Problem.invalid("board", AlertRule.BOARD_TEXT));
    var reference =
        MetricReference.find(board, metric, Optional.empty())
            .orElseThrow(() -> Problem.invalid("metric", AlertRule.METRIC_TEXT));
    Instant now = clock.instant();
    BaselineQuery.compute(pool, BoardPart.of(name, Map.of()), reference, days, now)
        .onSuccess(
            found -> JsonResponse.json(context, 200, Usual.of(name, metric, days, now, found)))
        .onFailure(context::fail);
  }
}
