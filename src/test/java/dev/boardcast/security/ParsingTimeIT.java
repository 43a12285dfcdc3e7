package dev.boardcast.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.http.ApiRouter;
import dev.boardcast.http.HttpApiVerticle;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.http.ingest.IngestService;
import dev.boardcast.spi.FactSink;
import dev.boardcast.spi.FactSink.Outcome;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.testing.TextTokens;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.WebClient;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * No body holds an event loop. The bound is ten milliseconds of CPU; the tests allow a multiple of
 * it, for slow machines and code that is not compiled yet, and far less than a body took that was
 * read in one go.
 */
@Timeout(120)
class ParsingTimeIT {
  private static final long BOUND_MILLIS = 60;
  private static final int MANY = 340_000;
  private static final String NDJSON = "application/x-ndjson";

  private final Vertx vertx = Vertx.vertx();
  private final CompletableFuture<Context> loop = new CompletableFuture<>();
  private final Vertx clients = Vertx.vertx();
  private WebClient client;
  private LoopProbe probe;
  private int port;

  record Fact(@NotBlank @Size(max = 100) String name, int n, List<@Size(max = 9) String> tags) {}

  @BeforeEach
  void start() throws Exception {
    var ingest = new IngestService(HttpConfig.DEFAULTS, false);
    FactSink<Fact> sink =
        facts -> Future.succeededFuture(facts.stream().map(fact -> Outcome.NEW).toList());
    var router =
        new ApiRouter(
            HttpConfig.DEFAULTS,
            new TextTokens(),
            List.of(),
            List.of(
                routes -> {
                  routes
                      .get("/loop")
                      .handler(
                          context -> {
                            loop.complete(vertx.getOrCreateContext());
                            context.end();
                          });
                  routes.post("/facts").handler(ingest.handler(Fact.class, sink));
                  routes
                      .post("/fact")
                      .handler(
                          context -> {
                            JsonBody.read(context, Fact.class);
                            context.end();
                          });
                }));
    var api = new HttpApiVerticle("127.0.0.1", 0, HttpConfig.DEFAULTS, router);
    vertx.deployVerticle(api).await(10, TimeUnit.SECONDS);
    port = api.port();
    client = WebClient.create(clients);
    client.get(port, "127.0.0.1", "/loop").send().await(10, TimeUnit.SECONDS);
    probe = new LoopProbe(loop.get(10, TimeUnit.SECONDS));
    for (int warm = 0; warm < 3; warm++) {
      post("/facts", NDJSON, "{\"name\":\"a\",\"n\":1}\n{}\n1\n".repeat(2_000));
      post("/facts", "application/json", array(2_000, "{\"name\":\"a\",\"n\":1},{},1"));
    }
    probe.takeMillis();
  }

  @AfterEach
  void stop() throws Exception {
    probe.close();
    clients.close().await(10, TimeUnit.SECONDS);
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void arraysOfManySmallItems() throws Exception {
    Map<String, String> items =
        Map.of(
            "numbers", "1",
            "literals", "null",
            "texts", "\"\"",
            "objects", "{}",
            "arrays", "[]",
            "wrong fields", "{\"n\":\"x\"}",
            "valid facts", "{\"name\":\"a\",\"n\":1}");
    for (var each : items.entrySet()) {
      int most = Math.min(MANY, ((1 << 20) - 2) / (each.getValue().length() + 1));
      int status = post("/facts", "application/json", array(most, each.getValue()));
      assertBounded(each.getKey() + " in an array", status, 200);
    }
  }

  @Test
  void ndjsonOfManyTinyLines() throws Exception {
    for (String line : List.of("1", "{}", "", "[]", "{\"n\":\"x\"}", "{\"name\":\"a\",\"n\":1}")) {
      int status = post("/facts", NDJSON, (line + "\n").repeat(MANY));
      assertBounded("lines of " + line, status, 200);
    }
  }

  @Test
  void valuesOfEveryShape() throws Exception {
    String tags = "\"a\",".repeat(250_000);
    String keys =
        IntStream.range(0, 80_000)
            .mapToObj(i -> "\"k" + i + "\":1")
            .collect(Collectors.joining(","));
    Map<String, String> bodies =
        Map.of(
            "deep nesting", "[".repeat(500_000),
            "deep objects", "{\"a\":".repeat(150_000),
            "a huge number", "{\"n\":" + "9".repeat(1_000_000) + "}",
            "a huge exponent", "{\"n\":1e" + "9".repeat(90) + "}",
            "a long text", "{\"name\":\"" + "x".repeat(1_000_000) + "\"}",
            "escapes", "{\"name\":\"" + "\\u0041".repeat(170_000) + "\"}",
            "many keys", "{" + keys + "}",
            "many elements", "{\"tags\":[" + tags + "\"a\"]}",
            "blank", " ".repeat(1_000_000),
            "one large item", "[{\"tags\":[" + tags + "\"a\"]}]");
    for (var each : bodies.entrySet()) {
      for (String path : List.of("/fact", "/facts")) {
        int status = post(path, "application/json", each.getValue());
        assertBounded(each.getKey() + " to " + path, status, status == 200 ? 200 : status);
        assertTrue(status == 200 || status == 400 || status == 413, each.getKey() + ": " + status);
      }
      int status = post("/facts", NDJSON, each.getValue());
      assertBounded(each.getKey() + " as a line", status, 200);
    }
  }

  private static String array(int count, String item) {
    return "[" + (item + ",").repeat(count - 1) + item + "]";
  }

  private int post(String path, String type, String body) throws Exception {
    return client
        .post(port, "127.0.0.1", path)
        .putHeader("Content-Type", type)
        .sendBuffer(Buffer.buffer(body))
        .await(60, TimeUnit.SECONDS)
        .statusCode();
  }

  private void assertBounded(String what, int status, int expected) {
    long millis = probe.takeMillis();
    System.out.printf("%-40s %d, held %d ms%n", what, status, millis);
    assertEquals(expected, status, what);
    assertTrue(millis < BOUND_MILLIS, what + " held the event loop for " + millis + " ms");
  }
}
