package dev.boardcast.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.Lease;
import dev.boardcast.database.Leases;
import dev.boardcast.spi.LeaseLostException;
import dev.boardcast.spi.Shards;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

@ExtendWith(VertxExtension.class)
@Timeout(60)
class OutboxDrainIT {
  private static final Duration TTL = Duration.ofSeconds(30);

  @RegisterExtension final TestDatabase database = new TestDatabase();

  private final Lease lease = new Lease("emitter.0", "first", TTL);
  private final Lease otherLease = new Lease("emitter.0", "second", TTL);
  private Pool pool;
  private Outbox outbox;
  private EventLog log;
  private OutboxDrain drain;
  private long token;

  @BeforeEach
  void acquire(Vertx vertx) throws Exception {
    pool = database.pool(vertx);
    outbox = new Outbox(vertx, new TypedBus(vertx));
    log = new EventLog(pool);
    drain = new OutboxDrain(pool, lease, Shards.PEOPLE, 100);
    token = await(Leases.acquire(lease, pool)).getAsLong();
  }

  @Test
  void sequencesFollowTheOrderOfCommitsNotOfIds() throws Exception {
    SqlConnection early = await(pool.getConnection());
    var transaction = await(early.begin());
    append(early, 1, 1);
    append(pool, 2, 1);

    var first = await(drain.run(token, 0));
    await(transaction.commit());
    await(early.close());
    var second = await(drain.run(token, 0));

    assertEquals(List.of("{\"fact\":2,\"version\":1}"), data(first.events()));
    assertEquals(List.of("{\"fact\":1,\"version\":1}"), data(second.events()));
    assertEquals(1, first.events().get(0).sequence());
    assertEquals(2, second.events().get(0).sequence());
    assertEquals(data(await(log.read(0, 0, 10))), List.of(data(first), data(second)));
  }

  @Test
  void aDrainedEventIsInTheLogAndNoLongerInTheOutbox() throws Exception {
    append(pool, 1, 1);

    var drained = await(drain.run(token, 0));

    assertEquals(drained.events(), await(log.read(0, 0, 10)));
    assertEquals(drained.head(), await(log.heads()).get(0).head());
    assertEquals(0, count("outbox"));
  }

  @Test
  void anEmptyDrainReturnsTheHead() throws Exception {
    append(pool, 1, 1);
    var before = await(drain.run(token, 0));

    var empty = await(drain.run(token, 1));

    assertEquals(new OutboxDrain.Drained(before.epoch(), 1, List.of()), empty);
  }

  @Test
  void aBatchTakesTheLowestIdsAndLeavesTheRest() throws Exception {
    for (int version = 1; version <= 5; version++) append(pool, 1, version);
    var small = new OutboxDrain(pool, lease, Shards.PEOPLE, 2);

    assertEquals(List.of(1L, 2L), sequences(await(small.run(token, 0)).events()));
    assertEquals(List.of(3L, 4L), sequences(await(small.run(token, 2)).events()));
    assertEquals("{\"fact\":1,\"version\":5}", data(await(small.run(token, 4))));
  }

  @Test
  void otherShardsAreUnchanged() throws Exception {
    append(pool, 1, 1);
    var otherShard = new OutboxDrain(pool, lease, 1, 100);

    assertEquals(List.of(), await(otherShard.run(token, 0)).events());
    assertEquals(1, count("outbox"));
  }

  @Test
  void aHolderThatLostItsLeaseWritesNothing() throws Exception {
    append(pool, 1, 1);
    expire();
    long higher = await(Leases.acquire(otherLease, pool)).getAsLong();

    assertThrows(LeaseLostException.class, () -> await(drain.run(token, 0)));

    assertTrue(higher > token);
    assertEquals(1, count("outbox"));
    assertEquals(List.of(), await(log.read(0, 0, 10)));
    assertEquals(0, await(log.heads()).get(0).head());
  }

  @Test
  void aDrainBlocksAnAcquisitionUntilItIsCommitted() throws Exception {
    append(pool, 1, 1);
    SqlConnection slow = await(pool.getConnection());
    var transaction = await(slow.begin());
    expire();
    await(new OutboxDrain(slow, lease, Shards.PEOPLE, 100).run(token, 0));

    var takeover = Leases.acquire(otherLease, pool);
    await(transaction.commit());

    assertFalse(await(takeover).isPresent(), "the drain has renewed the lease");
  }

  @Test
  void aNodeThatWaitsForTheLeaseNeitherWaitsForADrainNorDelaysIt() throws Exception {
    SqlConnection slow = await(pool.getConnection());
    var transaction = await(slow.begin());
    await(new OutboxDrain(slow, lease, Shards.PEOPLE, 100).run(token, 0));

    assertTrue(await(Leases.acquire(otherLease, pool)).isEmpty());

    await(transaction.commit());
  }

  @Test
  void concurrentDrainsTakeNoRowTwice() throws Exception {
    append(pool, 1, 1);
    append(pool, 1, 2);
    SqlConnection lost = await(pool.getConnection());
    var transaction = await(lost.begin());
    var first = await(new OutboxDrain(lost, lease, Shards.PEOPLE, 1).run(token, 0));

    var waiting = drain.run(token, 0);
    awaitLockWaiter();
    await(transaction.commit());
    var second = await(waiting);

    assertEquals(List.of(1L), sequences(first.events()));
    assertEquals(List.of(2L), sequences(second.events()));
    assertEquals("{\"fact\":1,\"version\":2}", data(second));
  }

  @Test
  void aLogThatEndsBeforeThePublishedEventsContinuesWithANewEpoch() throws Exception {
    append(pool, 1, 1);
    var before = await(drain.run(token, 0));

    var setBack = await(drain.run(token, 50));
    append(pool, 1, 2);
    var after = await(drain.run(token, 1));

    assertNotEquals(before.epoch(), setBack.epoch());
    assertEquals(1, setBack.base());
    assertEquals(setBack.epoch(), after.epoch());
    assertEquals(List.of(2L), sequences(after.events()));
  }

  private void append(SqlClient transaction, int fact, int version) throws Exception {
    await(outbox.append(transaction, List.of(Writers.event(fact, version))));
  }

  private void expire() throws Exception {
    await(pool.query("UPDATE lease SET expires_at = '-infinity'").execute());
  }

  private void awaitLockWaiter() throws Exception {
    String waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            + " AND datname = current_database()";
    while (await(pool.query(waiting).execute()).iterator().next().getLong(0) == 0) {
      Thread.onSpinWait();
    }
  }

  private long count(String table) throws Exception {
    return await(pool.query("SELECT count(*) FROM " + table).execute())
        .iterator()
        .next()
        .getLong(0);
  }

  private static List<Long> sequences(List<LoggedEvent> events) {
    return events.stream().map(LoggedEvent::sequence).toList();
  }

  private static List<String> data(List<LoggedEvent> events) {
    return events.stream().map(event -> event.data().text()).toList();
  }

  private static String data(OutboxDrain.Drained one) {
    return String.join(",", data(one.events()));
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(20, TimeUnit.SECONDS);
  }
}
