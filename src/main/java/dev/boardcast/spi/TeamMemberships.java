package dev.boardcast.spi;

import io.vertx.core.Future;

/** Resolves the teams of a principal. Thread safe; must not block. */
@FunctionalInterface
public interface TeamMemberships {
  /**
   * The type of the event that reports a change of a user's teams on the stream {@code user.<id>}.
   * A gateway that delivers it checks the user's sessions again; see {@link
   * BoardContext#membershipsChanged}. Nothing else does: teams are not read again because time
   * passes. Write it in the transaction of the change.
   */
  String CHANGED = "membership_changed";

  /** Uses the teams of the token. */
  TeamMemberships OF_TOKEN = Future::succeededFuture;

  /**
   * @return the principal with its current teams; fails when they cannot be read
   */
  Future<Principal> resolve(Principal principal);
}
