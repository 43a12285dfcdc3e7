package dev.boardcast.events;

import dev.boardcast.database.RowExpiryVerticle;
import dev.boardcast.spi.AuditEntry;
import dev.boardcast.spi.FactSink;
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
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Stores events that applications publish. An {@code event_id} is stored once per stream;
 * concurrent requests with the same id wait for each other. Thread safe.
 */
public final class StreamEventWriter {
  /** How long event ids are kept; {@link RowExpiryVerticle} deletes older ones. */
  public static final RowExpiryVerticle.Expiry EXPIRY =
      new RowExpiryVerticle.Expiry("published_event", "at", Duration.ofDays(7));

  // Ordered, so that concurrent batches do not deadlock.
  private static final String INSERT_IDS =
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

  /** A sink that stores events of a stream, each batch in one transaction. */
  FactSink<StreamEvent> sink(String stream) {
    return new FactSink<>() {
      @Override
      public Future<List<Outcome>> store(List<StreamEvent> events) {
        return StreamEventWriter.this.store(stream, events, Optional.empty());
      }

      @Override
      public Future<List<Outcome>> store(List<StreamEvent> events, AuditEntry entry) {
        return StreamEventWriter.this.store(stream, events, Optional.of(entry));
      }
    };
  }

  /** Returns the outcome of each event, in order, after the commit. */
  private Future<List<Outcome>> store(
      String stream, List<StreamEvent> published, Optional<AuditEntry> entry) {
    List<UUID> keys =
        published.stream().map(event -> PublishedEventId.key(event.eventId())).toList();
    return pool.withTransaction(
            tx -> {
              // Sent together with the next statement.
              Future<Void> audited =
                  entry.map(row -> row.append(tx)).orElseGet(Future::succeededFuture);
              return insertIds(tx, stream, keys)
                  .compose(
                      fresh -> {
                        var outcomes = new ArrayList<Outcome>(published.size());
                        var events = new ArrayList<NewEvent>(published.size());
                        for (int i = 0; i < published.size(); i++) {
                          // Of several events with one id, the first is new.
                          UUID key = keys.get(i);
                          boolean isNew = key == null || fresh.remove(key);
                          outcomes.add(isNew ? Outcome.NEW : Outcome.DUPLICATE);
                          if (isNew) events.add(event(stream, published.get(i)));
                        }
                        return outbox
                            .append(tx, events)
                            .compose(appended -> audited)
                            .map(List.copyOf(outcomes));
                      });
            })
        .onSuccess(
            outcomes -> {
              if (outcomes.contains(Outcome.NEW)) outbox.hint(Shards.of(stream));
            });
  }

  private static Future<Set<UUID>> insertIds(SqlClient tx, String stream, List<UUID> keys) {
    UUID[] ids = keys.stream().filter(Objects::nonNull).toArray(UUID[]::new);
    if (ids.length == 0) return Future.succeededFuture(Set.of());
    return tx.preparedQuery(INSERT_IDS)
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
