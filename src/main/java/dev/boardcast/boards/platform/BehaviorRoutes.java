package dev.boardcast.boards.platform;

import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.pgclient.PgException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The HTTP routes of users' behavior. Who sees the board sees them: they name no user. */
final class BehaviorRoutes implements Routes {
  private static final int MAX_DAYS = 92;
  private static final int MAX_RUNNING = 2;
  private static final int MAX_FUNNEL_DAYS = 31;
  private static final int MAX_COHORT_DAYS = 7 * 105;
  private static final String CANCELLED = "57014";

  private final AtomicInteger running = new AtomicInteger();
  private final BoardContext context;
  private final PlatformConfig config;

  BehaviorRoutes(BoardContext context) {
    this.context = context;
    config = context.config(PlatformConfig.class);
  }

  private record FunnelResponse(
      LocalDate from, LocalDate to, long withinMinutes, List<Funnel.Step> steps) {}

  private record CohortsResponse(LocalDate from, LocalDate to, List<Cohorts.Cohort> cohorts) {}

  private record Hours(LocalDate from, LocalDate to, String zone, List<HeatMap.Hour> hours) {}

  private record Contents(LocalDate from, LocalDate to, List<HeatMap.Content> contents) {}

  @Override
  public void mount(Router router) {
    router.get("/api/v1/analytics/funnel").setName("readFunnel").handler(this::funnel);
    router.get("/api/v1/analytics/cohorts").setName("readCohorts").handler(this::cohorts);
    router.get("/api/v1/analytics/heatmap").setName("readHeatMap").handler(this::heatMap);
  }

  private void funnel(RoutingContext request) {
    requireVisible(request);
    var query = QueryParameters.of(request, "steps", "within_minutes", "from", "to");
    var range = BehaviorRange.of(query, today(ZoneOffset.UTC), MAX_FUNNEL_DAYS);
    var funnel = Funnel.of(query);
    // Each holds a connection of all requests for seconds.
    if (running.incrementAndGet() > MAX_RUNNING) {
      running.decrementAndGet();
      throw Problem.unavailable("other funnels are being computed", 1);
    }
    respond(
        request,
        funnel
            .read(context.pool(), range)
            .onComplete(done -> running.decrementAndGet())
            .recover(BehaviorRoutes::tooLong)
            .map(
                steps ->
                    new FunnelResponse(
                        range.from(), range.to(), funnel.within().toMinutes(), steps)));
  }

  private void cohorts(RoutingContext request) {
    requireVisible(request);
    var query = QueryParameters.of(request, "from", "to");
    var range = BehaviorRange.of(query, today(ZoneOffset.UTC), MAX_COHORT_DAYS);
    var now = context.clock().instant().atOffset(ZoneOffset.UTC);
    respond(
        request,
        Cohorts.read(context.pool(), range, now)
            .map(cohorts -> new CohortsResponse(range.from(), range.to(), cohorts)));
  }

  private void heatMap(RoutingContext request) {
    requireVisible(request);
    var query = QueryParameters.of(request, "by", "from", "to");
    String by = query.text("by").orElse("weekday");
    switch (by) {
      case "weekday" -> {
        var range = BehaviorRange.of(query, today(config.zone()), MAX_DAYS);
        respond(
            request,
            HeatMap.byWeekday(context.pool(), range, config.zone())
                .map(hours -> new Hours(range.from(), range.to(), config.zoneName(), hours)));
      }
      case "content" -> {
        var range = BehaviorRange.of(query, today(ZoneOffset.UTC), MAX_DAYS);
        respond(
            request,
            HeatMap.byContent(context.pool(), range)
                .map(contents -> new Contents(range.from(), range.to(), contents)));
      }
      default -> throw Problem.invalid("by", "one of weekday, content");
    }
  }

  private void requireVisible(RoutingContext request) {
    RequestPrincipal.requireVisible(request, context.visibilityOf(PlatformBoard.NAME));
  }

  private LocalDate today(ZoneId in) {
    return LocalDate.ofInstant(context.clock().instant(), in);
  }

  private static void respond(RoutingContext request, Future<?> response) {
    response.onSuccess(value -> JsonResponse.json(request, 200, value)).onFailure(request::fail);
  }

  /** A funnel reads the events of its range: with very many of them, fewer days must do. */
  private static <T> Future<T> tooLong(Throwable cause) {
    boolean isTooLong = cause instanceof PgException pg && CANCELLED.equals(pg.getSqlState());
    return Future.failedFuture(
        isTooLong ? Problem.unavailable("it took too long; ask for fewer days", 5) : cause);
  }
}
