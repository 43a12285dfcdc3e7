package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.spi.Shards;
import dev.boardcast.testing.SseClient;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.UpgradeRejectedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that were accepted get their answers within a second, whatever the database does. */
@Timeout(60)
class AnswerTimeIT {
  private static final Duration SECOND = Duration.ofSeconds(1);
  // Long after the time limit of a call.
  private static final int MANY = 1_000;

  private final GatewayFixture gateway = new GatewayFixture(GatewayFixture.CONFIG);

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void aQuestionThatIsNeverAnsweredDelaysNobody() {
    WsClient client = gateway.connect("/ws?topics=");
    client.next("connection_ack");
    // This node has not received the event that the client got elsewhere.
    gateway.history.append("t", "{}", "agents");
    gateway.history.silentHeads.set(1);
    subscribeAfterTheLastEvent(client);
    assertEquals("subscribed", client.next(SECOND).path("type").asText());
    assertEquals(1, gateway.meters.timer("boardcast.gateway.subscribe").count());
    assertTrue(
        gateway.meters.timer("boardcast.gateway.subscribe").max(TimeUnit.MILLISECONDS) >= 300);
  }

  @Test
  void aReadOfTeamsThatIsNeverAnsweredDelaysNobody() {
    gateway.teamsReadGate = Promise.<Void>promise().future();
    WsClient ann = gateway.connect("/ws?topics=tasks&token=" + GatewayFixture.token("ann"));
    ann.next("connection_ack");
    Awaitility.await().until(() -> gateway.teamReads.get() == 1);
    gateway.teamsReadGate = Future.succeededFuture();
    assertEquals("subscribed", ann.next(SECOND).path("type").asText());
  }

  @Test
  void clientsAreToldWhenNothingAnswersAndSentElsewhereWhereThatHelps() {
    WsClient stays = gateway.connect("/ws?topics=");
    stays.next("connection_ack");
    gateway.history.append("t", "{}", "agents");
    gateway.history.silentHeads.set(MANY);
    subscribeAfterTheLastEvent(stays);
    var error = stays.next("error");
    assertEquals("unavailable", error.path("code").asText());
    assertEquals("agents", error.path("topic").asText());

    gateway.othersMayServe = true;
    WsClient moves = gateway.connect("/ws?topics=");
    moves.next("connection_ack");
    subscribeAfterTheLastEvent(moves);
    assertTrue(moves.next("goaway").path("reconnect_after_ms").asInt() <= 500);
    assertEquals(1001, moves.closeCode());
    assertEquals(1, gateway.meters.counter("boardcast.gateway.sent.elsewhere").count());
  }

  @Test
  void noMoreClientsAreTakenWhileOthersWait() {
    WsClient waits = gateway.connect("/ws?topics=");
    waits.next("connection_ack");
    gateway.history.append("t", "{}", "agents");
    gateway.history.silentHeads.set(MANY);
    subscribeAfterTheLastEvent(waits);
    var refused = new UpgradeRejectedException[1];
    Awaitility.await()
        .pollInterval(Duration.ofMillis(10))
        .until(() -> (refused[0] = refusal()) != null);
    assertEquals(503, refused[0].getStatus());
    assertTrue(List.of("1", "2").contains(refused[0].getHeaders().get("Retry-After")));
    assertTrue(refused[0].getBody().toString().contains("clients wait for answers on this node"));
    try (SseClient stream =
        SseClient.open(
            gateway.vertx,
            "http://127.0.0.1:" + gateway.port() + "/api/v1/stream?topics=agents",
            Map.of("Accept", "text/event-stream"))) {
      // Unless the client has been told in the meantime.
      assertEquals(200, stream.status());
    }
    assertTrue(gateway.meters.counter("boardcast.gateway.refusals", "reason", "busy").count() >= 1);
    // It is told, and others are taken again.
    waits.next("error");
    gateway.connect("/ws?topics=providers").next("subscribed");
  }

  private void subscribeAfterTheLastEvent(WsClient client) {
    client.send(
        "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"agents\",\"since\":\"%s:%d\"}]}"
            .formatted(gateway.history.epoch(), gateway.history.head(Shards.of("agents"))));
  }

  private UpgradeRejectedException refusal() {
    try {
      gateway.connect("/ws?topics=").close();
      return null;
    } catch (IllegalStateException refused) {
      return assertInstanceOf(UpgradeRejectedException.class, refused.getCause());
    }
  }
}
