package dev.boardcast.boards.pipeline;

import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Lists the stored hours of all sources or of one, in pages ordered by hour and source. */
final class QualityRoutes implements Routes {
  private static final String SELECT =
      """
      SELECT source, hour, runs, failures, records, geocoding_attempts, geocoding_successes,
             validation_attempts, validation_passes
      FROM data_quality_metrics
      WHERE hour >= $1 AND hour < $2 AND (hour, source) > ($3, $4) %s
      ORDER BY hour, source LIMIT $5""";
  private static final String OF_ALL = SELECT.formatted("");
  private static final String OF_ONE = SELECT.formatted("AND source = $6");

  private final BoardContext context;

  QualityRoutes(BoardContext context) {
    this.context = context;
  }

  /**
   * @param next the cursor of the next page; null on the last
   */
  private record Page(List<QualityHour> items, String next) {}

  @Override
  public void mount(Router router) {
    router.get("/api/v1/monitoring/data-quality").setName("listDataQuality").handler(this::list);
  }

  private void list(RoutingContext request) {
    RequestPrincipal.requireVisible(request, context.visibilityOf(PipelineBoard.NAME));
    page(QualityQuery.of(request, context.clock().instant()))
        .onSuccess(page -> JsonResponse.json(request, 200, page))
        .onFailure(request::fail);
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
    return context
        .pool()
        .preparedQuery(query.source().isPresent() ? OF_ONE : OF_ALL)
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
