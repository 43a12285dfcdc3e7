package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.ext.web.client.WebClient;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clients that take the offset of each event to the other node at once: that node may not have
 * received the event yet, and knows by the log that it exists. {@code -Dboardcast.hops=100000}
 * makes more hops.
 */
@Timeout(900)
class HoppingClientsIT {
  private static final int CLIENTS = 40;
  private static final int WRITERS = 6;
  private static final int HOPS = Integer.getInteger("boardcast.hops", 2_000);
  private static final int LIMIT_SECONDS = 30 + HOPS / 200;
  private static final String STREAM = "hops";

  private final Vertx vertx = Vertx.vertx();
  private final WebClient http = WebClient.create(vertx);
  private final WebSocketClient sockets = vertx.createWebSocketClient();
  private final String token = Person.of("hopper").with("publish").token();
  private final CountDownLatch hopsLeft = new CountDownLatch(HOPS);
  private final AtomicInteger refused = new AtomicInteger();
  private final Queue<String> problems = new ConcurrentLinkedQueue<>();
  private volatile boolean writing = true;

  @Test
  void clientsThatHopBetweenNodesWithFreshOffsetsAreAlwaysRecovered() throws Exception {
    DatabaseConfig database = Services.get().freshDatabase();
    try (var cluster = Cluster.start(database, 2)) {
      List<NodeProcess> nodes = cluster.nodes();
      for (int i = 0; i < CLIENTS; i++) {
        // In both directions at once, so that a question is under way when the next client comes.
        new Hopper(connect(cluster, nodes.get(i % 2)), connect(cluster, nodes.get(1 - i % 2)))
            .start();
      }
      for (int i = 0; i < WRITERS; i++) write(nodes.get(i % nodes.size()).http());
      assertTrue(
          hopsLeft.await(LIMIT_SECONDS, TimeUnit.SECONDS),
          () -> hopsLeft.getCount() + " hops were not made");
      writing = false;
      assertEquals(0, refused.get(), "hops were not recovered");
      assertEquals(List.of(), List.copyOf(problems));
    } finally {
      vertx.close().await(20, TimeUnit.SECONDS);
    }
  }

  private WebSocket connect(Cluster cluster, NodeProcess node) throws Exception {
    URI gateway = cluster.gateway(node);
    return sockets
        .connect(gateway.getPort(), gateway.getHost(), "/ws?topics=&token=" + token)
        .await(20, TimeUnit.SECONDS);
  }

  /** Writes one event after the other. */
  private void write(URI node) {
    if (!writing) return;
    http.post(node.getPort(), node.getHost(), "/api/v1/streams/" + STREAM + "/events")
        .bearerTokenAuthentication(token)
        .putHeader("Content-Type", "application/json")
        .sendBuffer(Buffer.buffer("{\"type\":\"hop\",\"data\":{}}"))
        .onComplete(
            answer -> {
              if (answer.statusCode() != 201) problems.add(answer.bodyAsString());
              else write(node);
            },
            failure -> {
              if (writing) problems.add(failure.toString());
            });
  }

  /** One client with a connection to each node, subscribed at one of them. */
  private final class Hopper {
    private final List<WebSocket> nodes = new ArrayList<>();
    private int at;
    private boolean subscribed;
    private String offset;

    Hopper(WebSocket first, WebSocket second) {
      nodes.add(first);
      nodes.add(second);
    }

    void start() {
      for (int node = 0; node < nodes.size(); node++) {
        int from = node;
        nodes.get(node).textMessageHandler(text -> received(from, text));
      }
      subscribe();
    }

    private synchronized void received(int node, String text) {
      if (node != at) return;
      JsonNode message = parse(text);
      switch (message.path("type").asText()) {
        case "subscribed" -> subscribed(message);
        case "hop" -> {
          // Else sent for an earlier subscription to the same node.
          if (subscribed) hop(message.path("offset").asText());
        }
        default -> {
          // An acknowledgement.
        }
      }
    }

    private void subscribed(JsonNode message) {
      subscribed = true;
      if (offset == null) return;
      if (!message.path("recovered").asBoolean()) refused.incrementAndGet();
      hopsLeft.countDown();
    }

    private void hop(String next) {
      if (offset != null && sequence(next) != sequence(offset) + 1) {
        problems.add(next + " came after " + offset);
      }
      offset = next;
      say("{\"type\":\"unsubscribe\",\"topics\":[\"%s\"]}".formatted(STREAM));
      at = 1 - at;
      subscribed = false;
      subscribe();
    }

    private void subscribe() {
      String since = offset == null ? "null" : '"' + offset + '"';
      say(
          "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"%s\",\"since\":%s}]}"
              .formatted(STREAM, since));
    }

    private void say(String message) {
      nodes.get(at).writeTextMessage(message);
    }

    private static long sequence(String offset) {
      return Long.parseLong(offset.substring(offset.indexOf(':') + 1));
    }

    private static JsonNode parse(String text) {
      try {
        return Json.MAPPER.readTree(text);
      } catch (IOException notJson) {
        throw new AssertionError(text, notJson);
      }
    }
  }
}
