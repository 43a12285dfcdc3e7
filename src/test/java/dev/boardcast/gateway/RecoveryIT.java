package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Shards;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client's position is judged by what was so when the client came, not by what was so before. */
class RecoveryIT {
  private static final String STREAM = "news";
  private GatewayFixture gateway;

  @BeforeEach
  void start() {
    gateway = new GatewayFixture(GatewayFixture.CONFIG);
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void offsetThatIsNewerThanTheQuestionUnderWayIsRecovered() {
    Promise<Void> answered = Promise.promise();
    Promise<Void> repaired = Promise.promise();
    gateway.history.readGate = repaired.future();
    WsClient early = connect();
    WsClient late = connect();
    append();
    int before = gateway.history.headReads.get();
    gateway.history.headsGate = answered.future();
    subscribe(early, "e1:1");
    Awaitility.await().until(() -> gateway.history.headReads.get() > before);
    append();
    subscribe(late, "e1:2");
    late.send("{\"type\":\"ping\"}");
    late.next("pong");
    gateway.history.headsGate = Future.succeededFuture();
    answered.complete();
    assertTrue(early.next("subscribed").path("recovered").asBoolean());
    JsonNode subscribed = late.next("subscribed");
    assertTrue(subscribed.path("recovered").asBoolean(), subscribed.toString());
    assertEquals("e1:2", subscribed.path("offset").asText());
    assertEquals(2, recoveries("recovered", "none"));
    repaired.complete();
    gateway.history.append("task_created", "{}", STREAM);
    gateway.beat();
    assertEquals("e1:2", early.next("task_created").path("offset").asText());
    assertEquals("e1:3", early.next("task_created").path("offset").asText());
    assertEquals("e1:3", late.next("task_created").path("offset").asText());
  }

  @Test
  void offsetOfAHistoryThatTheNodeDoesNotKnowYetIsRecovered() {
    for (int i = 0; i < 4; i++) append();
    WsClient live = connect();
    subscribe(live, null);
    live.next("subscribed");
    gateway.history.restoreBackup(Shards.of(STREAM), "e2", 3);
    WsClient moved = connect();
    subscribe(moved, "e2:2");
    JsonNode subscribed = moved.next("subscribed");
    assertTrue(subscribed.path("recovered").asBoolean(), subscribed.toString());
    assertEquals("e2:3", moved.next("task_created").path("offset").asText());
    JsonNode restarted = live.next("subscribed");
    assertFalse(restarted.path("recovered").asBoolean());
    assertEquals("e2:3", restarted.path("offset").asText());
    assertEquals(1, recoveries("refused", "history_changed"));
  }

  @Test
  void eachRefusalIsCountedByItsReason() {
    for (int i = 0; i < 4; i++) append();
    gateway.history.restoreBackup(Shards.of(STREAM), "e2", 4);
    gateway.history.dropBefore(Shards.of(STREAM), 4);
    WsClient client = connect();
    for (String since : new String[] {"nonsense", "e0:1", "e2:9", "e2:1"}) {
      subscribe(client, since);
      assertFalse(client.next("subscribed").path("recovered").asBoolean(), since);
    }
    assertEquals(1, recoveries("refused", "malformed_offset"));
    assertEquals(1, recoveries("refused", "epoch_changed"));
    assertEquals(1, recoveries("refused", "beyond_head"));
    assertEquals(1, recoveries("refused", "dropped_by_retention"));
    subscribe(client, null);
    client.next("subscribed");
    assertEquals(4, recoveries("refused"));
  }

  @Test
  void clientWithANewerSnapshotThanTheNodeIsNotSentTheOlderOne() {
    gateway.store("routing", 5, "{\"n\":5}");
    WsClient first = gateway.connect("/ws?topics=routing");
    assertEquals(5, first.next("metrics:update").path("data").path("n").asInt());
    gateway.store("routing", 9, "{\"n\":9}");
    WsClient moved = connect();
    moved.send(board("version:9"));
    JsonNode subscribed = moved.next("subscribed");
    assertEquals("version:9", subscribed.path("offset").asText());
    assertTrue(subscribed.path("recovered").asBoolean());
    assertEquals(9, moved.next("metrics:update").path("data").path("n").asInt());
  }

  @Test
  void clientWithASnapshotThatTheDatabaseDoesNotHaveGetsWhatItHas() {
    gateway.store("routing", 5, "{\"n\":5}");
    WsClient client = connect();
    client.send(board("version:9"));
    JsonNode subscribed = client.next("subscribed");
    assertEquals("version:5", subscribed.path("offset").asText());
    assertFalse(subscribed.path("recovered").asBoolean());
    assertEquals(5, client.next("metrics:update").path("data").path("n").asInt());
  }

  @Test
  void clientWithANewerSnapshotWaitsWhileTheSourceIsAwayAndIsAnsweredWithinASecond() {
    gateway.publish("routing", 5, "{\"n\":5}");
    gateway.snapshotsUnavailable = true;
    WsClient client = connect();
    client.send(board("version:9"));
    long began = System.nanoTime();
    JsonNode subscribed = client.next("subscribed");
    assertTrue(System.nanoTime() - began < 2_000_000_000L);
    assertTrue(subscribed.path("offset").isNull(), subscribed.toString());
    gateway.publish("routing", 6, "{\"n\":6}");
    gateway.publish("routing", 9, "{\"n\":9}");
    assertEquals(9, client.next("metrics:update").path("data").path("n").asInt());
  }

  private WsClient connect() {
    WsClient client = gateway.connect("/ws?topics=");
    client.next("connection_ack");
    return client;
  }

  /** An event of which the bus brings nothing. */
  private void append() {
    gateway.history.append("task_created", "{}", STREAM);
  }

  private static void subscribe(WsClient client, String since) {
    String offset = since == null ? "null" : '"' + since + '"';
    client.send(
        "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"%s\",\"since\":%s}]}"
            .formatted(STREAM, offset));
  }

  private static String board(String since) {
    return "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"routing\",\"since\":\"%s\"}]}"
        .formatted(since);
  }

  private double recoveries(String outcome, String reason) {
    return gateway
        .meters
        .get("boardcast.gateway.recoveries")
        .tags("outcome", outcome, "reason", reason)
        .counter()
        .count();
  }

  private double recoveries(String outcome) {
    return gateway
        .meters
        .get("boardcast.gateway.recoveries")
        .tag("outcome", outcome)
        .counters()
        .stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }
}
