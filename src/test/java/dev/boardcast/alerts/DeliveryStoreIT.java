package dev.boardcast.alerts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.database.Pools;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a node records of a message that another one has claimed meanwhile. */
@ExtendWith(VertxExtension.class)
class DeliveryStoreIT {
  private static final String CHANNEL =
      """
      INSERT INTO alert_channel (id, definition, group_by, group_wait, updated_by, updated_at)
      VALUES ('c', '{"type":"webhook","url":"http://127.0.0.1:9/"}', 'board', '0', 'u', now())""";

  private static final String MESSAGE =
      """
      INSERT INTO alert_delivery (id, channel, kind, group_key, transitions, created_at, due_at)
      VALUES (gen_random_uuid(), 'c', 'test', '', '{}', now(), now())""";

  @Test
  void aNodeWhoseClaimHasExpiredEndsNothing(Vertx vertx) throws Exception {
    var db = Services.get().freshDatabase();
    var sql = new Sql(db.postgresUri());
    sql.run(CHANNEL);
    sql.run(MESSAGE);
    var pool = Pools.pool(vertx, db, "test", 1);
    var slow = new DeliveryStore(pool, "slow", Duration.ofSeconds(60));
    var other = new DeliveryStore(pool, "other", Duration.ofSeconds(60));
    Delivery lost = claimed(slow);
    sql.run("UPDATE alert_delivery SET claimed_until = now()");
    Delivery taken = claimed(other);
    assertEquals(lost.id(), taken.id());
    assertEquals(1, taken.expired());
    assertFalse(await(slow.sent(lost)));
    assertFalse(await(slow.dead(lost, "late")));
    assertFalse(await(slow.retry(lost, Instant.now(), "late", true)));
    assertEquals(List.of("1"), sql.column("SELECT expired FROM alert_delivery"));
    assertTrue(await(other.sent(taken)));
    assertFalse(await(other.sent(taken)));
    assertEquals(List.of("sent"), sql.column("SELECT state FROM alert_delivery"));
    pool.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void theClaimOfANodeEndsWithIt(Vertx vertx) throws Exception {
    var db = Services.get().freshDatabase();
    var sql = new Sql(db.postgresUri());
    sql.run(CHANNEL);
    sql.run(MESSAGE);
    var pool = Pools.pool(vertx, db, "test", 1);
    var lost = new DeliveryStore(pool, "lost", Duration.ofSeconds(60));
    var other = new DeliveryStore(pool, "other", Duration.ofSeconds(60));
    Delivery first = claimed(lost);
    // Its connection lives, and it is only late: it may be about to record what it has sent.
    await(
        pool.query(
                "INSERT INTO node_heartbeat (node, wants, suspects, leaving, backend,"
                    + " backend_start, seen_at)"
                    + " SELECT 'lost', '{}', '{}', false, pid, backend_start, now() - interval '5 s'"
                    + " FROM pg_stat_activity WHERE pid = pg_backend_pid()")
            .execute());
    assertEquals(List.of(), await(other.claim(List.of(), 4)).deliveries());
    sql.run("UPDATE node_heartbeat SET backend = 0, seen_at = now()");
    assertEquals(List.of(), await(other.claim(List.of(), 4)).deliveries());
    sql.run("UPDATE node_heartbeat SET seen_at = now() - interval '5 s'");
    Delivery taken = claimed(other);
    assertEquals(first.id(), taken.id());
    assertEquals(1, taken.expired());
    assertFalse(await(lost.sent(first)));
    assertTrue(await(other.sent(taken)));
    pool.close().await(10, TimeUnit.SECONDS);
  }

  private static Delivery claimed(DeliveryStore store) throws Exception {
    return await(store.claim(List.of(), 4)).deliveries().get(0);
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(10, TimeUnit.SECONDS);
  }
}
