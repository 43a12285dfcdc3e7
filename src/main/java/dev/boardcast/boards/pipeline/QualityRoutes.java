package dev.boardcast.boards.pipeline;

import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.Page;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Tuple;
import java.time.ZoneOffset;

/** The HTTP route that lists stored hours of all sources or of one, ordered by hour and source. */
final class QualityRoutes implements Routes {
  private static final String SELECT =
      """
      SELECT source, hour, runs, failures, records, geocoding_attempts, geocoding_successes,
             validation_attempts, validation_passes, check_names, check_attempts, check_passes
      FROM data_quality_metrics m CROSS JOIN LATERAL (
        SELECT array_agg(name) AS check_names, array_agg(attempts) AS check_attempts,
               array_agg(passes) AS check_passes
        FROM (SELECT name, attempts, passes FROM pipeline_check k
              WHERE k.span = 'hour' AND k.begins = m.hour AND k.source = m.source AND attempts > 0
              ORDER BY name LIMIT %d) AS c) AS checks
      WHERE hour >= $1 AND hour < $2 AND (hour, source) > ($3, $4) %s
      ORDER BY hour, source LIMIT $5""";
  private static final String OF_ALL = SELECT.formatted(QualityCheck.SHOWN, "");
  private static final String OF_ONE = SELECT.formatted(QualityCheck.SHOWN, "AND source = $6");

  private final BoardContext context;
  private final PipelineConfig config;

  QualityRoutes(BoardContext context) {
    this.context = context;
    config = context.config(PipelineConfig.class);
  }

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

  private Future<Page<QualityHour>> page(QualityQuery query) {
    var bounds =
        Tuple.of(
            query.from().atOffset(ZoneOffset.UTC),
            query.to().atOffset(ZoneOffset.UTC),
            query.page().after().at().atOffset(ZoneOffset.UTC),
            query.page().after().key(),
            query.page().rows());
    query.source().ifPresent(bounds::addString);
    return context
        .pool()
        .preparedQuery(query.source().isPresent() ? OF_ONE : OF_ALL)
        .execute(bounds)
        .map(
            rows ->
                query.page().page(rows, row -> QualityHour.of(row, config), QualityHour::cursor));
  }
}
