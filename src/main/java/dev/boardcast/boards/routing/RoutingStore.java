package dev.boardcast.boards.routing;

import dev.boardcast.bus.FactsHintPublisher;
import dev.boardcast.spi.FactBatch;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.util.List;

/** Writes decisions. Thread safe. */
public final class RoutingStore {
  private static final String INSERT =
      """
      INSERT INTO routing_decision
        (event_id, strategy, provider, model, confidence, cost, decided_at)
      SELECT event_id, strategy, provider, model, confidence::numeric, cost::numeric, decided_at
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                  $7::timestamptz[])
        AS d (event_id, strategy, provider, model, confidence, cost, decided_at)
      ON CONFLICT (event_id) DO NOTHING
      RETURNING event_id""";

  private final Pool pool;
  private final FactsHintPublisher hints;
  private final Clock clock;

  /**
   * @param hints of the routing board
   * @param clock for decisions that do not say when they were made
   */
  public RoutingStore(Pool pool, FactsHintPublisher hints, Clock clock) {
    this.pool = pool;
    this.hints = hints;
    this.clock = clock;
  }

  /**
   * Stores decisions in one statement, leaving out those whose event id is known.
   *
   * @return for each decision, in order, whether it was new; of several with one event id the first
   *     counts as new. Completes after commit; fails with nothing stored
   */
  public Future<List<Boolean>> add(List<Decision> decisions) {
    var facts = new FactBatch<>(decisions, Decision::eventId);
    return pool.preparedQuery(INSERT)
        .execute(columns(facts.sorted()))
        .map(
            inserted -> {
              if (inserted.size() > 0) hints.committed();
              return facts.isNew(inserted);
            });
  }

  private Tuple columns(List<Decision> rows) {
    return Tuple.tuple()
        .addArrayOfString(FactBatch.texts(rows, Decision::eventId))
        .addArrayOfString(FactBatch.texts(rows, Decision::strategy))
        .addArrayOfString(FactBatch.texts(rows, Decision::provider))
        .addArrayOfString(FactBatch.texts(rows, Decision::model))
        .addArrayOfString(FactBatch.decimals(rows, Decision::confidence))
        .addArrayOfString(FactBatch.decimals(rows, Decision::cost))
        .addArrayOfOffsetDateTime(FactBatch.times(rows, Decision::decidedAt, clock.instant()));
  }
}
