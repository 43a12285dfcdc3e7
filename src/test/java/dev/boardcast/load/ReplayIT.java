package dev.boardcast.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class ReplayIT {
  /** A node that counts facts by their event_id, and operations by their Idempotency-Key. */
  private static final class FakeNode {
    private final List<Integer> chunks = new CopyOnWriteArrayList<>();
    private final List<String> operations = new CopyOnWriteArrayList<>();
    private final Map<String, List<String>> paths = new ConcurrentHashMap<>();
    private final Set<String> seen = Collections.synchronizedSet(new HashSet<>());
    private final AtomicInteger refusals = new AtomicInteger();
    private final AtomicInteger breaks = new AtomicInteger();
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private volatile String token = "";
    private final int port;
    private final Vertx vertx;

    FakeNode(Vertx vertx) {
      this.vertx = vertx;
      this.port =
          vertx
              .createHttpServer()
              .requestHandler(this::handle)
              .listen(0, "127.0.0.1")
              .toCompletionStage()
              .toCompletableFuture()
              .orTimeout(10, TimeUnit.SECONDS)
              .join()
              .actualPort();
    }

    private void handle(HttpServerRequest request) {
      mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
      request
          .body()
          .onSuccess(
              body -> {
                // A moment, so that requests meet.
                vertx
                    .timer(2)
                    .onComplete(
                        waited -> {
                          atOnce.decrementAndGet();
                          answer(request, body.toString());
                        });
              });
    }

    private void answer(HttpServerRequest request, String body) {
      var response = request.response();
      if (!token.isEmpty() && !("Bearer " + token).equals(request.getHeader("Authorization"))) {
        response
            .setStatusCode(401)
            .end("{\"title\":\"Not authenticated\",\"detail\":\"no token\"}");
      } else if (refusals.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        response.setStatusCode(503).putHeader("Retry-After", "0").end();
      } else if (request.path().equals("/routing/decisions")) {
        String counts = facts(body);
        if (breaks.getAndUpdate(n -> Math.max(0, n - 1)) > 0) request.connection().close();
        else response.end(counts);
      } else {
        operation(request, body);
      }
    }

    private String facts(String body) {
      String[] lines = body.split("\n");
      chunks.add(lines.length);
      int duplicate = 0;
      var errors = new StringBuilder();
      int rejected = 0;
      for (int i = 0; i < lines.length; i++) {
        var fact = new JsonObject(lines[i]);
        if (fact.getDouble("cost") < 0) {
          rejected++;
          errors.append(errors.length() == 0 ? "" : ",");
          errors.append(
              "{\"line\":%d,\"field\":\"cost\",\"expected\":\"0 or more\"}".formatted(i + 1));
        } else if (!seen.add(fact.getString("event_id"))) {
          duplicate++;
        }
      }
      return "{\"accepted\":%d,\"duplicate\":%d,\"rejected\":%d,\"errors\":[%s]}"
          .formatted(lines.length - duplicate - rejected, duplicate, rejected, errors);
    }

    private void operation(HttpServerRequest request, String body) {
      if (body.contains("\"bad\"")) {
        request.response().setStatusCode(400).end("{\"detail\":\"title: expected text\"}");
        return;
      }
      boolean again = !seen.add(request.getHeader("Idempotency-Key"));
      if (again) request.response().putHeader("Idempotent-Replayed", "true");
      else operations.add(request.method() + " " + request.path() + " " + body);
      String task = body.contains("\"id\"") ? new JsonObject(body).getString("id") : id(request);
      paths.computeIfAbsent(task, any -> new CopyOnWriteArrayList<>()).add(body);
      request.response().setStatusCode(201).end("{}");
    }

    private static String id(HttpServerRequest request) {
      return request.path().split("/")[4];
    }
  }

  @Test
  void factsGoInChunksAndASecondReplayIsAllDuplicates(Vertx vertx) throws Exception {
    var node = new FakeNode(vertx);
    String file = facts(1201);
    var first = replay(vertx, node, "routing", file);
    assertEquals("accepted 1201, duplicate 0, rejected 0", first.toString());
    assertTrue(first.isComplete());
    assertEquals(List.of(201, 500, 500), node.chunks.stream().sorted().toList());
    var second = replay(vertx, node, "routing", file);
    assertEquals("accepted 0, duplicate 1201, rejected 0", second.toString());
    assertTrue(second.isComplete());
  }

  @Test
  void rejectedLinesAreNamedAsTheFileCountsThem(Vertx vertx) throws Exception {
    String file = "\n\n" + fact("a", 1) + "\n\r\n" + fact("b", -1) + "\n";
    var report = replay(vertx, new FakeNode(vertx), "routing", file);
    assertEquals("accepted 1, duplicate 0, rejected 1", report.toString());
    assertEquals(List.of("line 5: cost: expected 0 or more"), report.reasons());
    assertFalse(report.isComplete());
  }

  @Test
  void aBusyNodeIsAskedAgain(Vertx vertx) throws Exception {
    var node = new FakeNode(vertx);
    node.refusals.set(7);
    var report = replay(vertx, node, "routing", facts(600));
    assertEquals("accepted 600, duplicate 0, rejected 0", report.toString());
  }

  @Test
  void aLostAnswerIsAskedForAgainAndNothingIsDoubled(Vertx vertx) throws Exception {
    var node = new FakeNode(vertx);
    node.breaks.set(1);
    var report = replay(vertx, node, "routing", facts(100));
    assertEquals("accepted 0, duplicate 100, rejected 0", report.toString());
    assertEquals(100, node.seen.size());
  }

  @Test
  void aWrongTokenStopsTheReplay(Vertx vertx) throws Exception {
    var node = new FakeNode(vertx);
    node.token = "right";
    var report = replay(vertx, node, "routing", facts(100));
    assertEquals(Optional.of("401 no token"), report.aborted());
    var right =
        new ReplayOptions(url(node), "routing", Optional.of("right"), Optional.empty(), patience());
    assertTrue(new Replay(vertx, right, bytes -> {}).run(in(facts(100))).isComplete());
  }

  @Test
  void aNodeThatStaysAwayEndsTheReplay(Vertx vertx) throws Exception {
    var options =
        new ReplayOptions(
            URI.create("http://127.0.0.1:1"),
            "routing",
            Optional.empty(),
            Optional.empty(),
            Duration.ofMillis(200));
    var report = new Replay(vertx, options, bytes -> {}).run(in(facts(100)));
    assertTrue(report.aborted().get().startsWith("no answer from http://127.0.0.1:1"));
    assertEquals(100, report.rejected());
  }

  @Test
  void operationsOfOneTaskStayInOrderWhileTasksGoSideBySide(Vertx vertx) throws Exception {
    var node = new FakeNode(vertx);
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
    assertTrue(node.mostAtOnce.get() > 1, "side by side");
    assertTrue(node.mostAtOnce.get() <= 16, "bounded");
    var again = replay(vertx, node, "tasks", file);
    assertEquals("accepted 0, duplicate 400, rejected 0", again.toString());
  }

  @Test
  void everyOperationBecomesItsCall(Vertx vertx) throws Exception {
    var node = new FakeNode(vertx);
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
  void linesThatAreNoOperationAreRejectedAndTheOthersGoOn(Vertx vertx) throws Exception {
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
    var report = replay(vertx, new FakeNode(vertx), "tasks", file);
    assertEquals("accepted 2, duplicate 0, rejected 5", report.toString());
    assertEquals(
        Set.of(
            "line 2: op: expected create, update, complete, reopen, share or delete",
            "line 3: key: expected the recorder's task key",
            "line 4: expected one JSON object",
            "line 5: 400 title: expected text",
            "line 6: expected a shorter line"),
        Set.copyOf(report.reasons()));
  }

  @Test
  void progressCountsEveryByteOfTheFile(Vertx vertx) throws Exception {
    var node = new FakeNode(vertx);
    String file = "\n" + facts(700) + "\n";
    var bytes = new AtomicLong();
    var options =
        new ReplayOptions(url(node), "routing", Optional.empty(), Optional.empty(), patience());
    new Replay(vertx, options, bytes::addAndGet).run(in(file));
    assertEquals(file.length(), bytes.get());
  }

  @Test
  void aPacedReplayWaitsAsLongAsWasRecorded() {
    var pace = new ReplayPace(10, "at");
    assertEquals(Duration.ZERO, pace.before(at("2020-01-01T00:00:00Z")));
    long millis = pace.before(at("2020-01-01T01:00:00Z")).toMillis();
    assertTrue(millis > 300_000 && millis <= 360_000, "an hour at ten times: " + millis);
    assertEquals(Duration.ZERO, pace.before(at("2019-01-01T00:00:00Z")));
    assertEquals(Duration.ZERO, pace.before(at("yesterday")));
    assertEquals(Duration.ZERO, pace.before("{".getBytes(StandardCharsets.UTF_8)));
  }

  private static byte[] at(String time) {
    return ("{\"at\":\"" + time + "\"}").getBytes(StandardCharsets.UTF_8);
  }

  private static ReplayReport replay(Vertx vertx, FakeNode node, String board, String file)
      throws Exception {
    var options =
        new ReplayOptions(url(node), board, Optional.empty(), Optional.empty(), patience());
    return new Replay(vertx, options, bytes -> {}).run(in(file));
  }

  private static Duration patience() {
    return Duration.ofSeconds(20);
  }

  private static URI url(FakeNode node) {
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
