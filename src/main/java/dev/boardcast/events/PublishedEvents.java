package dev.boardcast.events;

import dev.boardcast.engine.EventStore;
import dev.boardcast.spi.AuditEntry;
import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.Shards;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Stores published events with their ids by one statement, and so by one round trip and commit: an
 * id is stored once per stream, and concurrent statements with the same id wait for each other.
 * Thread safe.
 */
public final class PublishedEvents implements EventStore {
  private static final int PARAMETERS = 8;
  private static final String GIVEN =
      """
      given AS (
        SELECT * FROM unnest($1::text[], $2::uuid[], $3::int[], $4::uuid[], $5::text[], $6::text[],
                             $7::timestamptz[], $8::text[])
          WITH ORDINALITY AS g (stream, key, shard, id, type, data, at, origin, place))""";
  // Ordered, so that concurrent batches do not deadlock. Of several events with one id, the first
  // is new. Nothing here is compared pair by pair: a batch has thousands of rows.
  private static final String FRESH =
      """
      , kept AS (
        INSERT INTO published_event (stream, event_id)
        SELECT stream, key FROM given WHERE key IS NOT NULL ORDER BY stream COLLATE "C", key
        ON CONFLICT DO NOTHING RETURNING stream, event_id
      ), fresh AS (
        SELECT * FROM (
          SELECT *, row_number() OVER (PARTITION BY stream, key ORDER BY place) AS nth FROM given) n
        WHERE key IS NULL
           OR nth = 1 AND (stream, key) IN (SELECT stream, event_id FROM kept))""";
  private static final String FRESH_WITHOUT_IDS = ", fresh AS (SELECT * FROM given)";
  private static final String STORE =
      """
      , stored AS (
        INSERT INTO outbox (shard, event_id, type, streams, data, at, origin)
        SELECT shard, id, type, ARRAY[stream], data::json, at, origin FROM fresh ORDER BY place)
      SELECT place FROM fresh""";

  private final Pool pool;
  private final Outbox outbox;

  public PublishedEvents(Pool pool, Outbox outbox) {
    this.pool = pool;
    this.outbox = outbox;
  }

  @Override
  public Future<List<Boolean>> store(List<Item> items, Optional<AuditEntry> entry) {
    return pool.withConnection(connection -> store(connection, items, entry))
        .onSuccess(outcomes -> hint(items, outcomes));
  }

  /**
   * As {@link #store(List, Optional)}, in a transaction with other rows.
   *
   * @param audit writes them
   */
  Future<List<Boolean>> store(List<Item> items, Function<SqlClient, Future<Void>> audit) {
    return pool.withTransaction(
            tx -> {
              // Sent together with the next statement.
              Future<Void> audited = audit.apply(tx);
              return store(tx, items, Optional.empty()).compose(outcomes -> audited.map(outcomes));
            })
        .onSuccess(outcomes -> hint(items, outcomes));
  }

  private Future<List<Boolean>> store(
      SqlClient connection, List<Item> items, Optional<AuditEntry> entry) {
    // The response comes after the commit, which is part of the next stage; the time in the queue
    // of the pool was before.
    outbox.written();
    Tuple parameters = parameters(items);
    entry.ifPresent(row -> row.bind(parameters));
    return connection
        .preparedQuery(statement(items, entry))
        .execute(parameters)
        .map(rows -> outcomes(rows, items.size()));
  }

  private static String statement(List<Item> items, Optional<AuditEntry> entry) {
    boolean hasIds = items.stream().anyMatch(item -> item.key() != null);
    return entry.map(row -> row.with(PARAMETERS) + ", ").orElse("WITH ")
        + GIVEN
        + (hasIds ? FRESH : FRESH_WITHOUT_IDS)
        + STORE;
  }

  private static Tuple parameters(List<Item> items) {
    int count = items.size();
    var streams = new String[count];
    var keys = new UUID[count];
    var shards = new Integer[count];
    var ids = new UUID[count];
    var types = new String[count];
    var data = new String[count];
    var times = new OffsetDateTime[count];
    var origins = new String[count];
    for (int i = 0; i < count; i++) {
      Item item = items.get(i);
      NewEvent event = item.event();
      streams[i] = item.stream();
      keys[i] = item.key();
      shards[i] = event.shard();
      ids[i] = event.id();
      types[i] = event.type();
      data[i] = event.data().text();
      times[i] = event.at().atOffset(ZoneOffset.UTC);
      origins[i] = item.origin();
    }
    return Tuple.tuple()
        .addArrayOfString(streams)
        .addArrayOfUUID(keys)
        .addArrayOfInteger(shards)
        .addArrayOfUUID(ids)
        .addArrayOfString(types)
        .addArrayOfString(data)
        .addArrayOfOffsetDateTime(times)
        .addArrayOfString(origins);
  }

  private static List<Boolean> outcomes(RowSet<Row> fresh, int count) {
    List<Boolean> outcomes = new ArrayList<>(Collections.nCopies(count, false));
    for (Row row : fresh) outcomes.set((int) (row.getLong(0) - 1), true);
    return List.copyOf(outcomes);
  }

  private void hint(List<Item> items, List<Boolean> outcomes) {
    var shards = new HashSet<Integer>();
    for (int i = 0; i < items.size(); i++) {
      if (outcomes.get(i)) shards.add(Shards.of(items.get(i).stream()));
    }
    shards.forEach(outbox::hint);
  }
}
