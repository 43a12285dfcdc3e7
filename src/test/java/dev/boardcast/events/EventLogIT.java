package dev.boardcast.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.Lease;
import dev.boardcast.database.Leases;
import dev.boardcast.spi.Shards;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The log holds versions 1 to 10 of one fact: odd versions of fact 1, even ones of fact 2. */
@ExtendWith(VertxExtension.class)
@Timeout(60)
class EventLogIT {
  @RegisterExtension final TestDatabase database = new TestDatabase();

  private Pool pool;
  private EventLog log;

  @BeforeEach
  void fill(Vertx vertx) throws Exception {
    pool = database.pool(vertx);
    log = new EventLog(pool);
    var events = IntStream.rangeClosed(1, 10).mapToObj(v -> Writers.event(2 - v % 2, v)).toList();
    await(new Outbox(vertx, new TypedBus(vertx)).append(pool, events));
    var lease = new Lease("emitter.0", "test", Duration.ofSeconds(30));
    long token = await(Leases.acquire(lease, pool)).getAsLong();
    await(new OutboxDrain(pool, lease, Shards.PEOPLE, 100).run(token, 0));
  }

  @Test
  void aShardIsReadPageByPage() throws Exception {
    assertEquals(List.of(1L, 2L, 3L, 4L), sequences(log.read(0, 0, 4)));
    assertEquals(List.of(5L, 6L, 7L, 8L), sequences(log.read(0, 4, 4)));
    assertEquals(List.of(9L, 10L), sequences(log.read(0, 8, 4)));
    assertEquals(List.of(), sequences(log.read(0, 10, 4)));
    assertEquals(List.of(), sequences(log.read(1, 0, 4)));
  }

  @Test
  void aStreamHasItsOwnEventsOnly() throws Exception {
    assertEquals(List.of(1L, 3L, 5L, 7L, 9L), sequences(log.readStream("user.1", 0, 10, 100)));
    assertEquals(List.of(2L, 4L), sequences(log.readStream("user.2", 0, 5, 100)));
    assertEquals(List.of(4L, 6L), sequences(log.readStream("user.2", 2, 10, 2)));
    assertEquals(10, await(log.readStream("team.all", 0, 10, 100)).size());
    assertEquals(List.of(), sequences(log.readStream("user", 0, 10, 100)));
  }

  @Test
  void aStreamsEventsAreThoseOfTheShard() throws Exception {
    assertEquals(await(log.read(0, 0, 100)), await(log.readStream("team.all", 0, 10, 100)));
  }

  @Test
  void everyShardHasAHeadAndAnEpochOfItsOwn() throws Exception {
    var heads = await(log.heads());

    assertEquals(List.of(0, 1, 2, 3), heads.stream().map(EventLog.Head::shard).toList());
    assertEquals(List.of(10L, 0L, 0L, 0L), heads.stream().map(EventLog.Head::head).toList());
    assertNotEquals(heads.get(0).epoch(), heads.get(1).epoch());
    assertTrue(heads.stream().allMatch(head -> head.epoch().matches("[0-9a-f]{8}")));
  }

  @Test
  void theOldestIsTheFirstEventInTheLog() throws Exception {
    assertEquals(1, await(log.oldest(0)));

    await(pool.query("DELETE FROM event_log WHERE sequence <= 4").execute());
    assertEquals(5, await(log.oldest(0)));

    await(pool.query("DELETE FROM event_log").execute());
    assertEquals(11, await(log.oldest(0)));
    assertEquals(1, await(log.oldest(1)));
  }

  private static List<Long> sequences(Future<List<LoggedEvent>> events) throws Exception {
    return await(events).stream().map(LoggedEvent::sequence).toList();
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(20, TimeUnit.SECONDS);
  }
}
