package dev.boardcast.events;

import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.Shards;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * Stores published events with their ids in one transaction: an id is stored once per stream, and
 * concurrent transactions with the same id wait for each other. Thread safe.
 */
final class PublishedEvents {
  // Ordered, so that concurrent batches do not deadlock.
  private static final String INSERT_IDS =
      """
      INSERT INTO published_event (stream, event_id)
      SELECT stream, id FROM unnest($1::text[], $2::uuid[]) AS i (stream, id)
      ORDER BY stream COLLATE "C", id
      ON CONFLICT DO NOTHING RETURNING stream, event_id""";

  private final Pool pool;
  private final Outbox outbox;

  PublishedEvents(Pool pool, Outbox outbox) {
    this.pool = pool;
    this.outbox = outbox;
  }

  /**
   * An event of one stream.
   *
   * @param key under which the stream remembers it, see {@link PublishedEventId}; null for an event
   *     that is always new
   * @param origin see {@link dev.boardcast.bus.Origin#text}; null for none
   */
  record Item(NewEvent event, UUID key, String origin) {
    String stream() {
      return event.streams().get(0);
    }
  }

  private record Key(String stream, UUID id) {}

  /**
   * Stores events in their order.
   *
   * @param audit writes further rows in the same transaction
   * @return for each event whether it is new, after the commit
   */
  Future<List<Boolean>> store(List<Item> items, Function<SqlClient, Future<Void>> audit) {
    return pool.withTransaction(
            tx -> {
              // Sent together with the next statement.
              Future<Void> audited = audit.apply(tx);
              return insertIds(tx, items)
                  .compose(
                      fresh -> {
                        var outcomes = new ArrayList<Boolean>(items.size());
                        var stored = new ArrayList<Item>(items.size());
                        for (Item item : items) {
                          // Of several events with one id, the first is new.
                          boolean isNew =
                              item.key() == null
                                  || fresh.remove(new Key(item.stream(), item.key()));
                          outcomes.add(isNew);
                          if (isNew) stored.add(item);
                        }
                        return outbox
                            .append(
                                tx,
                                stored.stream().map(Item::event).toList(),
                                stored.stream().map(Item::origin).toArray(String[]::new))
                            .compose(appended -> audited)
                            .map(List.copyOf(outcomes));
                      });
            })
        .onSuccess(outcomes -> hint(items, outcomes));
  }

  private void hint(List<Item> items, List<Boolean> outcomes) {
    var shards = new HashSet<Integer>();
    for (int i = 0; i < items.size(); i++) {
      if (outcomes.get(i)) shards.add(Shards.of(items.get(i).stream()));
    }
    shards.forEach(outbox::hint);
  }

  private static Future<Set<Key>> insertIds(SqlClient tx, List<Item> items) {
    List<Item> keyed = items.stream().filter(item -> item.key() != null).toList();
    if (keyed.isEmpty()) return Future.succeededFuture(new HashSet<>());
    String[] streams = keyed.stream().map(Item::stream).toArray(String[]::new);
    UUID[] ids = keyed.stream().map(Item::key).toArray(UUID[]::new);
    return tx.preparedQuery(INSERT_IDS)
        .execute(Tuple.tuple().addArrayOfString(streams).addArrayOfUUID(ids))
        .map(
            rows -> {
              var fresh = new HashSet<Key>();
              for (Row row : rows) fresh.add(new Key(row.getString(0), row.getUUID(1)));
              return fresh;
            });
  }
}
