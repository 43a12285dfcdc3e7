package dev.boardcast.http;

import dev.boardcast.auth.revocation.AccessGuard;
import dev.boardcast.spi.Authenticator;
import dev.boardcast.spi.Authenticator.Revoked;
import dev.boardcast.spi.Authenticator.Unauthenticated;
import dev.boardcast.spi.Authenticator.Unavailable;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.web.audit.AuditTrail;
import dev.boardcast.web.limits.AcceptedConnections;
import dev.boardcast.web.limits.ClientLimits;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * Verifies the bearer token of a request, if it has one. Routes decide whether a token is required;
 * an invalid one is rejected everywhere, so that no caller becomes anonymous by accident.
 */
final class AuthenticationHandler implements Handler<RoutingContext> {
  private static final String CONNECTIONS = "max-connections-per-principal";
  private static final int RETRY_SECONDS = 5;

  private final AccessGuard access;
  private final ClientLimits limits;
  private final Optional<AuditTrail> audit;

  AuthenticationHandler(
      Authenticator authenticator, ClientLimits limits, Optional<AuditTrail> audit) {
    access = AccessGuard.of(authenticator);
    this.limits = limits;
    this.audit = audit;
  }

  @Override
  public void handle(RoutingContext context) {
    String header = context.request().getHeader(HttpHeaders.AUTHORIZATION);
    if (header == null) {
      context.next();
      return;
    }
    if (!header.regionMatches(true, 0, "Bearer ", 0, 7)) {
      context.fail(Problem.unauthenticated("Authorization must be Bearer <jwt>"));
      return;
    }
    context.request().pause();
    access
        .authenticate(header.substring(7).trim())
        .onComplete(
            (principal, failure) -> {
              context.request().resume();
              if (failure == null) {
                RequestPrincipal.set(context, principal);
                CurrentAccess.watch(context, access, principal);
                if (mayConnect(context, principal)) context.next();
              } else if (failure instanceof Revoked reason) {
                context.fail(recorded(context, Problem.revoked(reason.getMessage())));
              } else if (failure instanceof Unauthenticated reason) {
                context.fail(recorded(context, refused(context, reason)));
              } else if (failure instanceof Unavailable reason) {
                context.fail(Problem.unavailable(reason.getMessage(), 5));
              } else {
                context.fail(failure);
              }
            });
  }

  /** Fails the request when its principal has too many connections. */
  private boolean mayConnect(RoutingContext context, Principal principal) {
    if (AcceptedConnections.authenticated(context.request(), principal.user())) return true;
    limits.meters().refused(CONNECTIONS, principal.user());
    HeldBody.refuse(
        context,
        Problem.tooMany(
            "this principal has too many connections (" + CONNECTIONS + ")", RETRY_SECONDS));
    return false;
  }

  private Problem recorded(RoutingContext context, Problem problem) {
    audit.ifPresent(trail -> trail.loginFailed(context, problem.status(), problem.getMessage()));
    return problem;
  }

  private Problem refused(RoutingContext context, Unauthenticated reason) {
    return limits
        .failures()
        .count(limits.address(context.request()))
        .map(limit -> limit.refuse(context.response(), "too many invalid tokens from this address"))
        .orElseGet(() -> Problem.unauthenticated(reason.getMessage()));
  }
}
