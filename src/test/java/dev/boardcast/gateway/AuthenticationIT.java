package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.PrincipalChanged;
import dev.boardcast.config.Settings;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.UpgradeRejectedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Authentication of sessions, their teams, and refusals before the upgrade. */
class AuthenticationIT {
  private final GatewayFixture gateway =
      new GatewayFixture(
          Settings.of(
              GatewayConfig.class,
              "gateway-max-sessions=40",
              "gateway-auth-wait=1s",
              "gateway-path-limits=/api/v1/ws/monitoring/pipeline-status=2"));

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void tokenIsReadFromHeaderSubprotocolQueryAndFirstFrame() {
    String token = GatewayFixture.token("ann");
    WsClient byHeader =
        gateway.connect("/ws?topics=tasks", Map.of("Authorization", "Bearer " + token), List.of());
    WsClient byProtocol = gateway.connect("/ws?topics=tasks", Map.of(), List.of("bearer." + token));
    WsClient byBoth =
        gateway.connect("/ws?topics=tasks", Map.of(), List.of("bearer." + token, "boardcast.v1"));
    WsClient byQuery = gateway.connect("/ws?topics=tasks&token=" + token);
    for (WsClient client : List.of(byHeader, byProtocol, byBoth, byQuery)) {
      assertEquals("ann", client.next("connection_ack").path("user").asText());
      assertEquals("tasks", client.next("subscribed").path("topic").asText());
    }
    assertNull(byHeader.subprotocol());
    assertEquals("bearer." + token, byProtocol.subprotocol());
    assertEquals("boardcast.v1", byBoth.subprotocol());

    WsClient byFrame = gateway.connect("/ws?topics=tasks");
    assertEquals("not_authenticated", byFrame.next("error").path("code").asText());
    byFrame.send("{\"type\":\"auth\",\"token\":\"" + token + "\"}");
    assertEquals("ann", byFrame.next("connection_ack").path("user").asText());
    assertEquals("tasks", byFrame.next("subscribed").path("topic").asText());
  }

  @Test
  void invalidTokenClosesWith4401AfterTheUpgrade() {
    for (String path : List.of("/ws", "/api/ws", "/ws/metrics")) {
      WsClient client = gateway.connect(path + "?token=forged");
      assertEquals(4401, client.closeCode(), path);
      assertEquals("the token is malformed", client.closeReason());
      assertEquals(List.of(), client.drain());
    }
    String old = GatewayFixture.token("ann", Duration.ofSeconds(-10));
    assertEquals(4401, gateway.connect("/ws?token=" + old).closeCode());
  }

  @Test
  void tasksPathWaitsForATokenForABoundedTime() {
    WsClient silent = gateway.connect("/api/ws");
    WsClient prompt = gateway.connect("/api/ws");
    prompt.send("{\"type\":\"auth\",\"token\":\"" + GatewayFixture.token("ann") + "\"}");
    assertEquals("ann", prompt.next("connection_ack").path("data").path("user_id").asText());
    assertEquals(4401, silent.closeCode());
    assertEquals(List.of(), silent.drain());
  }

  @Test
  void sessionEndsWithItsTokenUnlessRenewed() {
    WsClient ends = gateway.connect("/ws?topics=tasks&token=" + shortLived("ann"));
    WsClient stays = gateway.connect("/ws?topics=tasks&token=" + shortLived("ann"));
    stays.next("subscribed");
    stays.send("{\"type\":\"auth\",\"token\":\"" + GatewayFixture.token("ann") + "\"}");
    stays.next("connection_ack");
    assertEquals(4401, ends.closeCode());
    gateway.emit("{\"n\":1}", "user.ann");
    assertEquals(1, stays.next("task_created").path("data").path("n").asInt());
  }

  @Test
  void sameTokenAgainIsAcknowledgedWithoutReadingTeams() {
    String token = GatewayFixture.token("ann");
    WsClient ann = gateway.connect("/ws?topics=tasks&token=" + token);
    ann.settle();
    int before = gateway.teamReads.get();
    for (int n = 0; n < 40; n++) {
      ann.send("{\"type\":\"auth\",\"token\":\"" + token + "\"}");
      assertEquals("ann", ann.next("connection_ack").path("user").asText());
    }
    assertEquals(before, gateway.teamReads.get());
    gateway.emit("{\"n\":1}", "user.ann");
    assertEquals(1, ann.next("task_created").path("data").path("n").asInt());
  }

  @Test
  void renewalNeedsAValidTokenOfTheSameUser() {
    WsClient other = gateway.connect("/ws?token=" + GatewayFixture.token("ann"));
    other.send("{\"type\":\"auth\",\"token\":\"" + GatewayFixture.token("bob") + "\"}");
    assertEquals(4403, other.closeCode());
    WsClient bad = gateway.connect("/ws?token=" + GatewayFixture.token("ann"));
    bad.send("{\"type\":\"auth\",\"token\":\"forged\"}");
    assertEquals(4401, bad.closeCode());
  }

  @Test
  void lostTeamIsUnsubscribedAtOnceAndNewTeamIsSubscribed() {
    gateway.teams.put("ann", Set.of("red"));
    WsClient ann =
        gateway.connect("/ws?topics=tasks,team.red&token=" + GatewayFixture.token("ann"));
    ann.settle();
    gateway.teamsOf("ann", "blue");
    List<JsonNode> frames = ann.takeUntil(frame -> frame.path("topic").asText().equals("team.red"));
    assertEquals("forbidden", frames.get(frames.size() - 1).path("code").asText());
    ann.settle();
    gateway.emit("{\"n\":1}", "team.red");
    gateway.emit("{\"n\":2}", "team.blue");
    JsonNode event = ann.next("task_created");
    assertEquals(2, event.path("data").path("n").asInt());
    assertEquals("tasks", event.path("topic").asText());
  }

  @Test
  void eventsDuringATeamReadAreNeitherLostNorLeaked() {
    gateway.teams.put("ann", Set.of("red"));
    WsClient ann = gateway.connect("/ws?topics=tasks&token=" + GatewayFixture.token("ann"));
    ann.settle();
    gateway.teamsUnavailable = true;
    gateway.teamsOf("ann", "blue");
    gateway.emit("{\"n\":1}", "team.red");
    gateway.emit("{\"n\":2}", "team.blue");
    gateway.emit("{\"n\":3}", "user.ann");
    ann.next("membership_changed");
    assertEquals(List.of(), ann.settle());
    gateway.teamsUnavailable = false;
    List<JsonNode> seen = ann.takeUntil(frame -> frame.path("data").path("n").asInt() == 3);
    assertEquals(
        List.of(2, 3),
        seen.stream()
            .filter(frame -> WsClient.type(frame).equals("task_created"))
            .map(frame -> frame.path("data").path("n").asInt())
            .toList());
  }

  @Test
  void hintAloneRefreshesTeamsToo() {
    gateway.teams.put("ann", Set.of("red"));
    WsClient ann = gateway.connect("/ws?topics=team.red&token=" + GatewayFixture.token("ann"));
    ann.next("subscribed");
    gateway.teams.put("ann", Set.of("blue"));
    gateway.bus.publish(Addresses.PRINCIPAL_CHANGES, new PrincipalChanged("ann"));
    assertEquals("forbidden", ann.next("error").path("code").asText());
  }

  @Test
  void membershipEventRefreshesTeamsWhenTheHintIsLost() {
    gateway.teams.put("ann", Set.of("red"));
    WsClient ann = gateway.connect("/ws?topics=tasks&token=" + GatewayFixture.token("ann"));
    WsClient older = gateway.connect("/api/ws?token=" + GatewayFixture.token("ann"));
    ann.settle();
    older.settle();

    gateway.teams.put("ann", Set.of("blue"));
    gateway.publish(
        gateway.history.append(
            "membership_changed", "{\"user_id\":\"ann\",\"team_id\":\"red\"}", "user.ann"));
    gateway.emit("{\"n\":1}", "team.red");
    gateway.emit("{\"n\":2}", "team.blue");

    assertEquals(
        List.of("membership_changed", "task_created"),
        ann.takeUntil(frame -> frame.path("data").path("n").asInt() == 2).stream()
            .map(WsClient::type)
            .filter(type -> !type.equals("error"))
            .toList());
    assertEquals(2, older.next("task_created").path("data").path("n").asInt());
  }

  @Test
  void membershipChangeDuringAuthenticationIsNotMissed() throws Exception {
    var read = Promise.<Void>promise();
    gateway.teamsReadGate = read.future();
    WsClient ann = gateway.connect("/ws?topics=tasks&token=" + GatewayFixture.token("ann"));
    gateway.teamsReadStarted.get(WsClient.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    gateway.teamsOf("ann", "blue");
    read.complete();
    ann.next("subscribed");
    ann.settle();
    gateway.emit("{\"n\":1}", "team.blue");
    gateway.emit("{\"n\":2}", "user.ann");
    assertEquals(1, ann.next("task_created").path("data").path("n").asInt());
  }

  @Test
  void restrictedBoardNeedsItsRole() {
    assertEquals(4401, gateway.connect("/ws/metrics/vault").closeCode());
    String plain = GatewayFixture.token("ann");
    assertEquals(4403, gateway.connect("/ws/metrics/vault?token=" + plain).closeCode());
    String ops = GatewayFixture.token("ann", "ops");
    WsClient in = gateway.connect("/ws/metrics/vault?token=" + ops);
    gateway.publish("vault", 1, "{\"gold\":7}");
    in.takeUntil(frame -> frame.path("gold").asInt() == 7);
  }

  @Test
  void topicsWithoutTeamsAreServedWhileTeamsCannotBeReadAndTheOthersLater() {
    gateway.teamsUnavailable = true;
    gateway.publish("routing", 1, "{}");
    String token = GatewayFixture.token("ann");
    WsClient ann = gateway.connect("/ws?topics=tasks,routing,agents&token=" + token);
    // The board may be unavailable for a moment, too, until its snapshot is here.
    List<JsonNode> frames =
        ann.takeUntil(
            frame ->
                WsClient.type(frame).equals("error")
                    && frame.path("topic").asText().equals("tasks"));
    assertEquals("unavailable", frames.get(frames.size() - 1).path("code").asText());
    assertEquals(
        Set.of("routing", "agents"),
        frames.stream()
            .filter(frame -> WsClient.type(frame).equals("subscribed"))
            .map(frame -> frame.path("topic").asText())
            .collect(Collectors.toSet()));
    WsClient older = gateway.connect("/api/ws?token=" + token);
    older.next("connection_ack");
    assertEquals("unavailable", older.next("error").path("data").path("code").asText());

    gateway.teams.put("ann", Set.of("red"));
    gateway.teamsUnavailable = false;
    assertEquals("tasks", ann.next("subscribed").path("topic").asText());
    Awaitility.await()
        .until(
            () -> {
              gateway.emit("{\"n\":1}", "team.red");
              return older.drain().stream().anyMatch(frame -> frame.path("data").has("n"));
            });
    assertEquals(1, ann.next("task_created").path("data").path("n").asInt());
  }

  @Test
  void sessionWithoutUserOrTeamStreamsReadsNoTeams() {
    gateway.publish("routing", 1, "{}");
    WsClient ann = gateway.connect("/ws?topics=routing&token=" + GatewayFixture.token("ann"));
    ann.next("metrics:update");
    assertFalse(gateway.teamsReadStarted.isDone());
  }

  @Test
  void plainHttpRequestsGetTheirStatus() {
    assertEquals(200, status("/health/live"));
    assertEquals(426, status("/ws"));
    assertEquals(426, status("/ws/metrics"));
    assertEquals(404, status("/nowhere"));
    assertEquals(404, status("/ws/metrics/nothing"));
    assertEquals(404, status("/ws/metrics?board=nothing"));
    assertEquals(400, status("/ws?topics=%zz"));
    assertEquals(404, upgradeStatus("/nowhere"));
  }

  @Test
  void fullNodeRefusesBeforeTheUpgrade() {
    for (int i = 0; i < 40; i++) gateway.connect("/ws");
    var refused = assertThrows(IllegalStateException.class, () -> gateway.connect("/ws"));
    var rejected = assertInstanceOf(UpgradeRejectedException.class, refused.getCause());
    assertEquals(503, rejected.getStatus());
    assertTrue(Integer.parseInt(rejected.getHeaders().get("Retry-After")) > 0);
    assertEquals(40, gateway.node.sessions());
  }

  @Test
  void fullPathRefusesBeforeTheUpgradeAndOtherPathsAccept() {
    String limited = "/api/v1/ws/monitoring/pipeline-status";
    gateway.publish("pipeline", 1, "{\"alerts\":[]}");
    WsClient leaving = gateway.connect(limited);
    gateway.connect(limited + "?token=" + GatewayFixture.token("ann"));
    var refused = assertThrows(IllegalStateException.class, () -> gateway.connect(limited));
    var rejected = assertInstanceOf(UpgradeRejectedException.class, refused.getCause());
    assertEquals(503, rejected.getStatus());
    assertTrue(Integer.parseInt(rejected.getHeaders().get("Retry-After")) > 0);
    gateway.connect("/ws/metrics/pipeline").next();
    assertEquals(3, gateway.node.sessions());
    leaving.close();
    Awaitility.await().until(() -> gateway.node.sessions() == 2);
    gateway.connect(limited).next();
    assertEquals(503, upgradeStatus(limited));
    assertEquals(3, gateway.node.sessions());
  }

  @Test
  void longTokenInTheQueryIsAccepted() {
    String token = GatewayFixture.token("ann", "r".repeat(6_000));
    gateway.connect("/api/ws?token=" + token).next("connection_ack");
  }

  private static String shortLived(String user) {
    return GatewayFixture.token(user, Duration.ofMillis(1_200));
  }

  private int upgradeStatus(String path) {
    var refused = assertThrows(IllegalStateException.class, () -> gateway.connect(path));
    return assertInstanceOf(UpgradeRejectedException.class, refused.getCause()).getStatus();
  }

  private int status(String path) {
    var client = gateway.vertx.createHttpClient();
    return GatewayFixture.await(
        client
            .request(HttpMethod.GET, gateway.port(), "127.0.0.1", path)
            .compose(request -> request.send())
            .map(HttpClientResponse::statusCode));
  }
}
