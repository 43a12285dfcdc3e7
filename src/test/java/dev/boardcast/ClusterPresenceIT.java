package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.WsClient;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Presence over nodes in separate processes, one of which is killed. */
class ClusterPresenceIT extends ProcessesCase {
  private static final String TOPIC = "room.1";
  private static final String PRESENT =
      "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"room.1\",\"presence\":true}]}";

  @Test
  void theUsersOfAKilledNodeLeaveWithinFiveSecondsAndWhoIsOnAnotherTooStays() throws Exception {
    try (Cluster cluster = Cluster.start(Services.get().freshDatabase(), 2)) {
      NodeProcess killed = cluster.node(0);
      NodeProcess other = cluster.node(1);
      WsClient watcher = presentAt(other, "watcher");
      watcher.next("presence");
      presentAt(killed, "ann").next("presence");
      presentAt(killed, "bob").next("presence");
      presentAt(other, "bob").next("presence");
      awaitCount(cluster, other, 3);

      killed.kill();
      long since = System.nanoTime();
      JsonNode change = watcher.next("presence_change");
      while (change.path("left").isEmpty()) change = watcher.next("presence_change");
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);

      assertEquals("[\"ann\"]", change.path("left").toString());
      assertEquals(2, change.path("count").asInt());
      assertTrue(change.path("partial").asBoolean(), "it may only be cut off");
      assertTrue(millis < 5_000, millis + " ms");
      System.out.println("the users of a killed node left after " + millis + " ms");

      NodeProcess again = cluster.restart(killed);
      WsClient late = presentAt(again, "carol");
      late.next("presence");
      JsonNode list = awaitCount(cluster, again, 3);
      assertFalse(list.has("partial"), list::toString);
      awaitCount(cluster, other, 3);
    }
  }

  private JsonNode awaitCount(Cluster cluster, NodeProcess node, int count) throws Exception {
    long end = System.nanoTime() + WsClient.TIMEOUT.toNanos();
    while (true) {
      String body = cluster.get(node, "/api/v1/presence/" + TOPIC, Person.of("dan").token()).body();
      JsonNode list = Json.MAPPER.readTree(body);
      if (list.path("count").asInt(-1) == count && !list.has("partial")) return list;
      assertTrue(System.nanoTime() < end, body);
    }
  }

  private WsClient presentAt(NodeProcess node, String user) {
    WsClient client = connect(node, "", Person.of(user).token());
    client.send(PRESENT);
    return client;
  }
}
