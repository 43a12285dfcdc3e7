package dev.boardcast.boards.yaml;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;

/** Stops a board whose facts come from a table that is no source any more. */
final class FollowedSources {
  private static final String PROBLEM =
      "SELECT name, problem FROM source WHERE facts = ANY ($1) AND problem IS NOT NULL LIMIT 1";

  private FollowedSources() {}

  /**
   * Checks the sources among fact tables.
   *
   * @return fails with the reason if one of them has stopped
   */
  static Future<Void> require(SqlClient transaction, Collection<String> facts) {
    return transaction
        .preparedQuery(PROBLEM)
        .execute(Tuple.of(facts.toArray(String[]::new)))
        .map(
            rows -> {
              for (var row : rows) {
                throw new IllegalStateException(
                    "source %s: %s".formatted(row.getString("name"), row.getString("problem")));
              }
              return null;
            });
  }
}
