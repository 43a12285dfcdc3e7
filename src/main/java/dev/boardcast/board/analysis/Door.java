package dev.boardcast.board.analysis;

import dev.boardcast.auth.Principal;
import dev.boardcast.auth.Visibility;
import dev.boardcast.http.Caller;
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
record Door(boolean isRoleNeeded, Visibility readers) {
  // Writes of all that do not say who they are share one user.
  private static final Principal ANYONE =
      new Principal("anonymous", Set.of(), Set.of(), Instant.EPOCH, Instant.MAX);

  /**
   * Who writes.
   *
   * @throws dev.boardcast.http.Problem 401 without token, 403 without the role
   */
  Principal writer(RoutingContext context) {
    return isRoleNeeded
        ? Caller.requireRole(context, Principal.INGEST)
        : Caller.of(context).orElse(ANYONE);
  }

  /**
   * Goes on for a reader.
   *
   * @throws dev.boardcast.http.Problem 401 without token, 403 without the role
   */
  void reader(RoutingContext context) {
    Caller.requireSight(context, readers);
  }
}
