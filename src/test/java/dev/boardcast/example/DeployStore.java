package dev.boardcast.example;

import dev.boardcast.bus.FactsHintPublisher;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Writes deployments. Thread safe. */
final class DeployStore {
  // Sorted, so that two batches with the same event ids wait for each other and not crosswise.
  private static final String INSERT =
      """
      INSERT INTO deploy (event_id, service, succeeded, seconds)
      SELECT event_id, service, succeeded, seconds::numeric
      FROM unnest($1::text[], $2::text[], $3::boolean[], $4::text[])
        AS d (event_id, service, succeeded, seconds)
      ORDER BY event_id
      ON CONFLICT (event_id) DO NOTHING RETURNING event_id""";

  private final Pool pool;
  private final FactsHintPublisher hints;

  DeployStore(Pool pool, FactsHintPublisher hints) {
    this.pool = pool;
    this.hints = hints;
  }

  /**
   * @return for each, in order, whether it was new; completes after commit
   */
  Future<List<Boolean>> add(List<Deploy> deploys) {
    return pool.preparedQuery(INSERT)
        .execute(
            Tuple.of(
                deploys.stream().map(Deploy::eventId).toArray(String[]::new),
                deploys.stream().map(Deploy::service).toArray(String[]::new),
                deploys.stream().map(Deploy::succeeded).toArray(Boolean[]::new),
                deploys.stream()
                    .map(each -> each.seconds().toPlainString())
                    .toArray(String[]::new)))
        .map(
            inserted -> {
              if (inserted.size() > 0) hints.committed();
              Set<String> fresh = new HashSet<>();
              for (Row row : inserted) fresh.add(row.getString(0));
              return deploys.stream()
                  .map(each -> Objects.isNull(each.eventId()) || fresh.remove(each.eventId()))
                  .toList();
            });
  }
}
