package dev.boardcast.example.app;

import dev.boardcast.spi.Authenticator;
import dev.boardcast.spi.Principal;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.Set;

/** The portal's users, identified by API keys instead of JSON Web Tokens. */
final class PortalUsers implements Authenticator {
  private static final String BY_KEY =
      "SELECT name, team, is_lead FROM portal_user WHERE api_key = $1";

  private final Pool pool;

  PortalUsers(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Future<Principal> authenticate(String key) {
    return pool.preparedQuery(BY_KEY)
        .execute(Tuple.of(key))
        .recover(away -> Future.failedFuture(new Unavailable("users cannot be looked up")))
        .compose(
            rows ->
                rows.size() == 1
                    ? Future.succeededFuture(principal(rows.iterator().next()))
                    : Future.failedFuture(new Unauthenticated("this API key is not known")));
  }

  private static Principal principal(Row row) {
    Set<String> roles = row.getBoolean("is_lead") ? Set.of(Principal.INGEST) : Set.of();
    return new Principal(
        row.getString("name"), Set.of(row.getString("team")), roles, Instant.now(), Instant.MAX);
  }
}
