package dev.boardcast.boards.pipeline;

import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.Visibility;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** The hours of all sources, or of one: pages in the order of time, then of sources. */
public final class QualityRoutes implements Routes {
  private static final String SELECT =
      """
      SELECT source, hour, runs, failures, records, geocoding_attempts, geocoding_successes,
             validation_attempts, validation_passes
      FROM data_quality_metrics
      WHERE hour >= $1 AND hour < $2 AND (hour, source) > ($3, $4) %s
      ORDER BY hour, source LIMIT $5""";
  private static final String OF_ALL = SELECT.formatted("");
  private static final String OF_ONE = SELECT.formatted("AND source = $6");

  private final Pool pool;
  private final Visibility visibility;
  private final Clock clock;

  /**
   * @param visibility of the board
   */
  public QualityRoutes(Pool pool, Visibility visibility, Clock clock) {
    this.pool = pool;
    this.visibility = visibility;
    this.clock = clock;
  }

  /**
   * @param next the cursor of the next page, null on the last
   */
  private record Page(List<QualityHour> items, String next) {}

  @Override
  public void mount(Router router) {
    router.get("/api/v1/monitoring/data-quality").setName("listDataQuality").handler(this::list);
  }

  private void list(RoutingContext context) {
    RequestPrincipal.requireSight(context, visibility);
    page(QualityQuery.of(context, clock.instant()))
        .onSuccess(page -> JsonResponse.json(context, 200, page))
        .onFailure(context::fail);
  }

  private Future<Page> page(QualityQuery query) {
    var bounds =
        Tuple.of(
            query.from().atOffset(ZoneOffset.UTC),
            query.to().atOffset(ZoneOffset.UTC),
            query.after().hour().atOffset(ZoneOffset.UTC),
            query.after().source(),
            query.limit() + 1);
    query.source().ifPresent(bounds::addString);
    return pool.preparedQuery(query.source().isPresent() ? OF_ONE : OF_ALL)
        .execute(bounds)
        .map(
            rows -> {
              var hours = new ArrayList<QualityHour>(rows.size());
              for (Row row : rows) hours.add(QualityHour.of(row));
              if (hours.size() <= query.limit()) return new Page(hours, null);
              List<QualityHour> items = hours.subList(0, query.limit());
              return new Page(items, QualityCursor.at(items.get(items.size() - 1)).toString());
            });
  }
}
