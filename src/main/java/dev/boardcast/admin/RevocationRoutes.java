package dev.boardcast.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.boardcast.auth.revocation.RevocationStore;
import dev.boardcast.bus.Revocation;
import dev.boardcast.spi.AuditLog;
import dev.boardcast.spi.AuditedRoute;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Adds and lifts revocations for the role {@code admin}, lists them to the role {@code viewer}, and
 * signs users out of all their sessions.
 */
public final class RevocationRoutes implements Routes {
  private static final String PATH = "/api/v1/admin/revocations";
  private static final int MAX_LIMIT = 200;
  private static final int DEFAULT_LIMIT = 50;

  private final RevocationStore store;

  public RevocationRoutes(RevocationStore store) {
    this.store = store;
  }

  /**
   * The response of {@code GET /api/v1/admin/revocations}.
   *
   * @param next what {@code after} is for the next page; null on the last
   */
  record RevocationPage(List<Item> revocations, String next) {}

  /** A revocation, as a client sees it. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Item(
      UUID id,
      String user,
      String session,
      String tokenId,
      String keyId,
      Instant issuedBefore,
      String reason,
      String createdBy,
      Instant createdAt,
      Instant until,
      String userDigest) {
    static Item of(Revocation revocation) {
      return new Item(
          revocation.id(),
          revocation.userDigest() == null ? revocation.userId() : null,
          revocation.session(),
          revocation.tokenId(),
          revocation.keyId(),
          revocation.issuedBefore(),
          revocation.reason(),
          revocation.createdBy(),
          revocation.createdAt(),
          revocation.until(),
          revocation.userDigest());
    }
  }

  /** The response of {@code DELETE /api/v1/sessions}. */
  record SignedOut(String user, Instant issuedBefore, Instant until) {}

  @Override
  public void mount(Router router) {
    AuditedRoute.on(router.post(PATH), "revocation.created")
        .setName("addRevocation")
        .handler(this::add);
    router.get(PATH).setName("listRevocations").handler(this::list);
    AuditedRoute.on(router.delete(PATH + "/:id"), "revocation.lifted", "id")
        .setName("liftRevocation")
        .handler(this::lift);
    AuditedRoute.on(router.delete("/api/v1/sessions"), "user.signed_out")
        .setName("signOutEverywhere")
        .handler(this::signOut);
  }

  private void add(RoutingContext context) {
    var caller = RequestPrincipal.requireRole(context, Principal.ADMIN);
    QueryParameters.of(context);
    var wanted = JsonBody.read(context, NewRevocation.class);
    var criteria = wanted.criteria(Instant.now());
    var audit = AuditLog.of(context);
    audit.target(wanted.target());
    store
        .add(criteria, wanted.reason(), caller.user(), Optional.ofNullable(wanted.until()), audit)
        .map(added -> Item.of(added.orElseThrow(RevocationRoutes::tooMany)))
        .onSuccess(
            item -> {
              context.response().putHeader("Location", PATH + "/" + item.id());
              JsonResponse.json(context, 201, item);
            })
        .onFailure(context::fail);
  }

  private void list(RoutingContext context) {
    RequestPrincipal.requireRole(context, Principal.VIEWER);
    var query = QueryParameters.of(context, "after", "limit");
    int limit = query.number("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
    long before = query.text("after").map(RevocationRoutes::version).orElse(Long.MAX_VALUE);
    store
        .list(before, limit + 1)
        .onSuccess(found -> JsonResponse.json(context, 200, page(found, limit)))
        .onFailure(context::fail);
  }

  private void lift(RoutingContext context) {
    var caller = RequestPrincipal.requireRole(context, Principal.ADMIN);
    QueryParameters.of(context);
    UUID id = id(context.pathParam("id"));
    store
        .lift(id, caller.user(), AuditLog.of(context))
        .onSuccess(
            lifted -> {
              if (lifted) JsonResponse.noContent(context);
              else context.fail(Problem.notFound("this revocation"));
            })
        .onFailure(context::fail);
  }

  /**
   * Revokes the caller's tokens that were issued before the next whole second, since tokens tell
   * their time in whole seconds: one of the current second may be older than the request.
   */
  private void signOut(RoutingContext context) {
    var caller = RequestPrincipal.require(context);
    QueryParameters.of(context);
    Instant next = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    var audit = AuditLog.of(context);
    audit.target("user:" + caller.user());
    store
        .signOut(caller.user(), next, audit)
        .map(added -> added.orElseThrow(RevocationRoutes::tooManySignedOut))
        .onSuccess(
            added ->
                JsonResponse.json(
                    context,
                    200,
                    new SignedOut(added.userId(), added.issuedBefore(), added.until())))
        .onFailure(context::fail);
  }

  private static RevocationPage page(List<Revocation> found, int limit) {
    List<Revocation> kept = found.subList(0, Math.min(limit, found.size()));
    boolean more = found.size() > limit;
    return new RevocationPage(
        kept.stream().map(Item::of).toList(),
        more ? Long.toString(kept.get(limit - 1).version()) : null);
  }

  private static long version(String text) {
    if (!text.matches("\\d{1,18}")) throw Problem.invalid("after", "next of the page before");
    return Long.parseLong(text);
  }

  private static UUID id(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException notAnId) {
      throw Problem.notFound("this revocation");
    }
  }

  private static Problem tooManySignedOut() {
    return Problem.unavailable(
        "%d users have signed out everywhere; an administrator can revoke your tokens"
            .formatted(RevocationStore.MAX_SIGNED_OUT),
        60);
  }

  private static Problem tooMany() {
    return Problem.unavailable(
        "%d revocations are in force; lift some".formatted(RevocationStore.MAX_ACTIVE), 60);
  }
}
