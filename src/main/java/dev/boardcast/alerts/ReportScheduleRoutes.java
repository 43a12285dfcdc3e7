package dev.boardcast.alerts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.boardcast.engine.OptionalArtifact;
import dev.boardcast.spi.AuditLog;
import dev.boardcast.spi.AuditedRoute;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.EarlyCheck;
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
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * The HTTP routes of schedules of reports: the role {@code admin} changes them, {@code viewer}
 * reads them, each those of boards that they may see as a whole.
 */
final class ReportScheduleRoutes implements Routes {
  private static final String PATH = "/api/v1/reports";

  private final Pool pool;
  private final Idempotency idempotency;
  private final Clock clock;
  private final Function<String, Optional<Board>> boards;
  private final Function<Optional<Principal>, Set<String>> hidden;
  private final ReportScheduleStore schedules = new ReportScheduleStore();

  /**
   * @param boards by name
   * @param hidden the boards whose schedules a caller may not see
   */
  ReportScheduleRoutes(
      Pool pool,
      Idempotency idempotency,
      Clock clock,
      Function<String, Optional<Board>> boards,
      Function<Optional<Principal>, Set<String>> hidden) {
    this.pool = pool;
    this.idempotency = idempotency;
    this.clock = clock;
    this.boards = boards;
    this.hidden = hidden;
  }

  /** A schedule as a client sees it. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Item(
      UUID id,
      @JsonUnwrapped ReportSchedule schedule,
      String createdBy,
      Instant createdAt,
      Instant nextAt,
      Instant lastAt) {
    static Item of(ReportScheduleStore.Stored stored) {
      return new Item(
          stored.id(),
          stored.schedule(),
          stored.createdBy(),
          stored.createdAt(),
          stored.nextAt(),
          stored.lastAt());
    }
  }

  @Override
  public void mount(Router router) {
    router.get(PATH).setName("listReportSchedules").handler(this::list);
    EarlyCheck.on(
            AuditedRoute.on(router.post(PATH), "report_schedule.created"),
            AlertRuleRoutes::requireAdmin)
        .setName("createReportSchedule")
        .handler(this::create);
    AuditedRoute.on(router.delete(PATH + "/:id"), "report_schedule.deleted", "id")
        .setName("deleteReportSchedule")
        .handler(this::delete);
  }

  private void list(RoutingContext context) {
    var caller = RequestPrincipal.requireRole(context, Principal.VIEWER);
    QueryParameters.of(context);
    schedules
        .list(pool, hidden.apply(Optional.of(caller)))
        .map(found -> new Page<>(found.stream().map(Item::of).toList(), null))
        .onSuccess(page -> JsonResponse.json(context, 200, page))
        .onFailure(context::fail);
  }

  private void create(RoutingContext context) {
    var caller = RequestPrincipal.requireRole(context, Principal.ADMIN);
    QueryParameters.of(context);
    Set<String> unseen = hidden.apply(Optional.of(caller));
    var schedule =
        JsonBody.read(context, ReportSchedule.class)
            .checked(name -> unseen.contains(name) ? Optional.empty() : boards.apply(name));
    if (!OptionalArtifact.PDFBOX.isPresent()) {
      throw Problem.of(501, "Not available", OptionalArtifact.PDFBOX.reason("a report"));
    }
    idempotency.respond(
        context,
        caller,
        tx ->
            schedules
                .create(tx, schedule, caller.user(), clock.instant())
                .map(
                    created -> {
                      AuditLog.of(context).target(created.id().toString());
                      return new Written(
                          StoredResponse.json(201, Item.of(created))
                              .withLocation(PATH + "/" + created.id()),
                          () -> {});
                    }));
  }

  private void delete(RoutingContext context) {
    var caller = RequestPrincipal.requireRole(context, Principal.ADMIN);
    QueryParameters.of(context);
    UUID id = Ids.parse(context.pathParam("id")).orElseThrow(ReportScheduleRoutes::missing);
    Set<String> unseen = hidden.apply(Optional.of(caller));
    idempotency.respond(
        context,
        caller,
        tx ->
            schedules
                .delete(tx, id, unseen)
                .map(
                    deleted -> {
                      if (!deleted) throw missing();
                      return new Written(StoredResponse.noContent(), () -> {});
                    }));
  }

  private static Problem missing() {
    return Problem.notFound("this schedule");
  }
}
