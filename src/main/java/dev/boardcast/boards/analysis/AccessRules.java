package dev.boardcast.boards.analysis;

import dev.boardcast.spi.Principal;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Visibility;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.Set;

/**
 * Who may do what at this board: its readers read topics, runs and feedback; writers need the role
 * {@link Principal#INGEST} for every write, which are all facts to it.
 *
 * @param isRoleNeeded false where nobody has to say who they are
 * @param readers who may see the board
 */
record AccessRules(boolean isRoleNeeded, Visibility readers) {
  // Writes of all that do not say who they are share one user.
  private static final Principal ANYONE =
      new Principal("anonymous", Set.of(), Set.of(), Instant.EPOCH, Instant.MAX);

  /**
   * Who writes.
   *
   * @throws dev.boardcast.spi.Problem 401 without token, 403 without the role
   */
  Principal writer(RoutingContext context) {
    return isRoleNeeded
        ? RequestPrincipal.requireRole(context, Principal.INGEST)
        : RequestPrincipal.of(context).orElse(ANYONE);
  }

  /**
   * Goes on for a reader.
   *
   * @throws dev.boardcast.spi.Problem 401 without token, 403 without the role
   */
  void reader(RoutingContext context) {
    RequestPrincipal.requireSight(context, readers);
  }
}
