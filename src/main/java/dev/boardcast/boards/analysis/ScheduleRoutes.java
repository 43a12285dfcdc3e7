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
import java.util.UUID;

/** The HTTP routes of schedules of analysis runs. Who may open a run may schedule some. */
final class ScheduleRoutes implements Routes {
  private static final String PATH = "/api/v1/analysis/schedules";
  private static final String UUID_FORM = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  private final SingleChange changes;
  private final ScheduleStore schedules;

  ScheduleRoutes(SingleChange changes) {
    this.changes = changes;
    schedules = new ScheduleStore(changes.clock());
  }

  @Override
  public void mount(Router router) {
    router.get(PATH).setName("listAnalysisSchedules").handler(this::list);
    Route create = AuditedRoute.on(router.post(PATH), "analysis_schedule.created");
    EarlyCheck.on(create, changes::requireWriter)
        .setName("createAnalysisSchedule")
        .handler(this::create);
    Route delete = AuditedRoute.on(router.delete(PATH + "/:id"), "analysis_schedule.deleted", "id");
    EarlyCheck.on(delete, changes::requireWriter)
        .setName("deleteAnalysisSchedule")
        .handler(this::delete);
  }

  private void list(RoutingContext context) {
    changes.requireReader(context);
    QueryParameters.of(context);
    schedules
        .list(changes.pool())
        .onSuccess(page -> JsonResponse.json(context, 200, page))
        .onFailure(context::fail);
  }

  private void create(RoutingContext context) {
    var writer = changes.requireWriter(context);
    QueryParameters.of(context);
    var wanted = JsonBody.read(context, NewSchedule.class).checked();
    changes.write(
        context,
        writer,
        tx ->
            schedules
                .create(tx, wanted)
                .onSuccess(made -> AuditLog.of(context).target(made.id().toString()))
                .map(made -> StoredResponse.json(201, made).withLocation(PATH + "/" + made.id())));
  }

  private void delete(RoutingContext context) {
    var writer = changes.requireWriter(context);
    QueryParameters.of(context);
    String id = context.pathParam("id");
    if (!id.matches(UUID_FORM)) throw Problem.notFound("schedule " + id);
    changes.write(
        context,
        writer,
        tx -> schedules.delete(tx, UUID.fromString(id)).map(deleted -> StoredResponse.noContent()));
  }
}
