package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.WsClient;
import java.util.ArrayList;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Publishing over nodes in separate processes, one of which is killed. */
class ClusterPublishIT extends ProcessesCase {
  private static final String ANN = Person.of("ann").with("publish").token();
  private static final int EVENTS = 40;

  @Test
  void whatIsSentAgainAfterTheNodeWasKilledIsStoredOnce() throws Exception {
    try (Cluster cluster = Cluster.start(Services.get().freshDatabase(), 2)) {
      NodeProcess killed = cluster.node(0);
      NodeProcess other = cluster.node(1);
      WsClient follower = connect(other, "room.1", ANN);
      follower.next("subscribed");
      WsClient publisher = connect(killed, "", ANN);
      publisher.next("connection_ack");
      IntStream.range(0, EVENTS).forEach(n -> publisher.send(publish(n)));
      publisher.next("published");
      killed.kill();

      WsClient again = connect(other, "", ANN);
      again.next("connection_ack");
      IntStream.range(0, EVENTS).forEach(n -> again.send(publish(n)));
      var answered = new TreeSet<Integer>();
      for (int i = 0; i < EVENTS; i++) {
        answered.add(Integer.parseInt(again.next("published").path("id").asText()));
      }
      assertEquals(EVENTS, answered.size());

      var received = new ArrayList<Integer>();
      for (int i = 0; i < EVENTS; i++) {
        received.add(follower.next("line").at("/data/n").asInt());
      }
      assertEquals(IntStream.range(0, EVENTS).boxed().toList(), received);
      JsonNode stored =
          Json.MAPPER.readTree(
              cluster.get(other, "/api/v1/streams/room.1/events?limit=500", ANN).body());
      assertEquals(EVENTS, stored.path("events").size());
    }
  }

  @Test
  void whatIsNotStoredReachesTheOtherNodeWithinMilliseconds() throws Exception {
    try (Cluster cluster = Cluster.start(Services.get().freshDatabase(), 2)) {
      WsClient follower = connect(cluster.node(1), "room.1", ANN);
      follower.next("subscribed");
      WsClient publisher = connect(cluster.node(0), "", ANN);
      publisher.next("connection_ack");
      var micros = new ArrayList<Long>();
      for (int n = 0; n < EVENTS; n++) {
        long start = System.nanoTime();
        publisher.send(publish(n).replace("\"event_type\"", "\"durable\":false,\"event_type\""));
        assertEquals(n, follower.next("line").at("/data/n").asInt());
        // The first ones warm up the two processes.
        if (n >= 10) micros.add((System.nanoTime() - start) / 1_000);
        publisher.next("published");
      }
      micros.sort(null);
      long median = micros.get(micros.size() / 2);
      System.out.println("ephemeral, node to node: median " + median + " us");
      // The machine of a test has other work: measured alone it is below 10 ms.
      assertTrue(median < 50_000, median + " us");
    }
  }

  private static String publish(int n) {
    return ("{\"type\":\"publish\",\"topic\":\"room.1\",\"event_type\":\"line\",\"data\":{\"n\":%d},"
            + "\"id\":\"%d\"}")
        .formatted(n, n);
  }
}
