package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.FreePorts;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Vertx;
import io.vertx.ext.web.AllowForwardHeaders;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which web pages may use a node: by its address, and the origin and cookies of the page. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OriginIT {
  private static final String NAMED = "https://app.example.org";
  private static final String FOREIGN = "https://evil.example";
  private static final String COOKIE = "Cookie: s=1";
  private static final String BASIC = "Authorization: Basic YTpi";
  private static final List<String> SOCKETS = List.of("/ws", "/ws/metrics", "/api/ws");
  private static final String STREAM = "/api/v1/stream?topics=routing";

  private final Vertx vertx = Vertx.vertx();
  private Boardcast onLoopback;
  private Boardcast onAll;
  private Boardcast open;
  private int host;
  private int admin;

  @BeforeAll
  void start() throws Exception {
    admin = FreePorts.one();
    onLoopback = node("loopback", "127.0.0.1", NAMED);
    onAll = node("all", "0.0.0.0", NAMED);
    open = node("open", "127.0.0.1", "*");
    var router = Router.router(vertx);
    router.allowForward(AllowForwardHeaders.ALL);
    open.mount(router, "/dashboards");
    onLoopback.mount(router, "/inner");
    host =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS)
            .actualPort();
  }

  @AfterAll
  void stop() throws Exception {
    for (Boardcast node : List.of(onLoopback, onAll, open)) {
      node.close().await(30, TimeUnit.SECONDS);
    }
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:3000, 200",
    "http://127.0.0.1:5173, 200",
    "https://[::1]:9, 200",
    NAMED + ", 200",
    FOREIGN + ", 403",
    "https://localhost.evil.example, 403",
    "http://127.0.0.1.evil.example, 403",
    "null, 403",
    "file://, 403",
    "chrome-extension://abcdef, 403",
    ", 200"
  })
  void aNodeOnLoopbackTakesLoopbackOriginsAndNamedOnes(String origin, int status) throws Exception {
    String header = origin == null ? "X-None: 1" : "Origin: " + origin;
    for (int port : List.of(onLoopback.httpPort(), onLoopback.gatewayPort())) {
      for (String path : SOCKETS) {
        assertEquals(status == 200 ? 101 : status, upgrade(port, path, header), path);
      }
      assertEquals(status, get(port, STREAM, header).status());
    }
    assertEquals(status, get(onLoopback.httpPort(), "/api/v1/boards", header).status());
  }

  @ParameterizedTest
  @CsvSource({"evil.example, 403", "localhost.evil.example:8080, 403", "0.0.0.0:8080, 403"})
  void aNodeOnLoopbackDoesNotAnswerForAHostThatAForeignSitePointsThere(String name, int status)
      throws Exception {
    String header = "Host: " + name;
    for (String path : List.of("/", "/api/v1/boards", "/health", "/metrics", STREAM)) {
      Answer answer = get(onLoopback.httpPort(), path, header);
      assertEquals(status, answer.status(), path);
      assertTrue(answer.text().contains("http-allowed-origins"), answer.text());
    }
    assertEquals(status, upgrade(onLoopback.httpPort(), "/ws", header));
    assertEquals(status, upgrade(onLoopback.gatewayPort(), "/ws", header));
    assertEquals(200, get(onAll.httpPort(), "/api/v1/boards", header).status());
  }

  @Test
  void norDoesAPortOfAdministrationOnLoopbackOfANodeThatListensPublicly() throws Exception {
    assertEquals(200, get(admin, "/metrics", "Host: localhost").status());
    assertEquals(403, get(admin, "/metrics", "Host: evil.example").status());
    assertEquals(403, get(admin, "/metrics", "Origin: " + FOREIGN).status());
  }

  @ParameterizedTest
  @CsvSource({"localhost:1", "127.0.0.1", "[::1]:8080", "app.example.org", "app.example.org:8443"})
  void itAnswersForLoopbackHostsAndThoseOfNamedOrigins(String name) throws Exception {
    assertEquals(200, get(onLoopback.httpPort(), "/api/v1/boards", "Host: " + name).status());
  }

  @ParameterizedTest
  @CsvSource({FOREIGN, "null", "http://localhost:3000"})
  void aNodeThatListensPubliclyTakesAnyOriginWithoutCookies(String origin) throws Exception {
    for (int port : List.of(onAll.httpPort(), onAll.gatewayPort())) {
      for (String path : SOCKETS) {
        assertEquals(101, upgrade(port, path, "Origin: " + origin), path);
      }
      assertEquals(200, get(port, STREAM, "Origin: " + origin).status());
    }
    String token = "Authorization: Bearer " + Cluster.SECRET;
    assertEquals(101, upgrade(onAll.httpPort(), "/ws", "Origin: " + origin, token));
  }

  @ParameterizedTest
  @CsvSource({COOKIE, BASIC, "Authorization: Negotiate abc"})
  void withCredentialsOfTheBrowserItTakesItsOwnOriginAndNamedOnes(String credentials)
      throws Exception {
    for (int port : List.of(onAll.httpPort(), onAll.gatewayPort())) {
      for (String origin :
          List.of("http://dash.example:" + port, "https://dash.example:" + port, NAMED)) {
        String[] own = {"Host: dash.example:" + port, "Origin: " + origin, credentials};
        assertEquals(101, upgrade(port, "/ws", own), origin);
        assertEquals(200, get(port, STREAM, own).status(), origin);
      }
      for (String origin : List.of(FOREIGN, "null", "http://dash.example", "http://dash:" + port)) {
        String[] other = {"Host: dash.example:" + port, "Origin: " + origin, credentials};
        assertEquals(403, upgrade(port, "/ws", other), origin);
        Answer refused = get(port, STREAM, other);
        assertEquals(403, refused.status(), origin);
        assertTrue(refused.text().contains("http-allowed-origins"), refused.text());
      }
      assertEquals(101, upgrade(port, "/ws", credentials), "no browser");
    }
  }

  @Test
  void theStarDoesNotIncludePagesThatBringCookies() throws Exception {
    String origin = "Origin: " + FOREIGN;
    assertEquals(101, upgrade(open.httpPort(), "/ws", origin));
    assertEquals(200, get(open.httpPort(), STREAM, origin, "Host: evil.example").status());
    assertEquals(403, upgrade(open.httpPort(), "/ws", origin, COOKIE));
  }

  @Test
  void theOwnOriginIsThatOfATrustedProxy() throws Exception {
    String[] proxied = {
      "Origin: https://dash.example",
      "X-Forwarded-Host: dash.example",
      "X-Forwarded-Proto: https",
      COOKIE
    };
    assertEquals(101, upgrade(onAll.httpPort(), "/ws", proxied));
    assertEquals(101, upgrade(onLoopback.httpPort(), "/ws", proxied));
    proxied[0] = "Origin: http://dash.example";
    assertEquals(403, upgrade(onAll.httpPort(), "/ws", proxied));
    proxied[0] = "Origin: https://evil.example";
    assertEquals(403, upgrade(onAll.httpPort(), "/ws", proxied));
  }

  @Test
  void onTheRouterOfAHostTheHostDecidesWhereItListens() throws Exception {
    for (String path : List.of("/dashboards", "/inner")) {
      assertEquals(101, upgrade(host, path + "/ws", "Origin: " + FOREIGN));
      assertEquals(
          200, get(host, path + "/api/v1/boards", "Host: any.example").status(), "its own name");
      assertEquals(403, upgrade(host, path + "/ws", "Origin: " + FOREIGN, COOKIE));
      String[] own = {"Host: portal.example", "Origin: http://portal.example", COOKIE};
      assertEquals(101, upgrade(host, path + "/ws", own));
      String[] forwarded = {
        "X-Forwarded-Host: portal.example",
        "X-Forwarded-Proto: https",
        "Origin: https://portal.example",
        COOKIE
      };
      assertEquals(101, upgrade(host, path + "/ws", forwarded));
      forwarded[2] = "Origin: http://portal.example";
      assertEquals(403, upgrade(host, path + "/ws", forwarded));
    }
  }

  private Boardcast node(String name, String address, String origins) throws Exception {
    var options =
        TestOptions.local(Services.get().freshDatabase())
            .name(name)
            .host(address)
            .set("http-allowed-origins", origins)
            .set("trusted-proxies", "127.0.0.1");
    if (name.equals("all")) options = options.set("admin-port", Integer.toString(admin));
    return Boardcast.deploy(vertx, options, Boards.BUILT_IN).await(1, TimeUnit.MINUTES);
  }

  private record Answer(int status, String text) {}

  private static int upgrade(int port, String path, String... headers) throws IOException {
    var all = new ArrayList<>(List.of(headers));
    all.addAll(
        List.of(
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
    return get(port, path, all.toArray(String[]::new)).status();
  }

  /** Sends headers as they are, which clients of Java would not, and reads the first answer. */
  private static Answer get(int port, String path, String... headers) throws IOException {
    try (var socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(30_000);
      var request = new StringBuilder("GET " + path + " HTTP/1.1\r\n");
      if (Stream.of(headers).noneMatch(header -> header.startsWith("Host:"))) {
        request.append("Host: 127.0.0.1:" + port + "\r\n");
      }
      for (String header : headers) request.append(header).append("\r\n");
      socket.getOutputStream().write((request + "\r\n").getBytes(StandardCharsets.UTF_8));
      var text = new StringBuilder();
      byte[] buffer = new byte[8192];
      InputStream in = socket.getInputStream();
      while (!isComplete(text.toString())) {
        int count = in.read(buffer);
        if (count < 0) break;
        text.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
      }
      return new Answer(Integer.parseInt(text.substring(9, 12)), text.toString());
    }
  }

  /** The head, and for a problem its body. */
  private static boolean isComplete(String text) {
    int head = text.indexOf("\r\n\r\n");
    return head > 0 && (!text.contains("problem+json") || text.endsWith("}"));
  }
}
