package dev.boardcast.boards.tasks;

import dev.boardcast.spi.Principal;
import dev.boardcast.spi.TeamMemberships;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.util.Set;

/**
 * Resolves teams from the token and the stored memberships, without teams that the user was removed
 * from after the token was issued. One statement with one index look-up. Thread safe.
 */
final class StoredMemberships implements TeamMemberships {
  private final Pool pool;

  StoredMemberships(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Future<Principal> resolve(Principal principal) {
    return pool.preparedQuery("SELECT teams_of($1, $2, $3)")
        .execute(Viewer.of(principal).tuple())
        .map(rows -> Set.of(rows.iterator().next().getArrayOfStrings(0)))
        .map(principal::withTeams);
  }
}
