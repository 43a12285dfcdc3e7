package dev.boardcast.lab.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class ReplayIT {
  @Test
  void factsAreSentInBatchesAndASecondReplayIsAllDuplicates(Vertx vertx) throws Exception {
    var node = new ReplayFakeNode(vertx);
    String file = facts(1201);
    var first = replay(vertx, node, "routing", file);
    assertEquals("accepted 1201, duplicate 0, rejected 0", first.toString());
    assertTrue(first.isComplete());
    assertEquals(List.of(201, 500, 500), node.batches.stream().sorted().toList());
    var second = replay(vertx, node, "routing", file);
    assertEquals("accepted 0, duplicate 1201, rejected 0", second.toString());
    assertTrue(second.isComplete());
  }

  @Test
  void rejectedLinesHaveTheirNumbersInTheFile(Vertx vertx) throws Exception {
    String file = "\n\n" + fact("a", 1) + "\n\r\n" + fact("b", -1) + "\n";
    var report = replay(vertx, new ReplayFakeNode(vertx), "routing", file);
    assertEquals("accepted 1, duplicate 0, rejected 1", report.toString());
    assertEquals(List.of("line 5: cost: expected 0 or more"), report.reasons());
    assertFalse(report.isComplete());
  }

  @Test
  void aTransientErrorIsRetried(Vertx vertx) throws Exception {
    var node = new ReplayFakeNode(vertx);
    node.rejections.set(7);
    var report = replay(vertx, node, "routing", facts(600));
    assertEquals("accepted 600, duplicate 0, rejected 0", report.toString());
  }

  @Test
  void aRequestWithoutResponseIsRetriedAndNothingIsDuplicated(Vertx vertx) throws Exception {
    var node = new ReplayFakeNode(vertx);
    node.disconnects.set(1);
    var report = replay(vertx, node, "routing", facts(100));
    assertEquals("accepted 0, duplicate 100, rejected 0", report.toString());
    assertEquals(100, node.seen.size());
  }

  @Test
  void aWrongTokenAbortsTheReplay(Vertx vertx) throws Exception {
    var node = new ReplayFakeNode(vertx);
    node.token = "right";
    var report = replay(vertx, node, "routing", facts(100));
    assertEquals(Optional.of("401 no token"), report.aborted());
    var right =
        new ReplayOptions(url(node), "routing", Optional.of("right"), Optional.empty(), patience());
    assertTrue(new Replay(vertx, right, bytes -> {}).run(in(facts(100))).isComplete());
  }

  @Test
  void anUnreachableNodeAbortsTheReplay(Vertx vertx) throws Exception {
    var options =
        new ReplayOptions(
            URI.create("http://127.0.0.1:1"),
            "routing",
            Optional.empty(),
            Optional.empty(),
            Duration.ofMillis(200));
    var report = new Replay(vertx, options, bytes -> {}).run(in(facts(100)));
    assertTrue(report.aborted().get().startsWith("no response from http://127.0.0.1:1"));
    assertEquals(100, report.rejected());
  }

  @Test
  void operationsOnOneTaskStayInOrderAndTasksAreSentInParallel(Vertx vertx) throws Exception {
    var node = new ReplayFakeNode(vertx);
    String file =
        IntStream.range(0, 400)
            .mapToObj(
                n ->
                    "{\"op\":\"%s\",\"key\":\"INC%d\",\"title\":\"%d\"}"
                        .formatted(n < 40 ? "create" : "update", n % 40, n))
            .collect(Collectors.joining("\n"));
    var report = replay(vertx, node, "tasks", file);
    assertEquals("accepted 400, duplicate 0, rejected 0", report.toString());
    assertEquals(40, node.paths.size());
    node.paths.forEach(
        (task, bodies) -> {
          var titles =
              bodies.stream()
                  .map(b -> Integer.valueOf(new JsonObject(b).getString("title")))
                  .toList();
          assertEquals(titles.stream().sorted().toList(), titles);
        });
    assertTrue(node.maxInFlight.get() > 1, "in parallel");
    assertTrue(node.maxInFlight.get() <= 16, "bounded");
    var again = replay(vertx, node, "tasks", file);
    assertEquals("accepted 0, duplicate 400, rejected 0", again.toString());
  }

  @Test
  void everyOperationHasItsRequest(Vertx vertx) throws Exception {
    var node = new ReplayFakeNode(vertx);
    String file =
        """
        {"op":"create","key":"K","event_id":"e1","title":"t","team_id":"g","at":"2016-01-01T00:00:00Z"}
        {"op":"update","key":"K","title":"u"}
        {"op":"complete","key":"K"}
        {"op":"reopen","key":"K"}
        {"op":"share","key":"K","user_id":"v"}
        {"op":"delete","key":"K"}
        """;
    assertTrue(replay(vertx, node, "tasks", file).isComplete());
    String id = UUID.nameUUIDFromBytes("K".getBytes(StandardCharsets.UTF_8)).toString();
    String task = "/api/v1/tasks/" + id;
    assertEquals(
        List.of(
            "POST /api/v1/tasks {\"title\":\"t\",\"team_id\":\"g\",\"id\":\"" + id + "\"}",
            "PATCH " + task + " {\"title\":\"u\"}",
            "POST " + task + "/complete ",
            "POST " + task + "/reopen ",
            "POST " + task + "/share {\"user_id\":\"v\"}",
            "DELETE " + task + " "),
        node.operations);
    assertTrue(node.seen.contains("e1"), "the event_id is the Idempotency-Key");
  }

  @Test
  void eachKindOfFactHasItsPath(Vertx vertx) throws Exception {
    assertEquals(
        Set.of("transactions 1", "views 2", "activity 1"),
        paths(
            vertx,
            "platform",
            """
            {"event_id":"v1","content_id":"c","viewed_at":"2020-01-01T00:00:00Z"}
            {"transaction_id":"t","user_id":"u","content_id":"c","amount":1,"status":"pending"}
            {"event_id":"v2","user_id":"u","content_id":"c"}
            {"event_id":"a","user_id":"u","at":"2020-01-01T00:00:00Z"}
            """));
    assertEquals(
        Set.of("scrape-runs 1", "quality-samples 2"),
        paths(
            vertx,
            "pipeline",
            """
            {"source":"s","geocoding_attempts":1,"event_id":"q1"}
            {"source":"s","status":"success","event_id":"r"}
            {"source":"s","geocoding_attempts":1,"event_id":"q2"}
            """));
  }

  @Test
  void aLineOfNoKindIsRejectedAndTheOthersAreSent(Vertx vertx) throws Exception {
    String file = "{\"source\":\"s\"}\n[]\n{\"status\":\"failure\"}\n";
    var report = replay(vertx, new ReplayFakeNode(vertx), "pipeline", file);
    assertEquals("accepted 1, duplicate 0, rejected 2", report.toString());
    assertEquals(
        List.of(
            "line 1: expected one of status, geocoding_attempts, checks",
            "line 2: expected one JSON object"),
        report.reasons());
  }

  @Test
  void topicsAreCreatedBeforeTheMessagesThatFollowThem(Vertx vertx) throws Exception {
    var node = new ReplayFakeNode(vertx);
    var file = new StringBuilder();
    for (int topic = 0; topic < 5; topic++) {
      file.append("{\"id\":\"t%1$d\",\"name\":\"n%1$d\"}\n".formatted(topic));
      for (int n = 0; n < 600; n++) {
        file.append("{\"event_id\":\"%1$d/%2$d\",\"noise\":false}\n".formatted(topic, n));
      }
    }
    var report = replay(vertx, node, "analysis", file.toString());
    assertEquals("accepted 3005, duplicate 0, rejected 0", report.toString());
    // Of each 600 messages, at most one batch of 500 was sent before the next topic.
    for (int topic = 0; topic < 5; topic++) {
      int index = node.calls.indexOf("topics t" + topic);
      assertEquals(
          topic, node.calls.subList(0, index).stream().filter(c -> c.contains("topic")).count());
      long batches = node.calls.subList(0, index).stream().filter(c -> c.contains("mess")).count();
      assertTrue(batches <= topic * 600 / 500, node.calls::toString);
    }
    var again = replay(vertx, node, "analysis", file.toString());
    assertEquals("accepted 0, duplicate 3005, rejected 0", again.toString());
  }

  @Test
  void transactionsAreSentInOrder(Vertx vertx) throws Exception {
    var node = new ReplayFakeNode(vertx);
    String file =
        IntStream.range(0, 3000)
            .mapToObj(n -> "{\"transaction_id\":\"t\",\"event_id\":\"%d\"}".formatted(n))
            .collect(Collectors.joining("\n"));
    assertTrue(replay(vertx, node, "platform", file).isComplete());
    assertEquals(1, node.maxInFlight.get());
    assertEquals(
        IntStream.range(0, 3000).mapToObj(Integer::toString).toList(), List.copyOf(node.seen));
  }

  @Test
  void invalidOperationsAreRejectedAndTheOthersAreSent(Vertx vertx) throws Exception {
    String file =
        """
        {"op":"create","key":"A"}
        {"op":"explode","key":"A"}
        {"op":"create"}
        nonsense
        {"op":"create","key":"B","title":"bad"}
        %s
        {"op":"create","key":"C"}
        """
            .formatted("x".repeat(2 << 20));
    var report = replay(vertx, new ReplayFakeNode(vertx), "tasks", file);
    assertEquals("accepted 2, duplicate 0, rejected 5", report.toString());
    assertEquals(
        Set.of(
            "line 2: op: expected create, update, complete, reopen, share or delete",
            "line 3: key: expected the task's key",
            "line 4: expected one JSON object",
            "line 5: 400 title: expected text",
            "line 6: expected a shorter line"),
        Set.copyOf(report.reasons()));
  }

  @Test
  void progressCountsEveryByteOfTheFile(Vertx vertx) throws Exception {
    var node = new ReplayFakeNode(vertx);
    String file = "\n" + facts(700) + "\n";
    var bytes = new AtomicLong();
    var options =
        new ReplayOptions(url(node), "routing", Optional.empty(), Optional.empty(), patience());
    new Replay(vertx, options, bytes::addAndGet).run(in(file));
    assertEquals(file.length(), bytes.get());
  }

  @Test
  void delaysFollowTheRecordedTimes() {
    var schedule = new ReplaySpeed(10, List.of("sent_at", "at"));
    assertEquals(Duration.ZERO, schedule.delay(at("2020-01-01T00:00:00Z")));
    long millis = schedule.delay(at("2020-01-01T01:00:00Z")).toMillis();
    assertTrue(millis > 300_000 && millis <= 360_000, "an hour at ten times: " + millis);
    assertEquals(Duration.ZERO, schedule.delay(at("2019-01-01T00:00:00Z")));
    var other = "{\"sent_at\":\"2020-01-01T01:00:00+01:00\",\"at\":\"2020-01-01T01:00:00Z\"}";
    assertEquals(Duration.ZERO, schedule.delay(other.getBytes(StandardCharsets.UTF_8)));
    assertEquals(Duration.ZERO, schedule.delay(at("yesterday")));
    assertEquals(Duration.ZERO, schedule.delay("{".getBytes(StandardCharsets.UTF_8)));
  }

  private static byte[] at(String time) {
    return ("{\"at\":\"" + time + "\"}").getBytes(StandardCharsets.UTF_8);
  }

  private static ReplayReport replay(Vertx vertx, ReplayFakeNode node, String board, String file)
      throws Exception {
    var options =
        new ReplayOptions(url(node), board, Optional.empty(), Optional.empty(), patience());
    return new Replay(vertx, options, bytes -> {}).run(in(file));
  }

  /** The last segment of each path, and how many facts were sent there. */
  private static Set<String> paths(Vertx vertx, String board, String file) throws Exception {
    var node = new ReplayFakeNode(vertx);
    assertTrue(replay(vertx, node, board, file).isComplete());
    return Set.copyOf(node.calls);
  }

  private static Duration patience() {
    return Duration.ofSeconds(20);
  }

  private static URI url(ReplayFakeNode node) {
    return URI.create("http://127.0.0.1:" + node.port + "/");
  }

  private static ByteArrayInputStream in(String file) {
    return new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8));
  }

  private static String facts(int count) {
    return IntStream.range(0, count)
        .mapToObj(n -> fact("e" + n, n))
        .collect(Collectors.joining("\n"));
  }

  private static String fact(String id, int cost) {
    return "{\"event_id\":\"%s\",\"cost\":%d}".formatted(id, cost);
  }
}
