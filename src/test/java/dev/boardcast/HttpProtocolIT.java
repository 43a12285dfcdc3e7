package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.auth.Tokens;
import dev.boardcast.testing.ApiDescription;
import dev.boardcast.testing.ApiDescription.Operation;
import dev.boardcast.testing.BothNodes;
import dev.boardcast.testing.BothNodes.Port;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.PortClient;
import dev.boardcast.testing.PortClient.Answer;
import dev.boardcast.testing.PortClient.Way;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What RFC 9110 asks of every path holds on every port, over HTTP/1.1 and HTTP/2. */
@Timeout(60)
class HttpProtocolIT {
  private static final List<Operation> OPERATIONS = new ApiDescription("openapi.yaml").operations();
  private static final List<String> OF_GATEWAY =
      List.of("/ws", "/api/ws", "/ws/metrics", "/ws/metrics/routing", "/health/live");
  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY", "BREW");
  private static final String ROOT = Person.of("root").with("admin", "ingest", "publish").token();
  private static final int MAX_TOKEN = 8192;
  private static final Duration CLOCK = Duration.ofSeconds(20);

  @TempDir static Path directory;
  private static BothNodes nodes;

  @BeforeAll
  static void start() throws Exception {
    nodes = new BothNodes(directory, options -> options.set("http-head-limit", "5s"));
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  static List<Way> ways() {
    return Way.all();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void allowNamesWhatAPathAnswers(Way way) {
    try (var client = new PortClient(nodes, way)) {
      allowed(way)
          .forEach(
              (path, allowed) -> {
                for (String method : METHODS) {
                  String says = method + " " + path;
                  // Without a token: nothing happens. A parameter that the stream does not have.
                  String target = path.equals("/api/v1/stream") ? path + "?nosuch=1" : path;
                  Answer answer = client.send(HttpMethod.valueOf(method), target, Map.of());
                  assertDated(answer);
                  if (allowed.contains(method)) {
                    assertNotEquals(405, answer.status(), says);
                    continue;
                  }
                  assertEquals(405, answer.status(), says);
                  assertEquals(String.join(", ", allowed), answer.header("Allow"), says);
                  if (method.equals("HEAD")) continue;
                  assertEquals("application/problem+json", answer.header("Content-Type"), says);
                }
              });
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void manyRefusalsOfBodiesPassOnOneConnection(Way way) {
    try (var client = new PortClient(nodes, way)) {
      for (int i = 0; i < 500; i++) {
        var body = Buffer.buffer("x".repeat(i % 2 * 2_000));
        assertEquals(
            405, client.send(HttpMethod.POST, "/health/live", Map.of(), body).status(), "" + i);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void headIsGetWithoutContent(Way way) {
    try (var client = new PortClient(nodes, way)) {
      for (String path : paths(way)) {
        for (String coding : List.of("identity", "gzip")) {
          var headers = Map.of("Authorization", "Bearer " + ROOT, "Accept-Encoding", coding);
          Answer before = client.send(HttpMethod.GET, path, headers);
          Answer head = client.send(HttpMethod.HEAD, path, headers);
          Answer after = client.send(HttpMethod.GET, path, headers);
          assertEquals(0, head.body().length(), path);
          assertEquals(before.status(), head.status(), path);
          assertDated(head);
          var names = new TreeSet<>(fields(head).keySet());
          // RFC 9110, 9.3.2: what is known only when the content is made may be left out.
          names.add("content-length");
          var expected = new TreeSet<>(fields(after).keySet());
          expected.add("content-length");
          assertEquals(expected, names, path);
          var others = fields(head);
          fields(before)
              .forEach(
                  (name, value) -> {
                    // Of content that has the time in it, the length may be the same by chance.
                    boolean isSteady =
                        name.equals("content-length")
                            ? before.body().equals(after.body())
                            : value.equals(fields(after).get(name));
                    if (isSteady && others.containsKey(name)) {
                      assertEquals(value, others.get(name), path + " " + name);
                    }
                  });
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aTokenOf8KibIsRead(Way way) throws Exception {
    String path = way.port().isGateway() ? "/api/v1/stream?topics=" : "/api/v1/tasks";
    try (var client = new PortClient(nodes, way)) {
      // The stream stays open: its head says that it has begun.
      HttpMethod method = way.port().isGateway() ? HttpMethod.HEAD : HttpMethod.GET;
      for (String scheme : List.of("Bearer ", "bearer ")) {
        Answer longest =
            client.send(method, path, Map.of("Authorization", scheme + token(MAX_TOKEN)));
        assertEquals(200, longest.status(), longest::toString);
      }
      Answer longer =
          client.send(method, path, Map.of("Authorization", "Bearer " + token(MAX_TOKEN + 1)));
      assertEquals(401, longer.status(), longer::toString);
      assertDated(longer);
      if (method == HttpMethod.GET) assertTrue(longer.body().toString().contains("8192 char"));
    }
    if (way.isHttp2() && !way.port().isSecure()) return;
    // The client of Vert.x would not send them.
    var version = way.isHttp2() ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1;
    var request =
        HttpRequest.newBuilder(URI.create(nodes.uri(way.port(), "/health/live")))
            .version(version)
            .header("X-A", "x".repeat(30 << 10));
    var client = HttpClient.newBuilder().sslContext(nodes.trust()).build();
    var refused = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    assertEquals(version, refused.version());
    assertEquals(431, refused.statusCode());
  }

  @ParameterizedTest
  @MethodSource("ways")
  void otherExpectationsFail(Way way) {
    for (String expectation : List.of("cookies", "100-continue, cookies", "200-ok")) {
      try (var client = new PortClient(nodes, way)) {
        Answer answer = client.send(HttpMethod.GET, "/health/live", Map.of("Expect", expectation));
        assertEquals(417, answer.status(), expectation);
        assertEquals("application/problem+json", answer.header("Content-Type"));
        assertDated(answer);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Port.class)
  void afterAFinalStatusToAWaitingClientTheConnectionCloses(Port port) throws Exception {
    var heads = new ArrayList<>(List.of("GET /ws HTTP/1.1", "POST /ws HTTP/1.1"));
    // The HTTP port reads the bodies of its other paths: a 100 comes first.
    if (port.isGateway()) {
      heads.addAll(List.of("POST /api/v1/stream HTTP/1.1", "POST /health/live HTTP/1.1"));
    }
    for (String head : heads) {
      try (var connection = nodes.connect(port)) {
        String fields = "\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 40\r\n\r\n";
        var answer = connection.send(head + fields).answer();
        assertEquals(List.of(), answer.interim(), head);
        assertTrue(answer.status() >= 400, head + answer.status());
        assertFalse(answer.header("Date").isEmpty(), head);
        assertTrue(connection.isClosed(), head);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Port.class)
  void refusalsBeforeARequestIsCompleteAreDated(Port port) throws Exception {
    String begun = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n";
    for (String head : List.of(begun, begun + "X-A: b\r\n".repeat(200))) {
      try (var connection = nodes.connect(port)) {
        var answer = connection.send(head).answer();
        assertEquals(head.equals(begun) ? 408 : 431, answer.status());
        assertEquals("application/problem+json", answer.header("Content-Type"));
        assertFalse(answer.header("Date").isEmpty());
        assertTrue(connection.isClosed());
      }
    }
  }

  /** The methods of each path of a port, sorted. */
  private static Map<String, Set<String>> allowed(Way way) {
    var all = new LinkedHashMap<String, Set<String>>();
    for (String path : OF_GATEWAY) all.put(path, new TreeSet<>(Set.of("GET", "HEAD")));
    all.put("/api/v1/stream", new TreeSet<>(Set.of("GET", "HEAD")));
    if (way.port().isGateway()) return all;
    for (Operation operation : OPERATIONS) {
      Set<String> methods = all.computeIfAbsent(operation.example(), path -> new TreeSet<>());
      methods.add(operation.method());
      if (operation.method().equals("GET")) methods.add("HEAD");
    }
    // Its name could be the id of a task.
    all.get("/api/v1/tasks/statistics").addAll(all.get("/api/v1/tasks/x"));
    return all;
  }

  /** The paths with an answer that ends. */
  private static List<String> paths(Way way) {
    var paths = new ArrayList<>(OF_GATEWAY);
    paths.addAll(List.of("/nothing", "/health/live?nosuch=1", "/api/v1/stream?nosuch=1"));
    if (way.port().isGateway()) return paths;
    OPERATIONS.stream()
        .filter(one -> one.method().equals("GET") && !one.name().equals("followTopics"))
        .forEach(one -> paths.add(one.example()));
    return paths;
  }

  /** The header fields that do not differ between two answers to the same request. */
  private static Map<String, String> fields(Answer answer) {
    var fields = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    MultiMap headers = answer.headers();
    for (String name : headers.names()) fields.put(name.toLowerCase(), answer.header(name));
    assertTrue(fields.containsKey("date"), answer::toString);
    fields.keySet().removeAll(Set.of("date", "x-request-id"));
    return fields;
  }

  /** One date, in the form of RFC 9110, 5.6.7, which is now. */
  private static void assertDated(Answer answer) {
    String date = answer.header("Date");
    assertFalse(date.isEmpty(), answer::toString);
    Instant at = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    assertTrue(Duration.between(at, Instant.now()).abs().compareTo(CLOCK) < 0, date);
  }

  /** A valid token of that many characters. */
  private static String token(int characters) {
    for (int padding = characters / 2; ; padding++) {
      String token =
          Tokens.hs256(Cluster.SECRET, Tokens.claims(Map.of("padding", "x".repeat(padding))));
      if (token.length() == characters) return token;
      assertTrue(token.length() < characters, "no padding fits");
    }
  }
}
