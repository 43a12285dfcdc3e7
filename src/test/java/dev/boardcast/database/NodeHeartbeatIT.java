package dev.boardcast.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.FaultyProxy;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Leases last longer than any test here: what moves them is not their expiry. */
@Timeout(60)
class NodeHeartbeatIT {
  private static final Duration LONG = Duration.ofMinutes(10);

  private final DatabaseConfig config = Services.get().freshDatabase();
  private final Sql sql = new Sql(config.postgresUri());
  private final Vertx vertx = Vertx.vertx();
  private final List<Vertx> others = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (Vertx other : others) get(other.close());
    get(vertx.close());
  }

  /** A node, and its part that wants a lease. */
  private final class Node {
    private final NodeHeartbeat heartbeat;
    private final LeaseHolder holder;
    private final AtomicInteger held = new AtomicInteger();

    Node(Vertx vertx, String name, String lease, Duration ttl) throws Exception {
      this(vertx, Leases.heartbeat(vertx, name, config), lease, ttl);
    }

    Node(Vertx vertx, NodeHeartbeat heartbeat, String lease, Duration ttl) throws Exception {
      this.heartbeat = heartbeat;
      holder = new LeaseHolder(vertx, heartbeat, new Lease(lease, heartbeat.node(), ttl));
      var context = vertx.getOrCreateContext();
      var started =
          Future.<Void>future(
              promise ->
                  context.runOnContext(
                      turn -> holder.start(held::incrementAndGet).onComplete(promise)));
      get(started);
    }
  }

  @Test
  void oneNodeHoldsALeaseAndItsTokenStays() throws Exception {
    var one = new Node(vertx, "one", "job", Duration.ofMillis(500));
    var two = new Node(vertx, "two", "job", Duration.ofMillis(500));

    assertTrue(one.holder.isHeld());
    long token = one.holder.token().getAsLong();
    beats(two.heartbeat, 12);

    assertEquals(token, one.holder.token().getAsLong());
    assertFalse(two.holder.isHeld());
    assertEquals(1, one.held.get(), "told once");
    assertTrue(one.holder.isConfirmed(Duration.ofSeconds(1)));
  }

  @Test
  void aHolderThatLeavesHandsItsLeaseOver() throws Exception {
    var one = new Node(vertx, "one", "job", LONG);
    var two = new Node(vertx, "two", "job", LONG);
    long token = one.holder.token().getAsLong();

    get(one.holder.close());

    Awaitility.await().until(two.holder::isHeld);
    assertTrue(two.holder.token().getAsLong() > token);
    assertEquals(List.of("two"), sql.column("SELECT holder FROM lease WHERE name = 'job'"));
  }

  @Test
  void withoutTheBusTheNextHeartbeatTellsTheNewHolder() throws Exception {
    var one = new Node(vertx, "one", "job", LONG);
    // Its bus is another.
    var two = new Node(other(), "two", "job", LONG);

    get(one.holder.close());

    Awaitility.await().until(two.holder::isHeld);
  }

  @Test
  void leasesGoToTheNodeWithTheFewestThatDoesNotLeaveItself() throws Exception {
    var one = new Node(vertx, "one", "job.1", LONG);
    new Node(vertx, one.heartbeat, "job.2", LONG);
    var two = new Node(vertx, "two", "job.3", LONG);
    var wantsOne = new Node(vertx, two.heartbeat, "job.1", LONG);
    var three = new Node(vertx, "three", "job.1", LONG);
    var leaving = new Node(vertx, "leaving", "job.1", LONG);
    leaving.heartbeat.leave();
    beats(leaving.heartbeat, 2);

    get(one.holder.close());
    Awaitility.await().until(three.holder::isHeld);
    assertFalse(wantsOne.holder.isHeld());

    get(three.holder.close());
    Awaitility.await().until(wantsOne.holder::isHeld);
    assertFalse(leaving.holder.isHeld());
  }

  @Test
  void withoutAnotherNodeTheLeaseIsFree() throws Exception {
    var one = new Node(vertx, "one", "job", LONG);
    get(one.holder.close());
    assertEquals(
        List.of("t"), sql.column("SELECT expires_at < now() FROM lease WHERE name = 'job'"));
    var next = new Node(vertx, "one-again", "job", LONG);
    assertTrue(next.holder.isHeld());
  }

  @Test
  void aKilledHolderIsReplacedBeforeItsLeaseExpires() throws Exception {
    var proxy = new FaultyProxy(vertx, config.postgresUri());
    var through = DatabaseConfig.at(proxy.uri(), config.redisUri());
    var one = new Node(vertx, Leases.heartbeat(vertx, "one", through), "job", LONG);
    var two = new Node(vertx, "two", "job", LONG);
    assertTrue(one.holder.isHeld());

    proxy.down(true);
    cutConnectionOfOne();

    Awaitility.await().until(two.holder::isHeld);
  }

  @Test
  void aHolderWhoseConnectionIsCutKeepsItsLease() throws Exception {
    // A busy machine needs some hundred milliseconds for another connection.
    var rarely = Duration.ofSeconds(1);
    var one = new Node(vertx, Leases.heartbeat(vertx, "one", config, Set::of, rarely), "job", LONG);
    var two = new Node(vertx, Leases.heartbeat(vertx, "two", config, Set::of, rarely), "job", LONG);
    long token = one.holder.token().getAsLong();
    for (int i = 0; i < 3; i++) {
      cutConnectionOfOne();
      beats(two.heartbeat, 3);
    }
    assertEquals(token, one.holder.token().getAsLong());
    assertFalse(two.holder.isHeld());
  }

  @Test
  void aLeaseThatWorkHasLockedIsNeitherTakenNorLost() throws Exception {
    var one = new Node(vertx, "one", "job", Duration.ofMillis(500));
    long token = one.holder.token().getAsLong();
    var two = new Node(vertx, "two", "job", Duration.ofMillis(500));
    var pool = Pools.pool(vertx, config);
    var work = get(pool.getConnection());
    var transaction = get(work.begin());
    var lease = new Lease("job", "one", Duration.ofMillis(500));
    get(lease.renew(work, token));

    // Longer than the lease.
    beats(two.heartbeat, 10);
    assertEquals(token, one.holder.token().getAsLong());
    assertFalse(two.holder.isHeld());

    // As long work does at its end.
    get(lease.renew(work, token));
    get(transaction.commit());
    beats(one.heartbeat, 3);
    assertTrue(one.holder.isHeld());
    assertFalse(two.holder.isHeld());
    get(pool.close());
  }

  @Test
  void anAnswerThatIsOlderThanAGrantDoesNotUndoIt() throws Exception {
    var one = new Node(vertx, "one", "job", LONG);
    var proxy = new FaultyProxy(vertx, config.postgresUri());
    var through = DatabaseConfig.at(proxy.uri(), config.redisUri());
    var two = new Node(vertx, Leases.heartbeat(vertx, "two", through), "job", LONG);
    proxy.delayResponseWith("job");
    Awaitility.await().until(proxy::sawResponse);

    get(one.holder.close());
    Awaitility.await().until(two.holder::isHeld);
    proxy.release();
    beats(two.heartbeat, 2);

    assertTrue(two.holder.isHeld());
    assertEquals(1, two.held.get());
  }

  @Test
  void aHolderWhoseWorkDoesNotReachTheDatabaseHandsOver() throws Exception {
    var one = new Node(vertx, "one", "job", Duration.ofMillis(500));
    var two = new Node(vertx, "two", "job", Duration.ofMillis(500));
    var context = vertx.getOrCreateContext();
    long timer =
        vertx.setPeriodic(
            50, tick -> context.runOnContext(t -> one.holder.workFailed(new IOException("cut"))));

    Awaitility.await().until(two.holder::isHeld);

    vertx.cancelTimer(timer);
    assertFalse(one.holder.isHeld());
  }

  @Test
  void workThatTheServerRefusesKeepsItsLease() throws Exception {
    var one = new Node(vertx, "one", "job", Duration.ofMillis(500));
    var two = new Node(vertx, "two", "job", Duration.ofMillis(500));
    for (int i = 0; i < 10; i++) {
      one.holder.workFailed(new PgException("division by zero", "ERROR", "22012", ""));
      beats(two.heartbeat, 1);
    }
    assertTrue(one.holder.isHeld());
  }

  @Test
  void aHolderThatTheOthersDoNotHearHandsOverToOneThatTheyDo() throws Exception {
    var suspectsOfTwo = new AtomicReference<Set<String>>(Set.of());
    var suspectsOfThree = new AtomicReference<Set<String>>(Set.of());
    var one = new Node(vertx, "one", "job", LONG);
    var two =
        new Node(vertx, Leases.heartbeat(vertx, "two", config, suspectsOfTwo::get), "job", LONG);
    var three =
        new Node(
            vertx, Leases.heartbeat(vertx, "three", config, suspectsOfThree::get), "other", LONG);

    // Nobody is receivers by more: a cut between two nodes that nobody else can judge.
    suspectsOfTwo.set(Set.of("one", "three"));
    suspectsOfThree.set(Set.of("two"));
    beats(one.heartbeat, 6);
    assertTrue(one.holder.isHeld());

    suspectsOfTwo.set(Set.of("one"));
    suspectsOfThree.set(Set.of("one"));
    Awaitility.await().until(two.holder::isHeld);
    assertFalse(one.holder.isHeld());
    assertTrue(three.holder.isHeld(), "its own lease");
    beats(one.heartbeat, 6);
    assertTrue(two.holder.isHeld(), "it stays there");
  }

  @Test
  void heartbeatsTellHeadsBoardsAndTheAgeOfTheOutbox() throws Exception {
    sql.run(
        """
        INSERT INTO outbox (shard, event_id, type, streams, data, at)
        VALUES (2, gen_random_uuid(), 't', '{s}', '{}', now() - interval '9 seconds')""");
    sql.run("UPDATE event_shard SET head = 7, epoch = 'e' WHERE shard = 2");
    sql.run(
        """
        INSERT INTO board_state (board, watermark, version, data, computed_at)
        VALUES ('b', pg_current_snapshot(), 41, '{}', now())""");
    var node = new Node(vertx, "one", "job", LONG);

    Heartbeat beat = beats(node.heartbeat, 1);

    var shard = beat.shards().stream().filter(one -> one.shard() == 2).findFirst().orElseThrow();
    assertEquals(7, shard.head());
    assertEquals("e", shard.epoch());
    assertEquals(9, shard.outboxAge().orElseThrow(), 5);
    assertTrue(
        beat.shards().stream().allMatch(one -> one.shard() == 2 || one.outboxAge().isEmpty()));
    assertEquals(41L, beat.boards().get("b"));
    assertTrue(node.heartbeat.isAnswered());
  }

  @Test
  void aNodeThatStopsIsForgotten() throws Exception {
    var node = other();
    new Node(node, "one", "job", LONG);
    assertEquals(List.of("one"), sql.column("SELECT node FROM node_heartbeat"));
    get(node.close());
    others.remove(node);
    assertEquals(List.of(), sql.column("SELECT node FROM node_heartbeat"));
  }

  /** The last of some heartbeats that are sent from now on. */
  private static Heartbeat beats(NodeHeartbeat heartbeat, int count) {
    long now = System.nanoTime();
    var seen = new CopyOnWriteArrayList<Heartbeat>();
    heartbeat
        .heartbeats()
        .subscribe(
            beat -> {
              if (beat.askedNanos() - now > 0) seen.add(beat);
            });
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> seen.size() >= count);
    return seen.get(count - 1);
  }

  private void cutConnectionOfOne() throws Exception {
    sql.run(
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'heartbeat of one'""");
  }

  private Vertx other() {
    var other = Vertx.vertx();
    others.add(other);
    return other;
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.await(20, TimeUnit.SECONDS);
  }
}
