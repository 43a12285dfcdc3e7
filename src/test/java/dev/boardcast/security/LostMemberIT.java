package dev.boardcast.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.Boardcast;
import dev.boardcast.Boards;
import dev.boardcast.bus.hazelcast.RegistryMember;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node whose Hazelcast member is shut down under it, beside one that goes on. */
@Timeout(180)
class LostMemberIT {
  private static final String BOT = Person.of("bot").with("publish").token();

  private final Vertx client = Vertx.vertx();
  private final WebClient http = WebClient.create(client);
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private ClosedCluster cluster;
  private Boardcast attacked;
  private Boardcast other;

  @BeforeEach
  void start() throws Exception {
    cluster = ClosedCluster.start(Services.get().freshDatabase(), 2);
    attacked = deploy(0);
    other = deploy(1);
  }

  @AfterEach
  void stop() {
    ClosedCluster.await(attacked.close());
    ClosedCluster.await(other.close());
    cluster.close();
    ClosedCluster.await(client.close());
  }

  @Test
  void itIsUnreadyWithTheCauseServesItsSessionsFromTheLogAndCloses() throws Exception {
    var session =
        WsClient.connect(
            client,
            "ws://127.0.0.1:" + attacked.httpPort() + "/ws?topics=agents",
            Map.of("Authorization", "Bearer " + BOT),
            List.of());
    session.next("subscribed");
    publish(other, 1);
    assertEquals(1, next(session));

    ((RegistryMember) ((VertxInternal) cluster.vertx(0)).clusterManager())
        .getHazelcastInstance()
        .shutdown();
    publish(other, 2);

    assertEquals(2, next(session), "it comes by the log");
    JsonNode health =
        Awaitility.await()
            .atMost(20, TimeUnit.SECONDS)
            .until(() -> health(attacked), ready -> ready.path("status").asText().equals("failed"));
    assertTrue(health.path("fault").asText().contains("cluster manager"), health::toString);
    assertTrue(failure.get(20, TimeUnit.SECONDS).getMessage().contains("cluster manager"));
    assertFalse(attacked.closed().isComplete(), "its sessions are served for a while");
    session.next("goaway");
    ClosedCluster.await(attacked.closed());
    assertEquals("up", health(other).path("status").asText());
    session.close();
  }

  private static int next(WsClient session) {
    return session.next("noticed").path("data").path("n").asInt();
  }

  private void publish(Boardcast node, int number) {
    HttpResponse<Buffer> response =
        ClosedCluster.await(
            http.post(node.httpPort(), "127.0.0.1", "/api/v1/streams/agents/events")
                .putHeader("Authorization", "Bearer " + BOT)
                .sendJson(Map.of("type", "noticed", "data", Map.of("n", number))));
    assertTrue(response.statusCode() < 300, response::bodyAsString);
  }

  private JsonNode health(Boardcast node) throws Exception {
    HttpResponse<Buffer> response =
        ClosedCluster.await(http.get(node.httpPort(), "127.0.0.1", "/health/ready").send());
    return Json.MAPPER.readTree(response.bodyAsString());
  }

  private Boardcast deploy(int index) {
    return ClosedCluster.await(
        Boardcast.builder(cluster.vertx(index), cluster.options(index))
            .boards(Boards.BUILT_IN)
            .failureHandler(failure::complete)
            .start());
  }
}
