package dev.boardcast.events;

import dev.boardcast.bus.TypedBus;
import dev.boardcast.spi.EventPublisher;
import dev.boardcast.spi.NewEvent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * Where a board leaves the events of its facts, in the facts' own transaction:
 *
 * <pre>{@code
 * pool.withTransaction(tx -> update(tx, task).compose(row -> outbox.append(tx, events).map(row)))
 *     .onSuccess(row -> outbox.committed(events));
 * }</pre>
 *
 * <p>Safe to use from any thread. One per process is enough.
 */
public final class Outbox implements EventPublisher {
  // One round trip for any number of events. Arrays of arrays cannot be unnested by row, so the
  // streams of an event travel joined by a control character that NewEvent keeps out of names.
  private static final String APPEND =
      """
      INSERT INTO outbox (shard, event_id, type, streams, data, at)
      SELECT e.shard, e.id, e.type, string_to_array(e.streams, E'\\x1f'), e.data::json, e.at
      FROM unnest($1::int[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
        WITH ORDINALITY AS e (shard, id, type, streams, data, at, place)
      ORDER BY e.place""";
  private static final String SEPARATOR = "\u001f";

  private final OutboxHints hints;

  public Outbox(Vertx vertx, TypedBus bus) {
    hints = new OutboxHints(vertx, bus);
  }

  /**
   * Adds events to the caller's transaction, in the order of the list. Call it after the row of the
   * fact is locked (inserted or updated): that makes the order of events the order of changes.
   *
   * @param transaction where the fact is written; nothing is sent when it rolls back
   * @param events may be empty; one statement takes them all, so bound them
   * @return fails when the insert does; roll back then
   */
  @Override
  public Future<Void> append(SqlClient transaction, List<NewEvent> events) {
    if (events.isEmpty()) return Future.succeededFuture();
    int count = events.size();
    var shards = new Integer[count];
    var ids = new UUID[count];
    var types = new String[count];
    var streams = new String[count];
    var data = new String[count];
    var times = new OffsetDateTime[count];
    for (int i = 0; i < count; i++) {
      NewEvent event = events.get(i);
      shards[i] = event.shard();
      ids[i] = event.id();
      types[i] = event.type();
      streams[i] = String.join(SEPARATOR, event.streams());
      data[i] = event.data().text();
      times[i] = event.at().atOffset(ZoneOffset.UTC);
    }
    return transaction
        .preparedQuery(APPEND)
        .execute(Tuple.of(shards, ids, types, streams, data, times))
        .mapEmpty();
  }

  /** Wakes the emitter of a shard; call it after the commit. Losing the hint costs time only. */
  public void hint(int shard) {
    hints.hint(shard);
  }

  /** Wakes the emitters of these events; call it after the commit. */
  @Override
  public void committed(Collection<NewEvent> events) {
    events.stream().mapToInt(NewEvent::shard).distinct().forEach(hints::hint);
  }
}
