package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.ApiDescription;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Every page and every endpoint restricts what browsers and caches do with its answers. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecurityHeadersIT {
  private static final Path PAGES = Path.of("src/main/resources/dev/boardcast/web");
  private static final Set<String> FILES =
      Set.of("/", "/boardcast.js", "/chart.js", "/api/openapi.yaml", "/api/asyncapi.yaml");
  private static final String ADMIN = Person.of("root", "plants").with("admin").token();
  private static final String PAGE_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors ";

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http = HttpClient.newHttpClient();
  private Boardcast node;

  @BeforeAll
  void start() throws Exception {
    var db = Services.get().freshDatabase();
    var options =
        BoardcastOptions.local(db.postgresUri(), db.redisUri(), Cluster.SECRET)
            .set("http-allowed-origins", "https://app.example.org")
            .set("http-frame-ancestors", "self,https://portal.example.org")
            .set("visibility", "news=public");
    node = Boardcast.deploy(vertx, options, Boards.BUILT_IN).await(1, TimeUnit.MINUTES);
  }

  @AfterAll
  void stop() throws Exception {
    node.close().await(30, TimeUnit.SECONDS);
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void everyFileOfThePages() throws Exception {
    var paths = new ArrayList<>(FILES);
    try (Stream<Path> files = Files.walk(PAGES)) {
      files
          .filter(Files::isRegularFile)
          .map(file -> "/" + PAGES.relativize(file))
          .filter(path -> path.matches(".*\\.(js|ts|css|html|svg|json)"))
          .forEach(paths::add);
    }
    for (String path : paths) {
      var answer = send("GET", path, Optional.empty(), node.httpPort());
      assertEquals(200, answer.statusCode(), path);
      assertRestricted(path, answer);
      boolean isPage = path.equals("/") || path.endsWith(".html");
      assertTrue(
          header(answer, "Content-Security-Policy")
              .equals(
                  isPage
                      ? PAGE_POLICY + "'self' https://portal.example.org"
                      : "default-src 'none'; frame-ancestors 'none'"),
          path);
      assertTrue(!vary(answer).contains("authorization"), path);
      var unchanged =
          http.send(
              HttpRequest.newBuilder(answer.uri())
                  .header("If-None-Match", header(answer, "ETag"))
                  .build(),
              BodyHandlers.discarding());
      assertEquals(304, unchanged.statusCode(), path);
      for (String name : List.of("Content-Security-Policy", "Cache-Control", "Vary")) {
        assertEquals(header(answer, name), header(unchanged, name), path);
      }
    }
  }

  @Test
  void everyEndpointWithAndWithoutAToken() throws Exception {
    for (var operation : new ApiDescription("openapi.yaml").operations()) {
      if (operation.path().matches("/admin/drain|.*/drain|/\\{file}|/pages.*|/client.*")) continue;
      String path = operation.path().replace("{name}", "routing").replaceAll("\\{\\w+}", "x");
      if (FILES.contains(path) || path.matches(".*\\.\\w{2,4}")) continue;
      for (var token : List.of(Optional.<String>empty(), Optional.of(ADMIN), Optional.of("x"))) {
        var answer = send(operation.method(), path, token, node.httpPort());
        String what = operation.method() + " " + path + " " + answer.statusCode();
        assertRestricted(what, answer);
        assertEquals("no-store", header(answer, "Cache-Control"), what);
        assertTrue(vary(answer).contains("authorization"), what + vary(answer));
        assertTrue(vary(answer).contains("origin"), what + vary(answer));
      }
    }
  }

  @Test
  void onlyWhatEverybodyMaySeeMayBeKept() throws Exception {
    var open = send("GET", "/api/v1/streams/news/events", Optional.empty(), node.httpPort());
    assertEquals(200, open.statusCode());
    assertEquals("public, max-age=1, stale-while-revalidate=1", header(open, "Cache-Control"));
    for (String path : List.of("/nothing", "/api/v1/boards/none", "/absent.html", "/%zz")) {
      var answer = send("GET", path.replace("%zz", "%2e%2e%2f"), Optional.empty(), node.httpPort());
      assertEquals("no-store", header(answer, "Cache-Control"), path);
      assertRestricted(path, answer);
    }
  }

  @Test
  void theGatewaysPort() throws Exception {
    for (String path :
        List.of(
            "/health/live", "/ws", "/nothing", "/api/v1/stream", "/api/v1/stream?topics=news")) {
      var answer = send("GET", path, Optional.empty(), node.gatewayPort());
      assertRestricted(path, answer);
      assertEquals("no-store", header(answer, "Cache-Control"), path);
    }
  }

  private static void assertRestricted(String what, HttpResponse<?> answer) {
    assertEquals("nosniff", header(answer, "X-Content-Type-Options"), what);
    assertEquals("no-referrer", header(answer, "Referrer-Policy"), what);
    String policy = header(answer, "Content-Security-Policy");
    assertTrue(policy.startsWith("default-src 'none'"), what + policy);
    assertTrue(policy.contains("frame-ancestors"), what + policy);
    assertTrue(!policy.contains("unsafe"), what + policy);
  }

  private static String header(HttpResponse<?> answer, String name) {
    return String.join(" | ", answer.headers().allValues(name));
  }

  private static String vary(HttpResponse<?> answer) {
    return header(answer, "Vary").toLowerCase(Locale.ROOT);
  }

  /** Does not read the body, which of an event stream has no end. */
  private HttpResponse<InputStream> send(
      String method, String path, Optional<String> token, int port)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    token.ifPresent(some -> request.header("Authorization", "Bearer " + some));
    var body = method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString("{}");
    request.method(method, body).header("Content-Type", "application/json");
    var answer = http.send(request.build(), BodyHandlers.ofInputStream());
    answer.body().close();
    return answer;
  }
}
