package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.NodeBeacon;
import dev.boardcast.testing.WsClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Heartbeats of the database make up for a bus that brings nothing. */
class HeartbeatIT {
  private static final String STREAM = "audit";
  private static final long BEAT_MILLIS = 275;

  private GatewayFixture gateway;
  private long beats;

  @BeforeEach
  void start() {
    gateway = new GatewayFixture(GatewayFixture.CONFIG);
  }

  @AfterEach
  void close() {
    stopBeats();
    gateway.close();
  }

  @Test
  void eventsReachClientsWhileTheBusIsSilentAndTheLogIsNotPolled() {
    WsClient client = subscribe(STREAM);
    startBeats();
    int headReads = gateway.history.headReads.get();
    int reads = gateway.history.reads.get();
    var took = new ArrayList<Long>();
    long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
    int events = 0;
    for (; System.nanoTime() < end; events++) {
      long began = System.nanoTime();
      gateway.history.append("task_created", "{\"n\":" + events + "}", STREAM);
      assertEquals(events, client.next("task_created").path("data").path("n").asInt());
      took.add((System.nanoTime() - began) / 1_000_000);
    }
    assertTrue(took.stream().filter(millis -> millis > 1_000).count() <= 1, took.toString());
    assertEquals(headReads, gateway.history.headReads.get());
    int spent = gateway.history.reads.get() - reads;
    assertTrue(spent <= 2 * events, spent + " reads for " + events + " events");
  }

  @Test
  void snapshotsReachClientsWhileTheBusIsSilent() {
    gateway.store("routing", 1, "{\"n\":1}");
    WsClient client = subscribe("routing");
    assertEquals(1, n(client.next("metrics:update")));
    startBeats();
    for (int n = 2; n < 6; n++) {
      long began = System.nanoTime();
      int reads = gateway.snapshotReads.get();
      gateway.store("routing", n, "{\"n\":" + n + "}");
      JsonNode update = client.next("metrics:update");
      while (n(update) < n) update = client.next("metrics:update");
      long millis = (System.nanoTime() - began) / 1_000_000;
      assertTrue(millis < 2_000, millis + " ms");
      assertTrue(gateway.snapshotReads.get() - reads <= 2);
    }
  }

  @Test
  void clientsLearnWithinFiveSecondsThatATopicIsStaleAndLaterThatItIsFresh() {
    gateway.store("routing", 1, "{\"n\":1}");
    WsClient client = subscribe(STREAM);
    client.send("{\"type\":\"subscribe\",\"topics\":[\"routing\"]}");
    client.next("metrics:update");
    startBeats();
    gateway.emit("{\"n\":0}", STREAM);
    client.next("task_created");
    stopBeats();
    gateway.history.unavailable = true;
    gateway.snapshotsUnavailable = true;
    Instant before = Instant.now().minusMillis(1_500);
    long began = System.nanoTime();
    var topics = new ArrayList<String>();
    while (topics.size() < 2) {
      JsonNode stale = client.next("stale");
      topics.add(stale.path("topic").asText());
      Instant since = Instant.parse(stale.path("since").asText());
      assertTrue(since.isAfter(before) && since.isBefore(Instant.now()), stale.toString());
    }
    long millis = (System.nanoTime() - began) / 1_000_000;
    assertTrue(millis < 5_000, millis + " ms");
    assertEquals(List.of(STREAM, "routing"), topics.stream().sorted().toList());

    WsClient late = subscribe("platform");
    late.send("{\"type\":\"subscribe\",\"topics\":[\"" + STREAM + "\"]}");
    assertEquals(STREAM, late.next("stale").path("topic").asText());

    gateway.history.append("task_created", "{\"n\":1}", STREAM);
    gateway.history.unavailable = false;
    gateway.snapshotsUnavailable = false;
    startBeats();
    List<JsonNode> seen =
        client.takeUntil(frame -> type(frame).equals("fresh") && topic(frame).equals(STREAM));
    assertEquals(
        1,
        seen.stream().filter(frame -> type(frame).equals("task_created")).count(),
        "what was missed comes before it is fresh: " + seen);
    late.next("fresh");
  }

  @Test
  void nodeThatIsCutOffFromEverythingSendsItsSessionsToOthers() {
    WsClient client = subscribe(STREAM);
    startBeats();
    gateway.bus.publish(
        Addresses.NODE_BEACONS,
        new NodeBeacon("node-2", "1", List.of("gateway"), "h", 1, 2, NodeBeacon.UP, Instant.now()));
    client.send("{\"type\":\"ping\"}");
    client.next("pong");
    stopBeats();
    gateway.history.unavailable = true;
    client.next("stale");
    JsonNode goAway = client.next("goaway");
    assertTrue(goAway.path("closes_in_ms").asLong() > goAway.path("reconnect_after_ms").asLong());
    assertEquals(1001, client.closeCode());
    assertEquals(1, gateway.meters.get("boardcast.gateway.isolations").counter().count());
    subscribe(STREAM).send("{\"type\":\"ping\"}");
  }

  private WsClient subscribe(String topic) {
    WsClient client =
        gateway.connect("/ws?topics=" + topic + "&token=" + GatewayFixture.token("ann"));
    client.next("subscribed");
    return client;
  }

  private void startBeats() {
    gateway.beat();
    beats = gateway.vertx.setPeriodic(BEAT_MILLIS, tick -> gateway.beat());
  }

  private void stopBeats() {
    gateway.vertx.cancelTimer(beats);
  }

  private static int n(JsonNode update) {
    return update.path("data").path("n").asInt();
  }

  private static String type(JsonNode frame) {
    return frame.path("type").asText();
  }

  private static String topic(JsonNode frame) {
    return frame.path("topic").asText();
  }
}
