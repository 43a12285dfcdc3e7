package dev.boardcast.alerts;

import dev.boardcast.spi.AuditLog;
import dev.boardcast.spi.AuditedRoute;
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
import java.time.Instant;

/** The HTTP routes of silences: the role {@code admin} changes them, {@code viewer} reads them. */
final class SilenceRoutes implements Routes {
  private static final String PATH = "/api/v1/alerts/silences";

  private final Pool pool;
  private final Idempotency idempotency;
  private final SilenceStore silences;

  SilenceRoutes(Pool pool, Idempotency idempotency, SilenceStore silences) {
    this.pool = pool;
    this.idempotency = idempotency;
    this.silences = silences;
  }

  @Override
  public void mount(Router router) {
    router.get(PATH).setName("listAlertSilences").handler(this::list);
    EarlyCheck.on(
            AuditedRoute.on(router.post(PATH), "alert_silence.created"),
            AlertRuleRoutes::requireAdmin)
        .setName("createAlertSilence")
        .handler(this::create);
    AuditedRoute.on(router.delete(PATH + "/:id"), "alert_silence.ended", "id")
        .setName("endAlertSilence")
        .handler(this::end);
  }

  private void list(RoutingContext context) {
    RequestPrincipal.requireRole(context, Principal.VIEWER);
    QueryParameters.of(context);
    silences
        .list(pool)
        .onSuccess(found -> JsonResponse.json(context, 200, new Page<>(found, null)))
        .onFailure(context::fail);
  }

  private void create(RoutingContext context) {
    var caller = RequestPrincipal.requireRole(context, Principal.ADMIN);
    QueryParameters.of(context);
    var silence = JsonBody.read(context, NewSilence.class).checked(Instant.now(), caller.user());
    AuditLog.of(context).target(silence.id().toString());
    idempotency.respond(
        context,
        caller,
        tx ->
            silences
                .add(tx, silence)
                .map(
                    added ->
                        new Written(
                            StoredResponse.json(201, added).withLocation(PATH + "/" + added.id()),
                            () -> {})));
  }

  private void end(RoutingContext context) {
    var caller = RequestPrincipal.requireRole(context, Principal.ADMIN);
    QueryParameters.of(context);
    var id = Ids.parse(context.pathParam("id")).orElseThrow(() -> Problem.notFound("this silence"));
    idempotency.respond(
        context,
        caller,
        tx ->
            silences
                .end(tx, id)
                .map(
                    ended -> {
                      if (!ended) throw Problem.notFound("this silence");
                      return new Written(StoredResponse.noContent(), () -> {});
                    }));
  }
}
