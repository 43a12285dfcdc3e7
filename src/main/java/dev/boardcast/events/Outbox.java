package dev.boardcast.events;

import dev.boardcast.bus.TypedBus;
import dev.boardcast.engine.FreshnessStages;
import dev.boardcast.engine.FreshnessStages.Stage;
import dev.boardcast.spi.EventPublisher;
import dev.boardcast.spi.NewEvent;
import dev.boardcast.web.audit.RequestContext;
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
 * Writes events to the table {@code outbox}, in the transaction of the facts that they report.
 * Thread safe.
 */
public final class Outbox implements EventPublisher {
  // One round trip for any number of events. Arrays of arrays cannot be unnested by row, so the
  // streams of an event are joined by a control character that NewEvent rejects in names.
  private static final String APPEND =
      """
      INSERT INTO %s (shard, event_id, type, streams, data, at)
      SELECT e.shard, e.id, e.type, string_to_array(e.streams, E'\\x1f'), e.data::json, e.at
      FROM unnest($1::int[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
        WITH ORDINALITY AS e (shard, id, type, streams, data, at, place)
      ORDER BY e.place""";
  private static final String SEPARATOR = "\u001f";

  private final String append;
  private final OutboxHints hints;
  private final FreshnessStages stages;

  /** For transactions on the connections of {@link dev.boardcast.database.Pools}. */
  public Outbox(Vertx vertx, TypedBus bus) {
    this(vertx, bus, FreshnessStages.NONE);
  }

  /**
   * The same.
   *
   * @param stages times the events of requests
   */
  public Outbox(Vertx vertx, TypedBus bus, FreshnessStages stages) {
    this(vertx, bus, "outbox", stages);
  }

  private Outbox(Vertx vertx, TypedBus bus, String table, FreshnessStages stages) {
    append = APPEND.formatted(table);
    hints = new OutboxHints(vertx, bus);
    this.stages = stages;
  }

  /** For transactions on any connection to the database, whatever its search path. */
  public static Outbox inSchema(Vertx vertx, TypedBus bus, String schema) {
    return new Outbox(vertx, bus, '"' + schema + "\".outbox", FreshnessStages.NONE);
  }

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
        .preparedQuery(append)
        .execute(Tuple.of(shards, ids, types, streams, data, times))
        .onSuccess(written -> written())
        .mapEmpty();
  }

  /** The current request, if there is one, has written its events. */
  void written() {
    RequestContext.age().ifPresent(nanos -> stages.took(Stage.REQUEST, nanos));
  }

  /** Wakes the emitter of a shard; call it after the commit. A lost hint delays delivery only. */
  public void hint(int shard) {
    hints.hint(shard);
  }

  @Override
  public void committed(Collection<NewEvent> events) {
    events.stream().mapToInt(NewEvent::shard).distinct().forEach(hints::hint);
  }
}
