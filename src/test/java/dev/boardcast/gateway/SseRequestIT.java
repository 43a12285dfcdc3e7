package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.EventBatch;
import dev.boardcast.config.Settings;
import dev.boardcast.testing.SseClient;
import dev.boardcast.testing.WsClient;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The messages of {@code /ws} as Server-Sent Events. */
@Timeout(60)
class SseRequestIT {
  private final GatewayFixture gateway =
      new GatewayFixture(
          Settings.of(
              GatewayConfig.class,
              "gateway-max-sessions=40",
              "gateway-max-queue=65536",
              "gateway-ping-interval=300ms",
              "gateway-silence-limit=5s",
              "gateway-auth-wait=1s",
              "gateway-path-limits="));
  private final List<SseClient> clients = new ArrayList<>();

  @AfterEach
  void close() {
    clients.forEach(SseClient::close);
    gateway.close();
  }

  @Test
  void streamCarriesTheMessagesOfTheWebSocket() {
    gateway.publish("routing", 1, "{\"total\":7}");
    SseClient client = open("topics=agents,routing", Map.of());
    assertEquals(200, client.status());
    assertEquals("text/event-stream", client.header("Content-Type"));
    assertEquals("no-store", client.header("Cache-Control"));
    assertEquals("node-1", client.next("connection_ack").data().path("node").asText());
    assertEquals(7, client.next("metrics:update").data().path("data").path("total").asInt());

    WsClient socket = gateway.connect("/ws?topics=agents");
    socket.next("subscribed");
    gateway.emit("{\n  \"n\": 1\n}", "agents");
    var event = client.next("task_created");
    assertEquals(socket.next("task_created"), event.data());
    assertEquals(event.data().path("offset").asText(), event.lastId());
  }

  @Test
  void missedEventsFollowTheLastEventIdOnceAndInOrder() {
    SseClient first = open("topics=agents", Map.of());
    first.next("subscribed");
    gateway.emit("{\"n\":1}", "agents");
    String last = first.next("task_created").lastId();
    first.close();
    for (int n = 2; n < 50; n++) gateway.emit("{\"n\":" + n + "}", "agents");

    for (SseClient again :
        List.of(
            open("topics=agents", Map.of("Last-Event-ID", last)),
            open("topics=agents&since=" + last, Map.of()))) {
      assertTrue(again.next("subscribed").data().path("recovered").asBoolean());
      for (int n = 2; n < 50; n++) {
        assertEquals(n, again.next("task_created").data().path("data").path("n").asInt());
      }
    }
  }

  @Test
  void clientWithoutEventsResumesFromItsSubscription() {
    SseClient first = open("topics=agents", Map.of());
    String last = first.next("subscribed").lastId();
    first.close();
    gateway.emit("{\"n\":1}", "agents");
    SseClient again = open("topics=agents", Map.of("Last-Event-ID", last));
    assertTrue(again.next("subscribed").data().path("recovered").asBoolean());
    assertEquals(1, again.next("task_created").data().path("data").path("n").asInt());
  }

  @Test
  void oneEventIdIsThePositionInStreamsOfSeveralShards() {
    gateway.history.useEpochPerShard();
    gateway.restartShards();
    String topics = "topics=tasks,agents,providers&token=" + GatewayFixture.token("ann");
    SseClient first = open(topics, Map.of());
    for (int i = 0; i < 3; i++) first.next("subscribed");
    gateway.emit("{\"n\":1}", "user.ann");
    gateway.emit("{\"n\":2}", "agents");
    gateway.emit("{\"n\":3}", "providers");
    String last = "";
    for (int n = 1; n <= 3; n++) last = first.next("task_created").lastId();
    first.close();
    gateway.emit("{\"n\":4}", "providers");
    gateway.emit("{\"n\":5}", "user.ann");
    gateway.emit("{\"n\":6}", "agents");

    SseClient again = open(topics, Map.of("Last-Event-ID", last));
    var received = new ArrayList<Integer>();
    for (int i = 0; i < 3; i++) {
      received.add(again.next("task_created").data().path("data").path("n").asInt());
    }
    assertEquals(Set.of(4, 5, 6), Set.copyOf(received));
    gateway.emit("{\"n\":7}", "agents");
    assertEquals(7, again.next("task_created").data().path("data").path("n").asInt());
  }

  @Test
  void eventIdOfAnotherHistoryIsNotRecovered() {
    for (String id : List.of("zz:1", "nonsense", ",", "version:7")) {
      SseClient client = open("topics=agents", Map.of("Last-Event-ID", id));
      var subscribed = client.next("subscribed");
      assertEquals(false, subscribed.data().path("recovered").asBoolean(), id);
      assertNotNull(subscribed.lastId());
    }
  }

  @Test
  void singleBoardHasItsOffsetAsEventIdAndOneAmongOthersHasNone() {
    gateway.publish("routing", 7, "{}");
    assertEquals("version:7", open("topics=routing", Map.of()).next("metrics:update").lastId());
    assertNull(open("topics=routing,platform", Map.of()).next("metrics:update").lastId());
    assertTrue(
        open("topics=routing", Map.of("Last-Event-ID", "version:7"))
            .next("subscribed")
            .data()
            .path("recovered")
            .asBoolean());
  }

  @Test
  void topicsMayHaveTheirOptionsAndOffsetsInTheQuery() {
    gateway.publish("routing", 7, "{\"a\":1,\"b\":2}");
    String since = open("topics=agents", Map.of()).next("subscribed").lastId();
    gateway.emit("{\"n\":1}", "agents");
    gateway.emit("{\"n\":2}", "agents");
    SseClient client =
        open(
            subscribe(
                "[{'topic':'routing','fields':['b'],'deltas':true},"
                    + "{'topic':'agents','since':'"
                    + since
                    + "','where':{'data':{'n':{'gte':2}}}}]"),
            Map.of());
    assertEquals(2, client.next("metrics:update").data().path("data").path("b").asInt());
    assertEquals(2, client.next("task_created").data().path("data").path("n").asInt());
    gateway.emit("{\"n\":1}", "agents");
    gateway.emit("{\"n\":3}", "agents");
    assertEquals(3, client.next("task_created").data().path("data").path("n").asInt());
    gateway.publish("routing", 8, "{\"a\":1,\"b\":{\"c\":[3]}}");
    assertEquals(1, client.next("metrics:update").data().path("data").size());
    gateway.publish("routing", 9, "{\"a\":1,\"b\":{\"c\":[3],\"d\":4}}");
    var delta = client.next("metrics:delta").data();
    assertEquals("version:8", delta.path("base").asText());
    assertEquals("{\"b\":{\"d\":4}}", delta.path("patch").toString());
    assertEquals(400, open(subscribe("[{'topic':'routing','fields':7}]"), Map.of()).status());
    assertEquals(400, open(subscribe("['routing']") + "&topics=agents", Map.of()).status());
    assertEquals(401, open(subscribe("['tasks']"), Map.of()).status());
  }

  private static String subscribe(String topics) {
    return "subscribe=" + URLEncoder.encode(topics.replace('\'', '"'), StandardCharsets.UTF_8);
  }

  @Test
  void forbiddenTopicsAreRefusedBeforeTheStreamBegins() {
    assertEquals(401, open("topics=agents&token=forged", Map.of()).status());
    assertEquals(401, open("topics=agents", Map.of("Authorization", "Bearer no")).status());
    assertEquals(401, open("topics=tasks", Map.of()).status());
    String ann = "&token=" + GatewayFixture.token("ann");
    assertEquals(403, open("topics=user.bob,vault" + ann, Map.of()).status());
    SseClient refused = open("topics=tasks", Map.of());
    assertEquals("application/problem+json", refused.header("Content-Type"));
    assertEquals("Bearer", refused.header("WWW-Authenticate"));
    SseClient some = open("topics=user.bob,agents" + ann, Map.of());
    assertEquals("user.bob", some.next("error").data().path("topic").asText());
    assertEquals(400, open("topics=agents&limit=3", Map.of()).status());
    assertEquals(400, open("topics=agents&since=e:1&since=e:2", Map.of()).status());
    Awaitility.await().until(() -> gateway.node.sessions() == 1);
  }

  @Test
  void streamEndsWithItsTokenAfterACloseEvent() {
    String token = GatewayFixture.token("ann", Duration.ofMillis(1_200));
    SseClient client = open("topics=tasks", Map.of("Authorization", "Bearer " + token));
    var close = client.next("close").data();
    assertEquals(4401, close.path("code").asInt());
    assertEquals("never", close.path("reconnect").asText());
    client.awaitEnd();
    Awaitility.await().until(() -> gateway.node.sessions() == 0);
  }

  @Test
  void lostTeamIsUnsubscribedAtOnce() {
    gateway.teams.put("ann", Set.of("red"));
    SseClient ann = open("topics=tasks,team.red&token=" + GatewayFixture.token("ann"), Map.of());
    ann.next("subscribed");
    ann.next("subscribed");
    gateway.teamsOf("ann", "blue");
    var error = ann.next(event -> event.data().path("topic").asText().equals("team.red"));
    assertEquals("forbidden", error.data().path("code").asText());
    gateway.emit("{\"n\":1}", "team.red");
    gateway.emit("{\"n\":2}", "team.blue");
    assertEquals(2, ann.next("task_created").data().path("data").path("n").asInt());
  }

  @Test
  void clientThatReadsTooSlowlyIsClosedAndResumes() {
    SseClient slow = open("topics=agents", Map.of());
    String last = slow.next("subscribed").lastId();
    slow.pause();
    String filler = "x".repeat(8 << 10);
    // Another one reads each event before the next: nothing waits on the bus at the end.
    SseClient quick = open("topics=agents", Map.of());
    quick.next("subscribed");
    int sent = 0;
    while (gateway.node.sessions() == 2) {
      gateway.emit("{\"n\":" + sent + ",\"x\":\"" + filler + "\"}", "agents");
      assertEquals(sent++, quick.next("task_created").data().path("data").path("n").asInt());
    }
    assertEquals(1, gateway.meters.counter("boardcast.gateway.closes", "code", "too_slow").count());
    int received = 0;
    for (var event : slow.drain()) {
      if (event.data().path("type").asText().equals("task_created")) {
        assertEquals(received++, event.data().path("data").path("n").asInt());
        last = event.lastId();
      }
    }
    SseClient again = open("topics=agents&since=" + last, Map.of());
    for (int n = received; n < sent; n++) {
      assertEquals(n, again.next("task_created").data().path("data").path("n").asInt());
    }
  }

  @Test
  void quietStreamGetsCommentsAndAClosedOneIsNoticed() {
    SseClient client = open("topics=agents", Map.of());
    client.next("subscribed");
    Awaitility.await().until(() -> client.comments() >= 2);
    assertEquals(1, gateway.node.sessions());
    client.close();
    Awaitility.await().until(() -> gateway.node.sessions() == 0);
  }

  @Test
  void messagesOfOneTickLeaveInOneChunkAndAreCounted() {
    SseClient client = open("topics=agents", Map.of());
    client.next("subscribed");
    int many = 60;
    EventBatch first = gateway.history.append("tick", "{}", "agents");
    for (int i = 1; i < many; i++) gateway.history.append("tick", "{}", "agents");
    var flushes = gateway.meters.counter("boardcast.gateway.flushes");
    double before = flushes.count();
    gateway.publish(gateway.history.batch(first.shard(), first.first(), first.first() + many - 1));
    for (int i = 0; i < many; i++) client.next("tick");
    // Counted after they were written, which the client may notice first.
    Awaitility.await().until(() -> flushes.count() > before);
    // One for these, and one or two for comments.
    assertTrue(flushes.count() - before <= 4, flushes.count() - before + " flushes");
  }

  @Test
  void shutdownTellsWhenToReconnectAndEndsTheStream() {
    SseClient client = open("topics=agents", Map.of());
    client.next("subscribed");
    GatewayFixture.await(gateway.leave());
    assertTrue(client.next("goaway").data().path("closes_in_ms").isIntegralNumber());
    assertEquals(1001, client.next("close").data().path("code").asInt());
    client.awaitEnd();
    // A browser tries again as often as this while the node is down, and all of them do.
    assertRetryIsSpreadFromOneSecondOn(client.retry());
  }

  @Test
  void everyStreamStartsWithATimeToReconnectForTheCaseThatItsNodeDies() {
    for (int i = 0; i < 5; i++) {
      SseClient client = open("topics=agents", Map.of());
      client.next("subscribed");
      assertRetryIsSpreadFromOneSecondOn(client.retry());
    }
  }

  @Test
  void anEventSourceIsToldWhenToComeBackWhileTheNodeLeavesAndOthersGetAProblem() {
    int port = gateway.httpPort();
    GatewayFixture.await(gateway.leave());
    SseClient refused = open(port, "topics=agents", Map.of("Accept", "text/event-stream"));
    assertComesBack(refused, "the node is leaving");
    for (String accept :
        List.of("text/event-stream, application/problem+json", "*/*", "text/event-stream, */*")) {
      SseClient other = open(port, "topics=agents", Map.of("Accept", accept));
      assertEquals(503, other.status(), accept);
      assertEquals("application/problem+json", other.header("Content-Type"));
      assertTrue(Integer.parseInt(other.header("Retry-After")) > 0);
    }
    SseClient wrong = open(port, "limit=3", Map.of("Accept", "text/event-stream"));
    assertEquals(400, wrong.status());
  }

  @Test
  void anEventSourceIsToldWhenToComeBackWhileTheNodeIsFull() {
    for (int i = 0; i < 40; i++) open("topics=agents", Map.of()).next("subscribed");
    SseClient refused = open("topics=agents", Map.of("Accept", "text/event-stream"));
    assertComesBack(refused, "the node is full (gateway-max-sessions)");
    assertEquals(40, gateway.node.sessions());
  }

  @Test
  void aRefusedEventSourceKeepsItsPosition() {
    int port = gateway.httpPort();
    SseClient first = open(port, "topics=agents", Map.of("Last-Event-ID", "e1:0"));
    // By the standard a response starts without an id.
    assertEquals("e1:0", first.next("connection_ack").lastId());
    GatewayFixture.await(gateway.leave());
    SseClient refused =
        open(port, "topics=agents", Map.of("Accept", "text/event-stream", "Last-Event-ID", "e1:7"));
    assertEquals("e1:7", refused.next("goaway").lastId());
  }

  @Test
  void throughTheHttpPortItIsTheSame() {
    int port = gateway.httpPort();
    SseClient client = open(port, "topics=agents", Map.of());
    assertEquals(List.of("chunked"), client.headers("Transfer-Encoding"));
    assertEquals(List.of("text/event-stream"), client.headers("Content-Type"));
    client.next("subscribed");
    gateway.emit("{\"n\":1}", "agents");
    assertEquals(1, client.next("task_created").data().path("data").path("n").asInt());
    SseClient gone = open(port, "topics=agents", Map.of());
    gone.next("subscribed");
    gone.close();
    Awaitility.await().until(() -> gateway.node.sessions() == 1);
    SseClient refused = open(port, "topics=tasks", Map.of());
    assertEquals(401, refused.status());
    assertEquals(1, refused.headers("Content-Length").size());
    GatewayFixture.await(gateway.leave());
    assertEquals(1001, client.next("close").data().path("code").asInt());
    client.awaitEnd();
    assertEquals(0, gateway.node.sessions());
  }

  private static void assertComesBack(SseClient refused, String reason) {
    assertEquals(200, refused.status());
    assertEquals("text/event-stream", refused.header("Content-Type"));
    int after = refused.next("goaway").data().path("reconnect_after_ms").asInt();
    var close = refused.next("close").data();
    assertEquals(1013, close.path("code").asInt());
    assertEquals(reason, close.path("reason").asText());
    refused.awaitEnd();
    assertEquals(after, refused.retry());
    assertTrue(after >= 1_000 && after < 6_000, after + " ms");
  }

  private static void assertRetryIsSpreadFromOneSecondOn(int millis) {
    assertTrue(millis >= 1_000 && millis < 3_000, millis + " ms");
  }

  private SseClient open(String query, Map<String, String> headers) {
    return open(gateway.port(), query, headers);
  }

  private SseClient open(int port, String query, Map<String, String> headers) {
    String uri = "http://127.0.0.1:" + port + "/api/v1/stream?" + query;
    SseClient client = SseClient.open(gateway.vertx, uri, headers);
    clients.add(client);
    return client;
  }
}
