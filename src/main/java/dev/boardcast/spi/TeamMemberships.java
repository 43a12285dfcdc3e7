package dev.boardcast.spi;

import io.vertx.core.Future;

/** Who belongs to which team, beyond what the token says. */
@FunctionalInterface
public interface TeamMemberships {
  /** Takes the token's word for it. */
  TeamMemberships OF_TOKEN = Future::succeededFuture;

  /** The principal with the teams it has now; fails when that cannot be found out. */
  Future<Principal> resolve(Principal principal);
}
