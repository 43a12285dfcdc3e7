package dev.boardcast.boards.analysis;

import dev.boardcast.spi.AuditLog;
import dev.boardcast.spi.AuditedRoute;
import dev.boardcast.spi.EarlyCheck;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.StoredResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** The HTTP routes of analysis runs. */
final class RunRoutes implements Routes {
  private final SingleChange changes;
  private final RunStore runs;

  RunRoutes(SingleChange changes) {
    this.changes = changes;
    runs = new RunStore(changes.clock());
  }

  @Override
  public void mount(Router router) {
    Route open = AuditedRoute.on(router.post("/api/v1/analysis/runs"), "run.opened");
    EarlyCheck.on(open, changes::requireWriter).setName("openRun").handler(this::open);
    router.get("/api/v1/analysis/runs").setName("listRuns").handler(this::list);
    router.get("/api/v1/analysis/runs/:id").setName("getRun").handler(this::get);
    AuditedRoute.on(router.post("/api/v1/analysis/runs/:id/close"), "run.closed", "id")
        .setName("closeRun")
        .handler(this::close);
  }

  private void open(RoutingContext context) {
    var writer = changes.requireWriter(context);
    var wanted = JsonBody.read(context, NewRun.class);
    if (!wanted.timeWindowEnd().isAfter(wanted.timeWindowStart())) {
      throw Problem.invalid("time_window_end", "a time after time_window_start");
    }
    changes.write(
        context,
        writer,
        tx ->
            runs.open(tx, wanted)
                .onSuccess(run -> AuditLog.of(context).target(run.id()))
                .map(
                    run ->
                        StoredResponse.json(201, run)
                            .withLocation("/api/v1/analysis/runs/" + run.id())));
  }

  private void close(RoutingContext context) {
    var writer = changes.requireWriter(context);
    String id = SingleChange.id(context);
    changes.write(
        context, writer, tx -> runs.close(tx, id).map(run -> StoredResponse.json(200, run)));
  }

  private void list(RoutingContext context) {
    changes.requireReader(context);
    var query = QueryParameters.of(context, "limit", "cursor", "status");
    var open =
        query
            .text("status")
            .map(
                status ->
                    switch (status) {
                      case "open" -> true;
                      case "closed" -> false;
                      default -> throw Problem.invalid("status", "one of open, closed");
                    });
    runs.page(changes.pool(), SingleChange.page(query), open)
        .onSuccess(page -> JsonResponse.json(context, 200, page))
        .onFailure(context::fail);
  }

  private void get(RoutingContext context) {
    changes.requireReader(context);
    runs.find(changes.pool(), SingleChange.id(context))
        .onSuccess(run -> JsonResponse.json(context, 200, run))
        .onFailure(context::fail);
  }
}
