package dev.boardcast.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.database.Lease;
import dev.boardcast.database.Leases;
import dev.boardcast.metrics.history.HistoryConfig;
import dev.boardcast.metrics.history.HistoryStore;
import dev.boardcast.spi.LeaseLostException;
import dev.boardcast.spi.Snapshot;
import dev.boardcast.testing.FoldCost;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FoldIT extends FoldCase {
  @Test
  void anEmptyDatabaseHasASnapshot() throws Exception {
    assertEquals(0, total(run()));
  }

  @Test
  void aFoldWithoutNewFactsChangesNothingButTheTime() throws Exception {
    insert(10);
    var first = run();
    assertFalse(get(fold.isDue()));
    var second = run();
    assertEquals(first.version(), second.version());
    assertEquals(first.data(), second.data());
    insert(1);
    assertTrue(get(fold.isDue()));
    assertTrue(run().version() > second.version());
  }

  @Test
  void aCrashWithinTheCommitLeavesEachFactToBeFoldedOnce() throws Exception {
    sql.run(
        """
        CREATE FUNCTION crash() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$""");
    sql.run(
        """
        CREATE CONSTRAINT TRIGGER crash AFTER INSERT OR UPDATE ON board_state
          DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION crash()""");
    insert(10);
    assertThrows(Exception.class, this::run);
    sql.run("DROP TRIGGER crash ON board_state");
    assertEquals(10, total(runAgain()));
  }

  @Test
  void aNodeThatLostTheLeaseFoldsNothing() throws Exception {
    insert(10);
    run();
    insert(5);
    sql.run("UPDATE lease SET expires_at = '-infinity'");
    var other = new Lease("board.routing", "other", Duration.ofSeconds(60));
    long otherToken = get(Leases.acquire(other, pool)).getAsLong();
    assertInstanceOf(LeaseLostException.class, failure(fold.run(token)));
    assertTrue(get(fold.isDue()));
    var otherFold =
        new Fold(pool, other, board, new HistoryStore(HistoryConfig.DEFAULTS), Clock.systemUTC());
    assertEquals(15, total(get(otherFold.run(otherToken)).snapshot()));
  }

  @Test
  void factsRestoredFromAnotherServerAndNewOnesAreCountedOnce() throws Exception {
    var cost = FoldCost.of(board);
    insert(10);
    run();
    // The transaction ids of the other server are not assigned here yet.
    sql.run("UPDATE routing_decision SET tx = '900000000'");
    sql.run("UPDATE board_state SET watermark = '900000001:900000001:', cluster = 'other'");
    insert(5);
    assertEquals(15, total(run()));
    assertEquals(15, total(run()));
    insert(1);
    assertEquals(16, total(run()));
    assertEquals(1, cost.touched());
  }

  @Test
  void rollupsWithoutAWatermarkAreRecomputed() throws Exception {
    insert(10);
    run();
    sql.run("DELETE FROM board_state");
    assertEquals(10, total(run()));
  }

  /** Retries once, since the pool may not have noticed the crash yet. */
  private Snapshot runAgain() throws Exception {
    return get(fold.run(token).recover(cause -> fold.run(token))).snapshot();
  }

  private static Throwable failure(Future<?> future) throws Exception {
    return future
        .map(value -> (Throwable) null)
        .recover(Future::succeededFuture)
        .await(30, TimeUnit.SECONDS);
  }
}
