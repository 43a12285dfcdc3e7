package dev.boardcast.boards.pipeline;

import static dev.boardcast.boards.pipeline.PipelineFixture.RUNS;
import static dev.boardcast.boards.pipeline.PipelineFixture.failure;
import static dev.boardcast.boards.pipeline.PipelineFixture.success;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.config.Settings;
import dev.boardcast.metrics.Folding;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.HookedBoard;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Alerts are raised once and cleared once, on whichever node the fold runs and however it fails.
 */
class AlertOnceIT {
  private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
  private static final String CONFLICT =
      "DO $$ BEGIN RAISE 'run again' USING ERRCODE = 'serialization_failure'; END $$";

  private final PipelineFixture pipeline = new PipelineFixture();
  private final AlertEvents news = new AlertEvents(pipeline.sql);

  @AfterEach
  void close() {
    pipeline.close();
  }

  @Test
  void aHolderThatDiesBeforeOrDuringItsCommitRaisesNothingAndTheNextRaisesOnce() throws Exception {
    var mortal = new HookedBoard(pipeline.board);
    var first = new Folding(pipeline.api.parts().pool(), mortal, "me").take();
    pipeline.post(RUNS, failure("a", at(1)), failure("a", at(2)), failure("a", at(3)));
    mortal.afterSnapshot = HookedBoard.Hook.TERMINATE;
    assertThrows(Exception.class, () -> first.at(at(4)));
    assertEquals(AlertEvents.NONE, news.next());
    mortal.afterSnapshot = HookedBoard.Hook.NONE;
    pipeline.sql.run(
        """
        CREATE FUNCTION crash() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$""");
    pipeline.sql.run(
        """
        CREATE CONSTRAINT TRIGGER crash AFTER INSERT OR UPDATE ON board_state
          DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION crash()""");
    assertThrows(Exception.class, () -> first.at(at(4)));
    assertEquals(AlertEvents.NONE, news.next());
    pipeline.sql.run("DROP TRIGGER crash ON board_state");

    expireTheLease();
    var second = new Folding(pipeline.api.parts().pool(), pipeline.board, "other").take();
    assertEquals(1, second.againAt(at(5)).get("alerts").size());
    assertEquals("alert_raised a failing error", news.next());
    assertEquals(1, second.at(at(6)).get("alerts").size());
    assertEquals(AlertEvents.NONE, news.next());
  }

  @Test
  void aFoldThatFailsInTheClientLeavesNoStatementToRunLater() throws Exception {
    var broken = new HookedBoard(pipeline.board);
    var folding = new Folding(pipeline.api.parts().pool(), broken, "me").take();
    pipeline.post(RUNS, failure("a", at(1)), failure("a", at(2)), failure("a", at(3)));
    broken.beforeNextChange =
        (tx, now, none) -> {
          throw new IllegalStateException("no next tick");
        };
    assertThrows(IllegalStateException.class, () -> folding.at(at(4)));
    assertEquals(0, pipeline.api.count("SELECT count(*) FROM pipeline_alert"));
    assertEquals(AlertEvents.NONE, news.next());
    broken.beforeNextChange = HookedBoard.Hook.NONE;
    folding.at(at(4));
    assertEquals("alert_raised a failing error", news.next());
  }

  @Test
  void aFoldThatIsRetriedAfterAConflictRaisesOnce() throws Exception {
    var refused = new HookedBoard(pipeline.board);
    var folding = new Folding(pipeline.api.parts().pool(), refused, "me").take();
    pipeline.post(RUNS, failure("a", at(1)), failure("a", at(2)), failure("a", at(3)));
    var tries = new AtomicInteger();
    refused.afterSnapshot =
        (tx, now, numbers) ->
            tries.incrementAndGet() > 2 ? Future.succeededFuture() : tx.query(CONFLICT).execute();
    assertEquals(1, folding.at(at(4)).get("alerts").size());
    assertEquals(3, tries.get());
    assertEquals("alert_raised a failing error", news.next());
  }

  @Test
  void aRebuildThatRepairsTheMetricsClearsOnceThoughItsHolderDies() throws Exception {
    var mortal = new HookedBoard(pipeline.board);
    var first = new Folding(pipeline.api.parts().pool(), mortal, "me").take();
    pipeline.post(RUNS, success("a", at(1), 7));
    first.at(at(2));
    pipeline.sql.run("UPDATE pipeline_source SET failures = 3");
    first.at(at(2));
    assertEquals("alert_raised a failing error", news.next());
    mortal.afterSnapshot = HookedBoard.Hook.TERMINATE;
    assertThrows(Exception.class, () -> first.rebuiltAt(at(3)));
    assertEquals(AlertEvents.NONE, news.next());
    mortal.afterSnapshot = HookedBoard.Hook.NONE;
    assertEquals(1, first.againAt(at(3)).get("alerts").size());
    assertEquals(0, first.rebuiltAt(at(3)).get("alerts").size());
    assertEquals("alert_cleared a failing error", news.next());
    first.rebuiltAt(at(4));
    assertEquals(AlertEvents.NONE, news.next());
  }

  @Test
  void aNodeWhoseClockIsBehindClearsNothingThatTheOneBeforeRaised() throws Exception {
    pipeline.post(RUNS, success("a", NOON, 1));
    Instant stale = NOON.plus(Settings.defaults(PipelineConfig.class).staleAfter());
    alerts(stale);
    assertEquals("alert_raised a stale warning", news.next());
    expireTheLease();
    var other = new Folding(pipeline.api.parts().pool(), pipeline.board, "other").take();
    assertEquals(1, other.at(stale.minusSeconds(2)).get("alerts").size());
    assertEquals(AlertEvents.NONE, news.next());
    // A clock that was set back is accepted.
    assertEquals(0, other.at(stale.minusSeconds(60)).get("alerts").size());
    assertEquals("alert_cleared a stale warning", news.next());
  }

  @Test
  void readingTheNumbersRaisesNothing() throws Exception {
    pipeline.post(RUNS, success("a", NOON, 1));
    pipeline.at(at(1));
    var pool = pipeline.api.parts().pool();
    Instant stale = NOON.plus(Settings.defaults(PipelineConfig.class).staleAfter());
    Api.await(pipeline.board.snapshot(pool, stale));
    assertEquals(AlertEvents.NONE, news.next());
    alerts(stale);
    String raised = Api.await(pipeline.board.snapshot(pool, stale)).text();
    assertEquals(alerts(stale), Json.MAPPER.readTree(raised).get("alerts"));
  }

  @Test
  void holdersThatRaceForTheBoardRaiseAndClearEachAlertOnce() throws Exception {
    var pool = pipeline.api.parts().pool();
    var nodes =
        List.of(
            new Folding(pool, pipeline.board, "me"), new Folding(pool, pipeline.board, "other"));
    for (int round = 0; round < 20; round++) {
      boolean fails = round % 2 == 0;
      for (int i = 0; i < 3; i++) {
        pipeline.post(
            RUNS, fails ? failure("a", at(round)) : success("a", at(round).plusMillis(1), 1));
      }
      expireTheLease();
      Folding old = nodes.get(round % 2);
      Folding next = nodes.get((round + 1) % 2);
      old.take();
      List<Future<?>> folds = new ArrayList<>();
      folds.add(old.startAt(at(round + 1)));
      takeOverFromAHolderThatStillFolds(next);
      folds.add(next.startAt(at(round + 1)));
      folds.add(old.startAt(at(round + 1)));
      Api.await(Future.join(folds).otherwiseEmpty());
      assertEquals(fails ? 1 : 0, next.at(at(round + 1)).get("alerts").size());
      assertEquals(
          fails ? "alert_raised a failing error" : "alert_cleared a failing error",
          news.next(),
          "round " + round);
    }
  }

  @Test
  void recomputingNeitherRaisesNorClears() {
    pipeline.post(RUNS, failure("a", at(1)), failure("a", at(2)), failure("a", at(3)));
    JsonNode numbers = pipeline.at(at(4));
    assertEquals("alert_raised a failing error", news.next());
    assertEquals(numbers, pipeline.folding.recomputedAt(at(4)));
    assertEquals(AlertEvents.NONE, news.next());
  }

  private static Instant at(int minute) {
    return NOON.plusSeconds(60L * minute);
  }

  private JsonNode alerts(Instant now) {
    return pipeline.at(now).get("alerts");
  }

  /** The fold under way may renew the lease once more in between. */
  private void takeOverFromAHolderThatStillFolds(Folding next) {
    Awaitility.await()
        .until(
            () -> {
              expireTheLease();
              return next.isTaken();
            });
  }

  private void expireTheLease() throws Exception {
    pipeline.sql.run("UPDATE lease SET expires_at = '-infinity'");
  }
}
