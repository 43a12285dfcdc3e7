package dev.boardcast;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.ApiDescription;
import dev.boardcast.testing.ApiDescription.Operation;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Entity tags of every operation of {@code openapi.yaml} that reads, found by reading it. */
@Timeout(60)
class EtagMatrixIT {
  private static final ApiDescription DESCRIPTION = new ApiDescription("openapi.yaml");
  private static final String ROOT = Person.of("root").with("admin", "ingest", "publish").token();
  private static final List<String> HEADERS =
      List.of(
          "ETag",
          "Cache-Control",
          "Vary",
          "Content-Security-Policy",
          "X-Content-Type-Options",
          "Referrer-Policy");

  /** A change of what an operation reads: a method, a path and a body. */
  private static final Map<String, List<String>> CHANGES =
      Map.of(
          "getBoard", post("/routing/decisions"),
          "routingMetrics", post("/routing/decisions"),
          "analysisMetrics", post("/api/v1/topics", "{\"name\":\"n%d\"}"),
          "platformMetrics", post("/api/v1/analytics/activity", "{\"user_id\":\"u%d\"}"),
          "pipelineMetrics",
              post(
                  "/api/v1/monitoring/scrape-runs",
                  "{\"source\":\"s%d\",\"status\":\"success\",\"records\":1,"
                      + "\"started_at\":\"2026-01-01T00:00:00Z\",\"finished_at\":\"2026-01-01T00:00:01Z\"}"),
          "readEvents", post("/api/v1/streams/x/events", "{\"type\":\"t\",\"data\":{\"n\":%d}}"),
          "getTask", List.of("PATCH", "TASK", "{\"title\":\"t%d\"}"));

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static Vertx vertx;
  private static Boardcast node;
  private static String task;
  private static int changes;

  private static List<String> post(String path) {
    return post(path, "{\"strategy\":\"s%d\",\"provider\":\"p\",\"cost\":1}");
  }

  private static List<String> post(String path, String body) {
    return List.of("POST", path, body);
  }

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    var options = TestOptions.local(Services.get().freshDatabase()).set("older-paths", "public");
    node = Boardcast.deploy(vertx, options, Boards.BUILT_IN).await(60, TimeUnit.SECONDS);
    var created = call("POST", "/api/v1/tasks", Map.of(), "{\"title\":\"t\"}");
    task = created.headers().firstValue("Location").orElseThrow();
    for (Operation each : tagged().toList()) {
      Awaitility.await().until(() -> get(each, Map.of()).statusCode() == 200);
    }
  }

  @AfterAll
  static void stop() throws Exception {
    node.close().await(30, TimeUnit.SECONDS);
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  static Stream<Operation> reads() {
    return DESCRIPTION.operations().stream()
        .filter(one -> one.method().equals("GET") && !one.name().equals("followTopics"));
  }

  static Stream<Operation> tagged() {
    return reads().filter(one -> one.responses().has("304"));
  }

  static Stream<Operation> changing() {
    return tagged().filter(one -> CHANGES.containsKey(one.name()));
  }

  @ParameterizedTest
  @MethodSource("reads")
  void anOperationHasAnEntityTagIfItIsDescribedSo(Operation operation) throws Exception {
    var answer = get(operation, Map.of());
    boolean isTagged = operation.responses().has("304");
    if (answer.statusCode() == 200) assertEquals(isTagged, tag(answer).isPresent());
    else assertFalse(isTagged, answer.statusCode() + new String(answer.body(), ISO_8859_1));
    boolean takesCondition =
        operation
            .node()
            .path("parameters")
            .valueStream()
            .map(each -> each.path("$ref").asText() + each.path("name").asText())
            .anyMatch(name -> name.matches(".*(Known\\w+|IfNoneMatch|If-None-Match)"));
    assertEquals(isTagged, takesCondition, "the parameter If-None-Match");
  }

  @ParameterizedTest
  @MethodSource("tagged")
  void theSameTagMeansTheSameBytesAndIsStrong(Operation operation) throws Exception {
    var first = get(operation, Map.of());
    String tag = tag(first).orElseThrow();
    assertTrue(tag.matches("\"[\\x21\\x23-\\x7e]+\""), tag);
    for (int i = 0; i < 5; i++) {
      var next = get(operation, Map.of());
      if (tag(next).orElseThrow().equals(tag)) assertArrayEquals(first.body(), next.body());
    }
  }

  @ParameterizedTest
  @MethodSource("tagged")
  void whoHasTheTagGets304WithTheSameHeaders(Operation operation) throws Exception {
    for (String condition : List.of("%s", "W/%s", "\"a\", %s", "W/\"a\" ,, %s", "*")) {
      for (String method : List.of("GET", "HEAD")) {
        // The next snapshot may have come in between.
        Awaitility.await()
            .pollInSameThread()
            .untilAsserted(
                () -> {
                  var full = call(method, operation, Map.of());
                  assertEquals(200, full.statusCode());
                  var known = Map.of("If-None-Match", condition.formatted(tag(full).orElseThrow()));
                  var unchanged = call(method, operation, known);
                  assertEquals(304, unchanged.statusCode(), method + condition);
                  assertEquals(0, unchanged.body().length);
                  assertFalse(unchanged.headers().firstValue("Content-Type").isPresent());
                  for (String name : HEADERS) {
                    assertEquals(
                        full.headers().allValues(name), unchanged.headers().allValues(name), name);
                  }
                });
      }
    }
  }

  @ParameterizedTest
  @MethodSource("tagged")
  void whoHasAnotherTagGetsTheContent(Operation operation) throws Exception {
    for (String other : List.of("\"a\"", "W/\"a\", \"b\"", "\"0\"", "\"0-0\"")) {
      assertEquals(200, get(operation, Map.of("If-None-Match", other)).statusCode(), other);
    }
    for (String malformed : List.of("a", "\"a", "*, \"a\"", "")) {
      assertEquals(400, get(operation, Map.of("If-None-Match", malformed)).statusCode(), malformed);
    }
  }

  @ParameterizedTest
  @MethodSource("tagged")
  void headHasTheHeadersOfGet(Operation operation) throws Exception {
    Awaitility.await()
        .pollInSameThread()
        .untilAsserted(
            () -> {
              var full = get(operation, Map.of());
              var head = call("HEAD", operation, Map.of());
              assertEquals(200, head.statusCode());
              assertEquals(0, head.body().length);
              for (String name : HEADERS) {
                assertEquals(full.headers().allValues(name), head.headers().allValues(name), name);
              }
            });
  }

  @ParameterizedTest
  @MethodSource("changing")
  void changedContentHasAnotherTag(Operation operation) throws Exception {
    List<String> change = CHANGES.get(operation.name());
    var before = get(operation, Map.of());
    String tag = tag(before).orElseThrow();
    String path = change.get(1).replace("TASK", task);
    var changed = call(change.get(0), path, Map.of(), change.get(2).formatted(++changes));
    assertTrue(changed.statusCode() < 300, () -> new String(changed.body(), ISO_8859_1));
    Awaitility.await()
        .untilAsserted(
            () -> {
              var after = get(operation, Map.of("If-None-Match", tag));
              assertEquals(200, after.statusCode());
              assertNotEquals(tag, tag(after).orElseThrow());
            });
  }

  /** Each of these either changes in {@link #changedContentHasAnotherTag} or is a file. */
  @ParameterizedTest
  @MethodSource("tagged")
  void theCompressedFormHasAnotherTag(Operation operation) throws Exception {
    if (CHANGES.containsKey(operation.name())) return;
    var plain = get(operation, Map.of());
    var zipped = get(operation, Map.of("Accept-Encoding", "gzip"));
    assertEquals(Optional.of("gzip"), zipped.headers().firstValue("Content-Encoding"));
    assertNotEquals(tag(plain), tag(zipped));
    assertTrue(zipped.headers().allValues("Vary").toString().contains("ccept-"));
  }

  @Test
  void theListOfBoardsIsCompressedWhereAccepted() throws Exception {
    var plain = call("GET", "/api/v1/boards", Map.of(), "");
    var zipped = call("GET", "/api/v1/boards", Map.of("Accept-Encoding", "gzip"), "");
    assertEquals(Optional.of("gzip"), zipped.headers().firstValue("Content-Encoding"));
    assertTrue(zipped.body().length < plain.body().length / 4);
    assertTrue(zipped.headers().allValues("Vary").toString().contains("accept-encoding"));
    try (var unzipped = new GZIPInputStream(new ByteArrayInputStream(zipped.body()))) {
      assertArrayEquals(plain.body(), unzipped.readAllBytes());
    }
  }

  private static Optional<String> tag(HttpResponse<?> answer) {
    return answer.headers().firstValue("ETag");
  }

  private static HttpResponse<byte[]> get(Operation operation, Map<String, String> headers)
      throws Exception {
    return call("GET", operation, headers);
  }

  private static HttpResponse<byte[]> call(
      String method, Operation operation, Map<String, String> headers) throws Exception {
    String path = operation.name().equals("getTask") ? task : operation.example();
    return call(method, path, headers, "");
  }

  private static HttpResponse<byte[]> call(
      String method, String path, Map<String, String> headers, String body) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path))
            .header("Authorization", "Bearer " + ROOT)
            .header("Content-Type", "application/json")
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    headers.forEach(request::header);
    return HTTP.send(request.build(), BodyHandlers.ofByteArray());
  }
}
