package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.ApiDescription;
import dev.boardcast.testing.ApiDescription.Operation;
import dev.boardcast.testing.BadInput;
import dev.boardcast.testing.OperationRequests;
import dev.boardcast.testing.OperationRequests.Request;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Twenty thousand random requests of all operations of {@code openapi.yaml}, most of them nearly
 * right, from many connections of HTTP/1.1 and HTTP/2: no status of 500 or above, none that is not
 * described, no answer of another type or shape, and nothing half-written.
 */
@Timeout(300)
class ApiFuzzIT {
  private static final int MAX_OVERLOADED = 20;
  private static final int REQUESTS = Integer.getInteger("fuzz.requests", 20_480);
  private static final long SEED = Long.getLong("fuzz.seed", System.nanoTime());
  private static final int LANES = 48;
  // A drain ends the node; they are asked for without the role.
  private static final Set<String> ENDING = Set.of("drainNode", "drainThisNode", "eraseUser");
  private static final ApiDescription DESCRIPTION = new ApiDescription("openapi.yaml");
  // Facts of which each accepted one is a row.
  private static final Map<String, String> TABLES =
      Map.of(
          "addRoutingDecisions", "routing_decision",
          "addMessages", "analysis_message",
          "addPlatformViews", "platform_view",
          "addScrapeRuns", "scrape_run",
          "addQualitySamples", "quality_sample");

  private final Vertx vertx = Vertx.vertx();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final Map<String, AtomicLong> accepted = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> statuses = new ConcurrentHashMap<>();
  private final AtomicInteger sent = new AtomicInteger();
  private final List<HttpClient> clients = new ArrayList<>();
  private int port;

  @Test
  void noRequestIsAnsweredOutsideTheDescriptionOrHalfWritten() throws Exception {
    var db = Services.get().freshDatabase();
    var options =
        TestOptions.local(db)
            .set("max-requests-per-second", "1000000")
            .set("max-authentication-failures", "1000000");
    var node = Api.await(Boardcast.deploy(vertx, options, Boards.BUILT_IN));
    port = node.httpPort();
    for (var version : List.of(HttpVersion.HTTP_1_1, HttpVersion.HTTP_2)) {
      clients.add(
          vertx.createHttpClient(
              new HttpClientOptions()
                  .setProtocolVersion(version)
                  .setHttp2ClearTextUpgrade(false)
                  .setMaxHeaderSize(64 << 10),
              new PoolOptions().setHttp1MaxSize(LANES).setHttp2MaxSize(4)));
    }
    try {
      var known = known();
      var lanes = new ArrayList<Future<?>>();
      for (int lane = 0; lane < LANES; lane++) lanes.add(lane(lane, known));
      Future.all(lanes).await(240, TimeUnit.SECONDS);
      assertTrue(
          failures.isEmpty(),
          () -> "seed " + SEED + ":\n" + String.join("\n", failures.stream().limit(20).toList()));
      assertTrue(sent.get() >= 20_000 || REQUESTS < 20_000, "" + sent);
      var sql = new Sql(db.postgresUri());
      Awaitility.await()
          .until(() -> sql.column("SELECT count(*) FROM outbox").equals(List.of("0")));
      assertNothingHalfWritten(sql);
      for (String board : List.of("routing", "analysis", "pipeline", "platform")) recompute(board);
    } finally {
      System.out.println(
          "fuzz: seed " + SEED + ", " + sent + " requests: " + new TreeMap<>(statuses));
      Api.await(node.close());
      Api.await(vertx.close());
    }
  }

  /** Objects that exist, by the path before their ids. */
  private Map<String, List<String>> known() {
    String ann = Person.of("ann", "red").token();
    String root = Person.of("root").with("admin", "ingest").token();
    var known = new HashMap<String, List<String>>();
    known.put("/api/v1/boards", List.of("routing", "analysis", "pipeline", "platform"));
    known.put("/api/v1/admin/boards", List.of("routing"));
    known.put("/api/v1/streams", List.of("news", "agents", "user.ann", "Bugs", "a:b", "_m"));
    known.put("/api/v1/tasks", ids(ann, "/api/v1/tasks", "{\"title\":\"t\",\"team_id\":\"red\"}"));
    known.put("/api/v1/teams", ids(ann, "/api/v1/teams", "{\"name\":\"n\"}"));
    var topics = new ArrayList<String>();
    for (int i = 0; i < 4; i++) {
      topics.addAll(ids(root, "/api/v1/topics", "{\"name\":\"topic " + i + "\"}", 1));
    }
    known.put("/api/v1/topics", topics);
    known.put(
        "/api/v1/analysis/runs",
        ids(
            root,
            "/api/v1/analysis/runs",
            "{\"time_window_start\":\"2026-01-01T00:00:00Z\",\"time_window_end\":\"2026-01-02T00:00:00Z\",\"trigger_type\":\"manual\"}"));
    known.put("/api/v1/tasks/{id}/share", List.of("bob", "ann"));
    known.put("/api/v1/teams/{id}/members", List.of("bob", "ann"));
    return known;
  }

  private List<String> ids(String token, String path, String json) {
    return ids(token, path, json, 6);
  }

  private List<String> ids(String token, String path, String json, int count) {
    var ids = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      var headers = Map.of("Authorization", "Bearer " + token, "Content-Type", "application/json");
      var made = Api.await(exchange(0, HttpMethod.POST, path, headers, Buffer.buffer(json)));
      assertEquals(201, made.status(), made.body()::toString);
      ids.add(json(made.body()).get("id").asText());
    }
    return ids;
  }

  private Future<?> lane(int lane, Map<String, List<String>> known) {
    var random = new Random(SEED + lane);
    String ann = Person.of("ann", "red").with("ingest", "publish").token();
    String root = Person.of("root").with("admin", "ingest", "publish").token();
    String viewer = Person.of("vic").with("viewer").token();
    // Signing out makes these invalid for a while.
    String leaving = Person.of("leaver" + lane).token();
    var all = requests(random, known, List.of(ann, ann, root, root, viewer, "", "no-token"));
    var careful = requests(random, known, List.of(viewer, "", "no-token"));
    var own = requests(random, known, List.of(leaving, ""));
    List<Operation> operations = DESCRIPTION.operations();
    return again(
        lane,
        () -> {
          Operation operation = operations.get(random.nextInt(operations.size()));
          if (ENDING.contains(operation.name())) return careful.next(operation);
          if (operation.name().equals("signOutEverywhere")) return own.next(operation);
          Request request = all.next(operation);
          // It could revoke all tokens.
          while (request.body().toString().contains("issued_before")) request = all.next(operation);
          return request;
        });
  }

  private static OperationRequests requests(
      Random random, Map<String, List<String>> known, List<String> tokens) {
    return new OperationRequests(DESCRIPTION, random, known, tokens);
  }

  private Future<?> again(int lane, Supplier<Request> next) {
    if (sent.incrementAndGet() > REQUESTS || failures.size() > 20) {
      sent.decrementAndGet();
      return Future.succeededFuture();
    }
    Request request = next.get();
    return answer(lane, request, MAX_OVERLOADED)
        .transform(
            (answer, failure) -> {
              if (failure != null) failures.add(request + " failed: " + failure);
              else check(request, answer);
              return Future.succeededFuture();
            })
        .compose(done -> again(lane, next));
  }

  /** A machine may be too busy for its database for a while. */
  private Future<Answer> answer(int lane, Request request, int retries) {
    return exchange(
            lane % 2,
            HttpMethod.valueOf(request.operation().method()),
            request.target(),
            request.headers(),
            request.body())
        .compose(
            answer ->
                answer.status() != 503 || retries == 0
                    ? Future.succeededFuture(answer)
                    : vertx
                        .timer(500, TimeUnit.MILLISECONDS)
                        .compose(waited -> answer(lane, request, retries - 1)));
  }

  private record Answer(int status, String type, Buffer body) {}

  /**
   * On an event loop: a body that has come before it is asked for, from another thread, is lost.
   */
  private Future<Answer> exchange(
      int client, HttpMethod method, String target, Map<String, String> headers, Buffer body) {
    Promise<Answer> answer = Promise.promise();
    vertx.runOnContext(
        turn -> exchangeOnLoop(client, method, target, headers, body).onComplete(answer));
    return answer.future();
  }

  private Future<Answer> exchangeOnLoop(
      int client, HttpMethod method, String target, Map<String, String> headers, Buffer body) {
    return clients
        .get(client)
        .request(method, port, "127.0.0.1", target)
        .compose(
            request -> {
              headers.forEach(request::putHeader);
              return request.send(body);
            })
        .compose(
            response -> {
              String type = response.getHeader("Content-Type");
              if ("text/event-stream".equals(type)) {
                response.request().reset();
                return Future.succeededFuture(
                    new Answer(response.statusCode(), type, Buffer.buffer()));
              }
              return response.body().map(read -> new Answer(response.statusCode(), type, read));
            });
  }

  private void check(Request request, Answer answer) {
    // A page of a random name may be the path of WebSockets, which the other description has.
    if (request.target().split("\\?")[0].equals("/ws")) return;
    Operation operation = request.operation();
    statuses
        .computeIfAbsent(Integer.toString(answer.status()), status -> new AtomicInteger())
        .incrementAndGet();
    try {
      JsonNode described = operation.responses().path(Integer.toString(answer.status()));
      assertTrue(answer.status() < 500, "a status of 500 or above");
      assertTrue(!described.isMissingNode(), "a status that is not described");
      String type = answer.type() == null ? "" : answer.type().split(";")[0];
      if (described.has("$ref")) {
        described = DESCRIPTION.root().at(described.get("$ref").asText().substring(1));
      }
      if (described.has("content")) {
        assertTrue(described.get("content").has(type), "the type " + type + " is not described");
      }
      if (answer.status() >= 400) {
        BadInput.assertNothingInternal(answer.body().toString());
        assertEquals(answer.status(), json(answer.body()).get("status").asInt());
      } else if (TABLES.containsKey(operation.name()) && answer.body().length() > 0) {
        accepted
            .computeIfAbsent(operation.name(), name -> new AtomicLong())
            .addAndGet(json(answer.body()).get("accepted").asLong());
      }
    } catch (AssertionError | RuntimeException wrong) {
      failures.add(
          request
              + "\n  -> "
              + answer.status()
              + " "
              + answer.body()
              + "\n  "
              + wrong.getMessage());
    }
  }

  private void assertNothingHalfWritten(Sql sql) throws Exception {
    for (var table : TABLES.entrySet()) {
      long rows = accepted.getOrDefault(table.getKey(), new AtomicLong()).get();
      assertEquals(
          List.of(Long.toString(rows)),
          sql.column("SELECT count(*) FROM " + table.getValue()),
          table.getKey());
      assertTrue(rows > 0, table.getKey());
    }
  }

  /** The sums of a board are those of its facts. */
  private void recompute(String board) {
    String path = "/api/v1/admin/boards/" + board + "/recompute";
    var root = Map.of("Authorization", "Bearer " + Person.of("root").with("admin").token());
    assertEquals(
        202, Api.await(exchange(0, HttpMethod.POST, path, root, Buffer.buffer())).status());
    Awaitility.await()
        .atMost(30, TimeUnit.SECONDS)
        .untilAsserted(
            () -> {
              var state = Api.await(exchange(0, HttpMethod.GET, path, root, Buffer.buffer()));
              JsonNode told = json(state.body());
              assertTrue(!told.get("finished_at").isNull(), told::toString);
              assertEquals(0, told.get("wrong_rows").asInt(), told::toString);
            });
  }

  private static JsonNode json(Buffer body) {
    try {
      return Json.MAPPER.readTree(body.getBytes());
    } catch (IOException notJson) {
      throw new AssertionError("no JSON: " + body, notJson);
    }
  }
}
