package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Shards;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node decodes the events of its own sessions only, and has the others ready for who comes. */
class UnwantedEventsIT {
  private static final Person WRITER = Person.of("bot").with("publish");
  private static final String OTHER = "other";
  private static final String DEPLOYS = streamBeside(OTHER);
  private static final int EVENTS = 40;

  private Vertx vertx;
  private Cluster cluster;

  @BeforeEach
  void start() throws Exception {
    vertx = Vertx.vertx();
    cluster = Cluster.start(Services.get().freshDatabase(), 2);
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void eventsThatNoSessionOfANodeFollowsAreNotDecodedThereAndNotMissedLater() throws Exception {
    NodeProcess writing = cluster.node(0);
    NodeProcess reading = cluster.node(1);
    try (WsClient stranger = connect(reading, OTHER);
        WsClient follower = connect(writing, DEPLOYS)) {
      String before = stranger.next("subscribed").path("offset").asText();
      follower.next("subscribed");
      for (int n = 1; n <= EVENTS; n++) publish(DEPLOYS, n);
      for (int n = 1; n <= EVENTS; n++) assertEquals(n, number(follower.next("t")));
      // Each event loop of the gateway's port counts for itself.
      Awaitility.await().until(() -> events(reading, false) >= EVENTS);
      assertEquals(0, events(reading, true));

      try (WsClient late = connect(reading, "")) {
        late.send(
            "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"%s\",\"since\":\"%s\"}]}"
                .formatted(DEPLOYS, before));
        assertTrue(late.next("subscribed").path("recovered").asBoolean());
        for (int n = 1; n <= EVENTS; n++) assertEquals(n, number(late.next("t")));
        publish(DEPLOYS, EVENTS + 1);
        assertEquals(EVENTS + 1, number(late.next("t")));
        assertEquals(1, events(reading, true));
      }

      publish(OTHER, 1);
      assertEquals(1, number(stranger.next("t")));
    }
  }

  private WsClient connect(NodeProcess node, String topics) throws Exception {
    return WsClient.connect(vertx, cluster.gateway(node) + "/ws?topics=" + topics);
  }

  private void publish(String stream, int number) throws Exception {
    var answer =
        cluster.post(
            cluster.node(0),
            "/api/v1/streams/" + stream + "/events",
            WRITER.token(),
            "{\"type\":\"t\",\"data\":{\"n\":" + number + "}}");
    assertEquals(201, answer.statusCode(), answer.body());
  }

  private static int number(JsonNode event) {
    return event.at("/data/n").asInt();
  }

  /** How many events a node's event loops have received and decoded, or not decoded. */
  private long events(NodeProcess node, boolean wanted) throws Exception {
    var line =
        Pattern.compile("boardcast_gateway_events_total\\{.*wanted=\"" + wanted + "\".*} (\\S+)")
            .matcher(cluster.get(node, "/metrics", null).body());
    return line.find() ? (long) Double.parseDouble(line.group(1)) : -1;
  }

  /** Another stream of the same shard. */
  private static String streamBeside(String other) {
    return IntStream.iterate(1, n -> n + 1)
        .mapToObj(n -> "deploys" + n)
        .filter(name -> Shards.of(name) == Shards.of(other))
        .findFirst()
        .orElseThrow();
  }
}
