package dev.boardcast.board.pipeline;

import static dev.boardcast.board.pipeline.PipelineFixture.RUNS;
import static dev.boardcast.board.pipeline.PipelineFixture.SAMPLES;
import static dev.boardcast.board.pipeline.PipelineFixture.failure;
import static dev.boardcast.board.pipeline.PipelineFixture.sample;
import static dev.boardcast.board.pipeline.PipelineFixture.success;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.bus.Json;
import dev.boardcast.event.EmitterConfig;
import dev.boardcast.event.EventEmitterVerticle;
import dev.boardcast.metric.Folding;
import dev.boardcast.testing.Api;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Alerts are raised once, cleared once, and each change is one event. */
class AlertIT {
  private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
  private static final String NO_EVENTS = "";

  private final PipelineFixture pipeline = new PipelineFixture();
  private long seen;

  @AfterEach
  void close() {
    pipeline.close();
  }

  @Test
  void threeFailuresInARowRaiseAnAlertThatASuccessClears() throws Exception {
    pipeline.post(RUNS, failure("a", at(1)), failure("a", at(2)));
    assertTrue(alerts(at(3)).isEmpty());
    pipeline.post(RUNS, failure("a", at(3)));
    JsonNode alert = alerts(at(4)).get(0);
    assertEquals(
        Json.MAPPER.readTree(
            """
            {"id":"%s","severity":"error","source":"a","rule":"failing",
             "message":"3 runs in a row failed","since":"2026-03-10T12:04:00.000Z"}"""
                .formatted(alert.get("id").asText())),
        alert);
    JsonNode raised = events().get(0);
    assertEquals("alert_raised", raised.get("type").asText());
    assertEquals(alert, raised.get("data"));
    pipeline.post(RUNS, failure("a", at(5)));
    assertEquals(alert, alerts(at(6)).get(0), "the alert goes on as it was raised");
    assertEquals(NO_EVENTS, news());

    pipeline.post(RUNS, success("a", at(7), 1));
    assertTrue(alerts(at(8)).isEmpty());
    JsonNode cleared = events().get(0);
    assertEquals("alert_cleared", cleared.get("type").asText());
    assertEquals("2026-03-10T12:08:00.000Z", cleared.at("/data/cleared_at").asText());
    ((ObjectNode) cleared.get("data")).remove("cleared_at");
    assertEquals(alert, cleared.get("data"));

    pipeline.post(RUNS, failure("a", at(9)), failure("a", at(9)), failure("a", at(9)));
    assertNotEquals(alert.get("id"), alerts(at(10)).get(0).get("id"));
    assertEquals("alert_raised a failing error", news());
  }

  @Test
  void aStaleSourceIsAWarningThenAnErrorThenCleared() {
    pipeline.post(RUNS, success("a", NOON, 1));
    var config = PipelineConfig.DEFAULTS;
    assertTrue(alerts(NOON.plus(config.staleAfter()).minusMillis(1)).isEmpty());
    Instant stale = NOON.plus(config.staleAfter());
    JsonNode warning = alerts(stale).get(0);
    assertEquals("warning", warning.get("severity").asText());
    assertEquals("no run since 2026-03-10T12:00:00.000Z", warning.get("message").asText());
    assertEquals("alert_raised a stale warning", news());
    JsonNode error = alerts(NOON.plus(config.lostAfter())).get(0);
    assertEquals("error", error.get("severity").asText());
    assertEquals(warning.get("id"), error.get("id"));
    assertEquals(Json.time(stale), error.get("since").asText());
    assertEquals("alert_changed a stale error", news());
    pipeline.post(RUNS, success("a", NOON.plus(config.lostAfter()), 1));
    assertTrue(alerts(NOON.plus(config.lostAfter())).isEmpty());
    assertEquals("alert_cleared a stale error", news());
  }

  @Test
  void aForgottenSourceHasNoAlerts() {
    pipeline.post(RUNS, failure("a", NOON), failure("a", NOON), failure("a", NOON));
    alerts(NOON.plus(Duration.ofHours(60)));
    assertEquals("alert_raised a failing error, alert_raised a stale error", news());
    alerts(NOON.plus(PipelineConfig.DEFAULTS.forgetAfter()));
    assertEquals("alert_cleared a failing error, alert_cleared a stale error", news());
  }

  @Test
  void eachRateBelowItsThresholdIsAnAlertOfItsOwn() {
    pipeline.post(SAMPLES, sample("a", NOON, 800, 103, 264, 236), sample("b", NOON, 10, 10, 1, 1));
    JsonNode alerts = alerts(at(1));
    assertEquals(
        "geocoding_success_rate is 12.875 %, expected at least 75 %",
        alerts.get(0).get("message").asText());
    assertEquals(
        "validation_pass_rate is 89.3939 %, expected at least 90 %",
        alerts.get(1).get("message").asText());
    assertEquals(
        "alert_raised a geocoding_success_rate error, "
            + "alert_raised a validation_pass_rate warning",
        news());
    pipeline.post(SAMPLES, sample("a", at(2), 300, 280, 100, 100));
    alerts(at(3));
    assertEquals("alert_cleared a validation_pass_rate warning", news());
    alerts(NOON.plus(Duration.ofHours(25)));
    assertEquals("alert_cleared a geocoding_success_rate error", news(), "nothing is known");
  }

  @Test
  void anAnomalyIsAnAlertWhileItLasts() {
    var runs = new ArrayList<ObjectNode>();
    for (int hour = 1; hour <= 24; hour++) {
      runs.add(success("a", NOON.minus(Duration.ofHours(hour)), 893));
    }
    runs.add(success("a", NOON, 136));
    pipeline.post(RUNS, runs);
    JsonNode alert = alerts(at(1)).get(0);
    assertEquals("warning", alert.get("severity").asText());
    assertEquals(
        "records was 136 in the hour of 2026-03-10T12:00:00.000Z, expected 893",
        alert.get("message").asText());
    assertEquals("alert_raised a anomaly.records warning", news());
    alerts(NOON.plus(Duration.ofHours(24)));
    assertEquals("alert_cleared a anomaly.records warning", news());
  }

  @Test
  void recomputingNeitherRaisesNorClears() {
    pipeline.post(RUNS, failure("a", at(1)), failure("a", at(2)), failure("a", at(3)));
    JsonNode numbers = pipeline.at(at(4));
    assertEquals("alert_raised a failing error", news());
    assertEquals(numbers, pipeline.folding.recomputedAt(at(4)));
    assertEquals(NO_EVENTS, news());
  }

  @Test
  void aHolderThatDiesBeforeOrWithinItsCommitRaisesNothingAndTheNextRaisesOnce() throws Exception {
    var mortal = new HookedBoard(pipeline.board);
    var first = new Folding(pipeline.api.parts().pool(), mortal, "me").take();
    pipeline.post(RUNS, failure("a", at(1)), failure("a", at(2)), failure("a", at(3)));
    mortal.afterSnapshot = HookedBoard.DIE;
    assertThrows(Exception.class, () -> first.at(at(4)));
    assertEquals(NO_EVENTS, news());
    mortal.afterSnapshot = HookedBoard.NOTHING;
    pipeline.sql.run(
        """
        CREATE FUNCTION crash() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$""");
    pipeline.sql.run(
        """
        CREATE CONSTRAINT TRIGGER crash AFTER INSERT OR UPDATE ON board_state
          DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION crash()""");
    assertThrows(Exception.class, () -> first.at(at(4)));
    assertEquals(NO_EVENTS, news());
    pipeline.sql.run("DROP TRIGGER crash ON board_state");

    expireTheLease();
    var second = new Folding(pipeline.api.parts().pool(), pipeline.board, "other").take();
    assertEquals(1, again(second, at(5)).get("alerts").size());
    assertEquals("alert_raised a failing error", news());
    assertEquals(1, second.at(at(6)).get("alerts").size());
    assertEquals(NO_EVENTS, news());
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
      expireTheLease();
      next.take();
      folds.add(next.startAt(at(round + 1)));
      folds.add(old.startAt(at(round + 1)));
      Api.await(Future.join(folds).otherwiseEmpty());
      assertEquals(fails ? 1 : 0, next.at(at(round + 1)).get("alerts").size());
      assertEquals(
          fails ? "alert_raised a failing error" : "alert_cleared a failing error",
          news(),
          "round " + round);
    }
  }

  @Test
  void changesReachTheStreamOfAlertsInOrder() throws Exception {
    var parts = pipeline.api.parts();
    var emitter = new EventEmitterVerticle("me", parts.pool(), parts.bus(), EmitterConfig.DEFAULTS);
    Api.await(parts.vertx().deployVerticle(emitter));
    pipeline.post(RUNS, failure("a", at(1)), failure("a", at(2)), failure("a", at(3)));
    pipeline.at(at(4));
    pipeline.post(RUNS, success("a", at(5), 1));
    pipeline.at(at(6));
    Awaitility.await()
        .untilAsserted(
            () ->
                assertEquals(
                    List.of("alert_raised", "alert_cleared"),
                    pipeline.sql.column(
                        """
                        SELECT type FROM event_stream s JOIN event_log l USING (shard, sequence)
                        WHERE stream = 'alerts' AND 'alerts' = ANY (l.streams)
                        ORDER BY sequence""")));
  }

  private static Instant at(int minute) {
    return NOON.plusSeconds(60L * minute);
  }

  private JsonNode alerts(Instant now) {
    return pipeline.at(now).get("alerts");
  }

  private void expireTheLease() throws Exception {
    pipeline.sql.run("UPDATE lease SET expires_at = '-infinity'");
  }

  /** The pool may not have noticed yet that a connection is gone. */
  private static JsonNode again(Folding node, Instant now) {
    for (int tries = 0; tries < 5; tries++) {
      try {
        return node.at(now);
      } catch (Exception gone) {
        // The next try has another connection.
      }
    }
    return node.at(now);
  }

  /** Events since the last call. */
  private List<JsonNode> events() throws Exception {
    var events = new ArrayList<JsonNode>();
    for (String row :
        pipeline.sql.column(
            """
            SELECT json_build_object('id', id, 'type', type, 'streams', streams, 'data', data)
            FROM outbox WHERE id > %d ORDER BY id"""
                .formatted(seen))) {
      JsonNode event = Json.MAPPER.readTree(row);
      assertEquals("[\"alerts\"]", event.get("streams").toString());
      seen = event.get("id").asLong();
      events.add(event);
    }
    return events;
  }

  private String news() {
    var news = new ArrayList<String>();
    try {
      for (JsonNode event : events()) {
        JsonNode alert = event.get("data");
        news.add(
            String.join(
                " ",
                event.get("type").asText(),
                alert.get("source").asText(),
                alert.get("rule").asText(),
                alert.get("severity").asText()));
      }
    } catch (Exception broken) {
      throw new AssertionError(broken);
    }
    news.sort(null);
    return String.join(", ", news);
  }
}
