package dev.boardcast.events;

import dev.boardcast.database.RowExpiryVerticle;
import dev.boardcast.spi.FactSink.Outcome;
import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.Shards;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * Takes events of applications in. One with an {@code event_id} is taken once per stream: who comes
 * with the same id at the same time waits for the other's end.
 */
public final class StreamEventWriter {
  /** How long ids are remembered; {@link RowExpiryVerticle} deletes what is older. */
  public static final RowExpiryVerticle.Kept KEPT =
      new RowExpiryVerticle.Kept("published_event", "at", Duration.ofDays(7));

  // In one order, so that overlapping batches wait for each other and never in a circle.
  private static final String REMEMBER =
      """
      INSERT INTO published_event (stream, event_id)
      SELECT $1, id FROM unnest($2::uuid[]) AS i (id) ORDER BY id
      ON CONFLICT DO NOTHING RETURNING event_id""";

  private final Pool pool;
  private final Outbox outbox;

  StreamEventWriter(Pool pool, Outbox outbox) {
    this.pool = pool;
    this.outbox = outbox;
  }

  /**
   * @return the outcome of each, in order; completes after commit
   */
  Future<List<Outcome>> store(String stream, List<StreamEvent> posted) {
    return pool.withTransaction(
            tx ->
                remember(tx, stream, posted)
                    .compose(
                        fresh -> {
                          var outcomes = new ArrayList<Outcome>(posted.size());
                          var events = new ArrayList<NewEvent>(posted.size());
                          for (StreamEvent event : posted) {
                            // The first of several with one id is the new one.
                            boolean taken =
                                event.eventId() == null || fresh.remove(event.eventId());
                            outcomes.add(taken ? Outcome.NEW : Outcome.DUPLICATE);
                            if (taken) events.add(event(stream, event));
                          }
                          return outbox.append(tx, events).map(List.copyOf(outcomes));
                        }))
        .onSuccess(
            outcomes -> {
              if (outcomes.contains(Outcome.NEW)) outbox.hint(Shards.of(stream));
            });
  }

  private static Future<Set<UUID>> remember(SqlClient tx, String stream, List<StreamEvent> posted) {
    UUID[] ids =
        posted.stream().map(StreamEvent::eventId).filter(Objects::nonNull).toArray(UUID[]::new);
    if (ids.length == 0) return Future.succeededFuture(Set.of());
    return tx.preparedQuery(REMEMBER)
        .execute(Tuple.tuple().addString(stream).addArrayOfUUID(ids))
        .map(
            rows -> {
              var fresh = new HashSet<UUID>();
              for (Row row : rows) fresh.add(row.getUUID(0));
              return fresh;
            });
  }

  private static NewEvent event(String stream, StreamEvent event) {
    return new NewEvent(
        UUID.randomUUID(), event.type(), List.of(stream), event.data(), Instant.now());
  }
}
