package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.WsClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes of mode broadcast in separate processes: there is no PostgreSQL, and no Redis. */
class ClusterBroadcastIT extends ProcessesCase {
  private static final String[] BROADCAST = {"--mode", "broadcast"};
  private static final String ANN = Person.of("ann").with("publish").token();
  private static final int EVENTS = 40;

  // In all shards of application streams.
  private static final List<String> STREAMS = List.of("room.1", "room.2", "room.3");

  private static Cluster start(int size) throws Exception {
    var nowhere =
        DatabaseConfig.at("postgresql://nobody:none@127.0.0.1:1/none", "redis://127.0.0.1:1");
    return Cluster.start(nowhere, size, BROADCAST);
  }

  @Test
  void whatOneNodeTakesArrivesAtAllInOrderAndOnce() throws Exception {
    try (Cluster cluster = start(3)) {
      var followers = new ArrayList<WsClient>();
      for (NodeProcess node : cluster.nodes()) {
        WsClient follower = connect(node, String.join(",", STREAMS), ANN);
        STREAMS.forEach(stream -> follower.next("subscribed"));
        followers.add(follower);
      }
      for (int n = 0; n < EVENTS; n++) {
        for (String stream : STREAMS) publish(cluster, cluster.node(n % 3), stream, n);
      }
      for (WsClient follower : followers) {
        var received = new ArrayList<JsonNode>();
        for (int i = 0; i < EVENTS * STREAMS.size(); i++) received.add(follower.next("line"));
        for (String stream : STREAMS) {
          assertEquals(
              IntStream.range(0, EVENTS).boxed().toList(),
              received.stream()
                  .filter(event -> event.path("topic").asText().equals(stream))
                  .map(event -> event.at("/data/n").asInt())
                  .toList());
        }
      }
    }
  }

  /** Of two nodes each numbers some shard, so in one of the two cases it is the one of a stream. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void acknowledgedEventsAreKeptWhenOneNodeIsKilled(int index) throws Exception {
    try (Cluster cluster = start(2)) {
      NodeProcess killed = cluster.node(index);
      NodeProcess other = cluster.node(1 - index);
      WsClient follower = connect(other, String.join(",", STREAMS), ANN);
      STREAMS.forEach(stream -> follower.next("subscribed"));
      WsClient gone = connect(killed, "room.1", ANN);
      String offset = gone.next("subscribed").path("offset").asText();
      for (int n = 0; n < EVENTS; n++) {
        for (String stream : STREAMS) publish(cluster, killed, stream, n);
      }
      killed.kill();
      for (String stream : STREAMS) publish(cluster, other, stream, EVENTS);

      for (String stream : STREAMS) {
        assertEquals(
            IntStream.rangeClosed(0, EVENTS).boxed().toList(), stored(cluster, other, stream));
      }
      var received = new ArrayList<Integer>();
      for (int i = 0; i < (EVENTS + 1) * STREAMS.size(); i++) {
        JsonNode event = follower.next("line");
        if (event.path("topic").asText().equals("room.1"))
          received.add(event.at("/data/n").asInt());
      }
      assertEquals(IntStream.rangeClosed(0, EVENTS).boxed().toList(), received);
      assertTrue(
          follower.drain().stream().noneMatch(each -> each.has("recovered")), "nothing was lost");

      WsClient back = connect(other, "", ANN);
      back.next("connection_ack");
      back.send(
          "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"room.1\",\"since\":\"%s\"}]}"
              .formatted(offset));
      assertTrue(back.next("subscribed").path("recovered").asBoolean());
      for (int n = 0; n <= EVENTS; n++) assertEquals(n, back.next("line").at("/data/n").asInt());
    }
  }

  @Test
  void whenBothAreKilledClientsAreToldThatEventsAreLost() throws Exception {
    try (Cluster cluster = start(2)) {
      WsClient client = connect(cluster.node(0), "room.1", ANN);
      String offset = client.next("subscribed").path("offset").asText();
      publish(cluster, cluster.node(1), "room.1", 0);
      client.next("line");
      cluster.node(0).kill();
      cluster.node(1).kill();
      NodeProcess later = cluster.add(BROADCAST);
      WsClient back = connect(later, "", ANN);
      back.next("connection_ack");
      back.send(
          "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"room.1\",\"since\":\"%s\"}]}"
              .formatted(offset));
      JsonNode subscribed = back.next("subscribed");
      assertFalse(subscribed.path("recovered").asBoolean());
      assertNotEquals(offset, subscribed.path("offset").asText());
      publish(cluster, later, "room.1", 7);
      assertEquals(7, back.next("line").at("/data/n").asInt());
    }
  }

  @Test
  void aRestartOfEachNodeInTurnLosesNothing() throws Exception {
    try (Cluster cluster = start(2)) {
      WsClient client = connect(cluster.node(0), "room.1", ANN);
      String offset = client.next("subscribed").path("offset").asText();
      for (int n = 0; n < EVENTS; n++) publish(cluster, cluster.node(1), "room.1", n);
      cluster.node(0).terminate(Duration.ofSeconds(30));
      NodeProcess third = cluster.add(BROADCAST);
      cluster.node(1).terminate(Duration.ofSeconds(30));
      publish(cluster, third, "room.1", EVENTS);
      WsClient back = connect(third, "", ANN);
      back.next("connection_ack");
      back.send(
          "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"room.1\",\"since\":\"%s\"}]}"
              .formatted(offset));
      assertTrue(back.next("subscribed").path("recovered").asBoolean());
      for (int n = 0; n <= EVENTS; n++) assertEquals(n, back.next("line").at("/data/n").asInt());
    }
  }

  private static void publish(Cluster cluster, NodeProcess node, String stream, int n)
      throws Exception {
    var answer =
        cluster.post(
            node,
            "/api/v1/streams/" + stream + "/events",
            ANN,
            "{\"type\":\"line\",\"data\":{\"n\":" + n + "},\"event_id\":\"" + n + "\"}");
    assertEquals(201, answer.statusCode(), answer.body());
  }

  private static List<Integer> stored(Cluster cluster, NodeProcess node, String stream)
      throws Exception {
    var answer = cluster.get(node, "/api/v1/streams/" + stream + "/events?limit=500", ANN);
    assertEquals(200, answer.statusCode(), answer.body());
    var numbers = new ArrayList<Integer>();
    Json.MAPPER
        .readTree(answer.body())
        .path("events")
        .forEach(event -> numbers.add(event.at("/data/n").asInt()));
    return numbers;
  }
}
