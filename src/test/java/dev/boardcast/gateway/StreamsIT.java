package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.ShardBeacon;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Delivery of events: to entitled sessions, once, in order, and after a resume. */
class StreamsIT {
  private final GatewayFixture gateway = new GatewayFixture(GatewayFixture.CONFIG);

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void eventsReachEntitledSessionsOnly() {
    gateway.teams.put("ann", Set.of("red"));
    WsClient ann = subscribed("ann", "tasks");
    WsClient bob = subscribed("bob", "tasks");
    gateway.emit("{\"n\":1}", "user.ann");
    gateway.emit("{\"n\":2}", "user.bob");
    gateway.emit("{\"n\":3}", "user.carl", "team.red");
    assertEquals(List.of(1), numbers(List.of(ann.next("task_created"))));
    assertEquals(List.of(3), numbers(List.of(ann.next("task_created"))));
    assertEquals(List.of(2), numbers(List.of(bob.next("task_created"))));
    assertEquals(List.of(), bob.settle());
    assertEquals(List.of(), ann.settle());
  }

  @Test
  void clientWithoutTopicsGetsTheDefaultsAndAnErrorForAForbiddenOne() {
    WsClient anonymous = gateway.connect("/ws");
    assertEquals("node-1", anonymous.next("connection_ack").path("node").asText());
    List<JsonNode> frames = anonymous.settle();
    assertEquals(
        List.of("error tasks", "subscribed agents", "subscribed providers", "subscribed metrics"),
        frames.stream().map(f -> WsClient.type(f) + " " + f.path("topic").asText()).toList());
    assertEquals("not_authenticated", frames.get(0).path("code").asText());
  }

  @Test
  void forbiddenStreamIsRefusedAndTheOthersAreServed() {
    WsClient ann = client("ann", "user.bob,team.red,user.ann,bad%20name");
    ann.next("connection_ack");
    List<JsonNode> frames = ann.settle();
    assertEquals(
        List.of("unknown_topic", "forbidden", "forbidden", ""),
        frames.stream().map(f -> f.path("code").asText()).toList());
    assertEquals("user.ann", frames.get(3).path("topic").asText());
  }

  @Test
  void eventOfSeveralStreamsIsSentOnceUnderTheFirstPlainTopic() {
    gateway.teams.put("ann", Set.of("red"));
    WsClient ann = client("ann", "tasks,team.red,user.ann");
    ann.next("connection_ack");
    ann.settle();
    gateway.emit("{\"n\":1}", "user.ann", "team.red");
    gateway.emit("{\"n\":2}", "team.red");
    List<JsonNode> events = List.of(ann.next(), ann.next());
    assertEquals(List.of(1, 2), numbers(events));
    assertEquals("team.red", events.get(0).path("topic").asText());
    assertEquals(List.of(), ann.settle());
  }

  @Test
  void resumingClientGetsMissedEventsOnceAndThenLiveOnes() {
    for (int n = 1; n <= 20; n++) gateway.emit("{\"n\":" + n + "}", "user.ann", "team.x");
    WsClient ann = client("ann", "");
    ann.next("connection_ack");
    ann.send("{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"tasks\",\"since\":\"e1:5\"}]}");
    JsonNode subscribed = ann.next("subscribed");
    assertTrue(subscribed.path("recovered").asBoolean());
    assertEquals("e1:5", subscribed.path("offset").asText());
    gateway.emit("{\"n\":21}", "user.ann");
    List<JsonNode> events = ann.takeUntil(frame -> frame.path("data").path("n").asInt() == 21);
    assertEquals(IntStream.rangeClosed(6, 21).boxed().toList(), numbers(events));
    assertEquals("e1:21", events.get(15).path("offset").asText());
    assertEquals(0, gateway.history.reads.get(), "recent events need no read");
  }

  @Test
  void olderEventsAreReadFromTheLogWhileNewOnesArrive() {
    for (int n = 1; n <= 5_000; n++) {
      gateway.emit("{\"n\":" + n + "}", n % 2 == 0 ? "user.ann" : "user.bob");
    }
    WsClient ann = client("ann", "");
    ann.next("connection_ack");
    ann.send("{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"tasks\",\"since\":\"e1:0\"}]}");
    for (int n = 5_001; n <= 5_400; n++) gateway.emit("{\"n\":" + n + "}", "user.ann");
    ann.next("subscribed");
    List<JsonNode> events = ann.takeUntil(frame -> frame.path("data").path("n").asInt() == 5_400);
    var expected =
        IntStream.rangeClosed(1, 5_400).filter(n -> n % 2 == 0 || n > 5_000).boxed().toList();
    assertEquals(expected, numbers(events));
    assertTrue(gateway.history.reads.get() > 0);
  }

  @Test
  void unknownOffsetIsAnsweredWithRecoveredFalse() {
    for (int n = 1; n <= 2_100; n++) gateway.emit("{\"n\":" + n + "}", "user.ann");
    WsClient first = client("ann", "");
    Awaitility.await()
        .until(
            () -> {
              first.send("{\"type\":\"subscribe\",\"topics\":[\"user.ann\"]}");
              return first.next("subscribed").path("offset").asText().equals("e1:2100");
            });
    gateway.history.dropBefore(0, 50);
    for (String since : List.of("e0:3", "nonsense", "e1:9999999", "e1:3", "version:1")) {
      WsClient ann = client("ann", "");
      ann.next("connection_ack");
      ann.send(
          "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"user.ann\",\"since\":\""
              + since
              + "\"}]}");
      JsonNode subscribed = ann.next("subscribed");
      assertFalse(subscribed.path("recovered").asBoolean(), since);
      assertEquals("e1:2100", subscribed.path("offset").asText(), since);
      assertEquals(List.of(), ann.settle(), since);
    }
    WsClient ann = client("ann", "");
    ann.send("{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"tasks\",\"since\":\"e1:49\"}]}");
    assertTrue(ann.next("subscribed").path("recovered").asBoolean());
    assertEquals(50, ann.next().path("data").path("n").asInt());
  }

  @Test
  void clientAheadOfTheNodeGetsNoEventTwice() {
    gateway.emit("{\"n\":1}", "user.ann");
    WsClient first = subscribed("ann", "tasks");
    // In the log, but not received from the bus.
    var late = gateway.history.append("task_created", "{\"n\":2}", "user.ann");
    WsClient ahead = client("ann", "");
    ahead.send("{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"tasks\",\"since\":\"e1:2\"}]}");
    assertTrue(ahead.next("subscribed").path("recovered").asBoolean());
    gateway.publish(late);
    gateway.emit("{\"n\":3}", "user.ann");
    assertEquals(List.of(2, 3), numbers(List.of(first.next(), first.next())));
    assertEquals(3, ahead.next().path("data").path("n").asInt());
  }

  @Test
  void eventDeliveredUnderOneTopicIsNotRepeatedUnderAnother() {
    gateway.teams.put("ann", Set.of("red"));
    gateway.emit("{\"n\":1}", "user.ann");
    var late = gateway.history.append("task_created", "{\"n\":2}", "user.ann", "team.red");
    WsClient ann = client("ann", "");
    ann.next("connection_ack");
    ann.send(
        "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"tasks\",\"since\":\"e1:1\"},"
            + "{\"topic\":\"team.red\",\"since\":\"e1:2\"}]}");
    ann.next("subscribed");
    ann.next("subscribed");
    gateway.publish(late);
    gateway.emit("{\"n\":3}", "user.ann");
    assertEquals(3, ann.next("task_created").path("data").path("n").asInt());
  }

  @Test
  void overlappingTopicsThatResumeTogetherDeliverEachEventOnce() {
    gateway.teams.put("ann", Set.of("red"));
    gateway.emit("{\"n\":1}", "user.ann");
    gateway.emit("{\"n\":2}", "team.red", "user.ann");
    gateway.emit("{\"n\":3}", "team.red");
    gateway.emit("{\"n\":4}", "user.ann");
    WsClient ann = client("ann", "");
    ann.next("connection_ack");
    ann.send(
        "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"tasks\",\"since\":\"e1:0\"},"
            + "{\"topic\":\"team.red\",\"since\":\"e1:2\"}]}");
    List<JsonNode> events =
        ann.settle().stream().filter(f -> WsClient.type(f).equals("task_created")).toList();
    assertEquals(List.of(1, 3, 4), numbers(events).stream().sorted().toList());
  }

  @Test
  void lossOnTheBusIsRepairedByTheNextBatchAndByTheBeacon() {
    WsClient ann = subscribed("ann", "tasks");
    gateway.history.append("task_created", "{\"n\":1}", "user.ann");
    gateway.emit("{\"n\":2}", "user.ann");
    assertEquals(List.of(1, 2), numbers(List.of(ann.next(), ann.next())));
    gateway.history.append("task_created", "{\"n\":3}", "user.ann");
    gateway.bus.publish(Addresses.SHARD_BEACONS, new ShardBeacon(0, "e1", 3));
    assertEquals(3, ann.next().path("data").path("n").asInt());
  }

  @Test
  void eventsArriveFromTheLogWhileTheBusIsSilent() {
    WsClient ann = subscribed("ann", "tasks");
    gateway.history.append("task_created", "{\"n\":1}", "user.ann");
    assertEquals(1, ann.next().path("data").path("n").asInt());
  }

  @Test
  void changedHistoryIsReportedToItsSubscribers() {
    for (int n = 1; n <= 5; n++) gateway.emit("{\"n\":" + n + "}", "user.ann");
    WsClient ann = subscribed("ann", "tasks");
    WsClient older = gateway.connect("/api/ws?token=" + GatewayFixture.token("ann"));
    older.next("connection_ack");
    older.settle();
    gateway.history.restoreBackup(0, "e2", 2);
    gateway.bus.publish(Addresses.SHARD_BEACONS, new ShardBeacon(0, "e2", 2));
    JsonNode restarted = ann.next("subscribed");
    assertFalse(restarted.path("recovered").asBoolean());
    assertEquals("e2:2", restarted.path("offset").asText());
    assertEquals("history_changed", older.next("error").path("data").path("code").asText());
    gateway.emit("{\"n\":9}", "user.ann");
    assertEquals("e2:3", ann.next().path("offset").asText());
  }

  @Test
  void subscribingAgainAfterUnsubscribingStartsWithNewEvents() {
    WsClient ann = subscribed("ann", "tasks");
    WsClient other = subscribed("ann", "tasks");
    ann.send("{\"type\":\"unsubscribe\",\"topics\":[\"tasks\",\"never-followed\"]}");
    ann.settle();
    gateway.emit("{\"n\":1}", "user.ann");
    other.next("task_created");
    assertEquals(List.of(), ann.settle());
    ann.send("{\"type\":\"subscribe\",\"topics\":[\"tasks\"]}");
    assertEquals("e1:1", ann.next("subscribed").path("offset").asText());
  }

  @Test
  void clientCanReceiveSeveralMessagesAsOneArray() {
    WsClient ann =
        gateway.connect(
            "/ws?format=batch&topics=agents,tasks&token=" + GatewayFixture.token("ann"));
    JsonNode first = ann.next();
    assertTrue(first.isArray(), first.toString());
    assertEquals("connection_ack", WsClient.type(first.get(0)));
    assertEquals("agents", first.get(1).path("topic").asText());
    assertEquals("tasks", ann.next("subscribed").path("topic").asText());
    for (int n = 1; n <= 3; n++) gateway.history.append("t", "{\"n\":" + n + "}", "user.ann");
    gateway.publish(gateway.history.batch(0, 1, 3));
    JsonNode events = ann.next();
    assertEquals(3, events.size());
    assertEquals(3, events.get(2).path("data").path("n").asInt());
  }

  @Test
  void olderTasksPathHasItsOwnFormat() {
    WsClient ann = gateway.connect("/api/ws?token=" + GatewayFixture.token("ann"));
    JsonNode ack = ann.next();
    assertEquals("connection_ack", ack.path("type").asText());
    assertEquals("ann", ack.path("data").path("user_id").asText());
    gateway.emit("{\"task_id\":\"t1\"}", "user.ann");
    JsonNode event = ann.next();
    assertEquals("task_created", event.path("event_type").asText());
    assertEquals("2025-11-16T12:34:56.789Z", event.path("timestamp").asText());
    assertEquals("t1", event.path("data").path("task_id").asText());
    ann.send("{\"type\":\"ping\",\"at\":1}");
    assertEquals("{\"type\":\"pong\"}", ann.nextText(WsClient.TIMEOUT));
    ann.send("{\"type\":\"wave\"}");
    assertEquals("unknown_message", ann.next().path("data").path("code").asText());
  }

  @Test
  void eventsOfTheOlderTasksPathStartAtTheAckEvenIfTeamsAreReadLater() {
    Promise<Void> read = Promise.promise();
    gateway.teamsReadGate = read.future();
    WsClient ann = gateway.connect("/api/ws?token=" + GatewayFixture.token("ann"));
    ann.next("connection_ack");
    for (int n = 1; n <= 3; n++) gateway.emit("{\"n\":" + n + "}", "user.ann");
    read.complete();
    for (int n = 1; n <= 3; n++) {
      assertEquals(n, ann.next("task_created").path("data").path("n").asInt());
    }
  }

  private WsClient client(String user, String topics) {
    return gateway.connect("/ws?topics=" + topics + "&token=" + GatewayFixture.token(user));
  }

  private WsClient subscribed(String user, String topic) {
    WsClient client = client(user, topic);
    client.next("subscribed");
    return client;
  }

  private static List<Integer> numbers(List<JsonNode> events) {
    return events.stream().map(event -> event.path("data").path("n").asInt()).toList();
  }
}
