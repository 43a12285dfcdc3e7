package dev.boardcast.auth;

import io.vertx.core.Future;

/** Who belongs to which team, beyond what the token says. */
@FunctionalInterface
public interface Memberships {
  /** Takes the token's word for it. */
  Memberships OF_TOKEN = Future::succeededFuture;

  /** The principal with the teams it has now; fails when that cannot be found out. */
  Future<Principal> resolve(Principal principal);
}
