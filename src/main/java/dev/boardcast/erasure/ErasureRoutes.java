package dev.boardcast.erasure;

import dev.boardcast.spi.AuditLog;
import dev.boardcast.spi.AuditedRoute;
import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Lets admins request that a user is erased, or that the rows which name the user are counted, and
 * read receipts. A node with the role {@code metrics} does it.
 */
public final class ErasureRoutes implements Routes {
  private static final String PATH = "/api/v1/admin/erasures";
  private static final int MAX_LIMIT = 200;
  private static final int DEFAULT_LIMIT = 50;

  private final Pool pool;

  public ErasureRoutes(Pool pool) {
    this.pool = pool;
  }

  /**
   * A request.
   *
   * @param dryRun whether rows are only counted; null for false
   * @param texts whether the name is also replaced where it is a word of a longer text; null for
   *     true, unless it is a number or the like
   */
  record NewErasure(
      @NotNull(message = FieldRules.USER_TEXT)
          @Pattern(regexp = FieldRules.USER, message = FieldRules.USER_TEXT)
          String user,
      Boolean dryRun,
      Boolean texts) {}

  /**
   * A page.
   *
   * @param next what {@code after} is for the next page; null on the last
   */
  record ErasurePage(List<Erasure> erasures, String next) {}

  @Override
  public void mount(Router router) {
    AuditedRoute.on(router.post(PATH), "user.erased").setName("eraseUser").handler(this::add);
    router.get(PATH).setName("listErasures").handler(this::list);
    router.get(PATH + "/:id").setName("getErasure").handler(this::get);
  }

  private void add(RoutingContext context) {
    var caller = RequestPrincipal.requireRole(context, Principal.ADMIN);
    QueryParameters.of(context);
    var wanted = JsonBody.read(context, NewErasure.class);
    var audit = AuditLog.of(context);
    pool.withTransaction(
            tx ->
                ErasureStore.add(
                        tx,
                        wanted.user(),
                        Boolean.TRUE.equals(wanted.dryRun()),
                        Optional.ofNullable(wanted.texts()),
                        caller.user())
                    .map(added -> added.orElseThrow(ErasureRoutes::tooMany))
                    .compose(
                        added -> {
                          // The trail must not name the user.
                          audit.target(added.id().toString());
                          return audit.append(tx).map(added);
                        }))
        .onSuccess(
            added -> {
              context.response().putHeader("Location", PATH + "/" + added.id());
              JsonResponse.json(context, 202, added);
            })
        .onFailure(context::fail);
  }

  private void list(RoutingContext context) {
    RequestPrincipal.requireRole(context, Principal.ADMIN);
    var query = QueryParameters.of(context, "after", "limit");
    int limit = query.number("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
    UUID after = query.text("after").map(ErasureRoutes::after).orElse(null);
    ErasureStore.list(pool, after, limit + 1)
        .onSuccess(
            found -> {
              var kept = found.subList(0, Math.min(limit, found.size()));
              String next = found.size() > limit ? kept.get(limit - 1).id().toString() : null;
              JsonResponse.json(context, 200, new ErasurePage(kept, next));
            })
        .onFailure(context::fail);
  }

  private void get(RoutingContext context) {
    RequestPrincipal.requireRole(context, Principal.ADMIN);
    QueryParameters.of(context);
    UUID id;
    try {
      id = UUID.fromString(context.pathParam("id"));
    } catch (IllegalArgumentException notAnId) {
      throw Problem.notFound("this erasure");
    }
    ErasureStore.get(pool, id)
        .map(found -> found.orElseThrow(() -> Problem.notFound("this erasure")))
        .onSuccess(found -> JsonResponse.json(context, 200, found))
        .onFailure(context::fail);
  }

  private static UUID after(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException notAnId) {
      throw Problem.invalid("after", "next of the page before");
    }
  }

  private static Problem tooMany() {
    return Problem.unavailable("%d erasures are not finished".formatted(ErasureStore.MAX_OPEN), 60);
  }
}
