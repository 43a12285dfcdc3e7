package dev.boardcast.http;

import dev.boardcast.auth.revocation.AccessGuard;
import dev.boardcast.auth.revocation.AccessRefusal;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Checks whether the caller of a request, who was authenticated when its head arrived, may still
 * act: its body may arrive much later. Event loop of the request; nothing blocks.
 */
public final class CurrentAccess {
  private static final String KEY = "boardcast.current-access";
  private static final int RETRY_SECONDS = 5;

  private CurrentAccess() {}

  static void watch(RoutingContext context, AccessGuard guard, Principal principal) {
    Supplier<Optional<Problem>> check =
        () ->
            guard.hasExpired(principal)
                ? Optional.of(Problem.unauthenticated("the token expired during the request"))
                : guard.refusal(principal).map(CurrentAccess::problem);
    context.put(KEY, check);
  }

  /** Why the caller may no longer act; empty when it may, or has no token. */
  public static Optional<Problem> refusal(RoutingContext context) {
    Supplier<Optional<Problem>> check = context.get(KEY);
    return check == null ? Optional.empty() : check.get();
  }

  /** A caller that may no longer act sends nothing more: its connection ends with the answer. */
  public static void endUpload(RoutingContext context) {
    HeldBody.closeAfterAnswer(context);
  }

  /** Refuses a request whose caller lost its access while the body arrived. */
  static void check(RoutingContext context) {
    refusal(context).ifPresentOrElse(context::fail, context::next);
  }

  private static Problem problem(AccessRefusal why) {
    return why.isTemporary()
        ? Problem.unavailable(why.text(), RETRY_SECONDS)
        : Problem.revoked(why.text());
  }
}
