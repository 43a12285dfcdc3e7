package dev.boardcast.boards.pipeline;

import static dev.boardcast.boards.pipeline.PipelineFixture.RUNS;
import static dev.boardcast.boards.pipeline.PipelineFixture.SAMPLES;
import static dev.boardcast.boards.pipeline.PipelineFixture.failure;
import static dev.boardcast.boards.pipeline.PipelineFixture.sample;
import static dev.boardcast.boards.pipeline.PipelineFixture.success;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.config.Settings;
import dev.boardcast.database.Leases;
import dev.boardcast.events.EmitterConfig;
import dev.boardcast.events.EventEmitterVerticle;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Api;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When alerts are raised and cleared, and their events. */
class AlertIT {
  private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");

  private final PipelineFixture pipeline = new PipelineFixture();
  private final AlertEvents news = new AlertEvents(pipeline.sql);

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
    JsonNode raised = news.events().get(0);
    assertEquals("alert_raised", raised.get("type").asText());
    assertEquals(alert, raised.get("data"));
    pipeline.post(RUNS, failure("a", at(5)));
    JsonNode later = alerts(at(6)).get(0);
    assertEquals(alert.get("id"), later.get("id"));
    assertEquals("4 runs in a row failed", later.get("message").asText());
    assertEquals(AlertEvents.NONE, news.next());

    pipeline.post(RUNS, success("a", at(7), 1));
    assertTrue(alerts(at(8)).isEmpty());
    JsonNode cleared = news.events().get(0);
    assertEquals("alert_cleared", cleared.get("type").asText());
    assertEquals("2026-03-10T12:08:00.000Z", cleared.at("/data/cleared_at").asText());
    ((ObjectNode) cleared.get("data")).remove("cleared_at");
    assertEquals(alert, cleared.get("data"));

    pipeline.post(RUNS, failure("a", at(9)), failure("a", at(9)), failure("a", at(9)));
    assertNotEquals(alert.get("id"), alerts(at(10)).get(0).get("id"));
    assertEquals("alert_raised a failing error", news.next());
  }

  @Test
  void aStaleSourceIsAWarningThenAnErrorThenCleared() {
    pipeline.post(RUNS, success("a", NOON, 1));
    var config = Settings.defaults(PipelineConfig.class);
    assertTrue(alerts(NOON.plus(config.staleAfter()).minusMillis(1)).isEmpty());
    Instant stale = NOON.plus(config.staleAfter());
    JsonNode warning = alerts(stale).get(0);
    assertEquals("warning", warning.get("severity").asText());
    assertEquals("no run since 2026-03-10T12:00:00.000Z", warning.get("message").asText());
    assertEquals("alert_raised a stale warning", news.next());
    JsonNode error = alerts(NOON.plus(config.lostAfter())).get(0);
    assertEquals("error", error.get("severity").asText());
    assertEquals(warning.get("id"), error.get("id"));
    assertEquals(Json.time(stale), error.get("since").asText());
    assertEquals("alert_changed a stale error", news.next());
    pipeline.post(RUNS, success("a", NOON.plus(config.lostAfter()), 1));
    assertTrue(alerts(NOON.plus(config.lostAfter())).isEmpty());
    assertEquals("alert_cleared a stale error", news.next());
  }

  @Test
  void aForgottenSourceHasNoAlerts() {
    pipeline.post(RUNS, failure("a", NOON), failure("a", NOON), failure("a", NOON));
    alerts(NOON.plus(Duration.ofHours(60)));
    assertEquals("alert_raised a failing error, alert_raised a stale error", news.next());
    alerts(NOON.plus(Settings.defaults(PipelineConfig.class).forgetAfter()));
    assertEquals("alert_cleared a failing error, alert_cleared a stale error", news.next());
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
        news.next());
    pipeline.post(SAMPLES, sample("a", at(2), 300, 280, 100, 100));
    alerts(at(3));
    assertEquals("alert_cleared a validation_pass_rate warning", news.next());
    alerts(NOON.plus(Duration.ofHours(25)));
    assertEquals("alert_cleared a geocoding_success_rate error", news.next(), "nothing is known");
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
    assertEquals("alert_raised a anomaly.records warning", news.next());
    alerts(NOON.plus(Duration.ofHours(24)));
    assertEquals("alert_cleared a anomaly.records warning", news.next());
  }

  @Test
  void changesReachTheStreamOfAlertsInOrder() throws Exception {
    var parts = pipeline.api.parts();
    var heartbeat = Leases.heartbeat(parts.vertx(), "me", pipeline.database);
    var emitter =
        new EventEmitterVerticle(heartbeat, parts.pool(), parts.bus(), EmitterConfig.DEFAULTS);
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
}
