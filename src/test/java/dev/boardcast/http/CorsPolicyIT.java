package dev.boardcast.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.config.Settings;
import dev.boardcast.http.pages.PageRoutes;
import dev.boardcast.spi.Authenticator;
import dev.boardcast.spi.Authenticator.Unauthenticated;
import dev.boardcast.spi.Routes;
import dev.boardcast.testing.Api;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which origins may read responses; other requests are not affected. */
@ExtendWith(VertxExtension.class)
class CorsPolicyIT {
  private static final String APP = "https://app.example.org";
  private static final String WALL = "http://wall.example.org:3000";
  private static final String ELSEWHERE = "https://elsewhere.example.org";
  private static final Authenticator NOBODY =
      token -> Future.failedFuture(new Unauthenticated("the token is not known"));
  // Echoes the method of a write.
  private static final Routes WRITES =
      router -> router.post("/facts").handler(context -> context.response().end("kept"));

  private Vertx vertx;

  @BeforeEach
  void keep(Vertx vertx) {
    this.vertx = vertx;
  }

  @ParameterizedTest
  @ValueSource(strings = {APP, WALL})
  void aPageOfANamedOriginReadsAnswersAndProblems(String origin) {
    int port = api(APP + ":443", WALL);

    assertReadable(origin, send(port, HttpMethod.GET, "/boardcast.js", origin, null));
    var wrong = send(port, HttpMethod.GET, "/boardcast.js", origin, "any");
    assertEquals(401, wrong.statusCode());
    assertReadable(origin, wrong);
    var missing = send(port, HttpMethod.GET, "/nothing", origin, null);
    assertEquals(404, missing.statusCode());
    assertReadable(origin, missing);
  }

  @Test
  void itsPreflightIsAnsweredBeforeAnyTokenIsAskedFor() {
    var answer =
        Api.await(
            WebClient.create(vertx)
                .request(HttpMethod.OPTIONS, api(APP), "127.0.0.1", "/facts")
                .putHeader("Origin", APP)
                .putHeader("Access-Control-Request-Method", "PATCH")
                .putHeader("Access-Control-Request-Headers", "authorization,if-match")
                .send());

    assertEquals(204, answer.statusCode());
    assertEquals(APP, answer.getHeader("Access-Control-Allow-Origin"));
    assertEquals("authorization,if-match", answer.getHeader("Access-Control-Allow-Headers"));
    assertTrue(answer.getHeader("Access-Control-Allow-Methods").contains("PATCH"));
    assertNull(answer.getHeader("Access-Control-Allow-Credentials"));
  }

  @Test
  void othersAreAnsweredAsEverButTheirBrowsersKeepItFromThem() {
    int port = api(APP);

    for (String origin : new String[] {ELSEWHERE, "http://127.0.0.1:" + port, "null"}) {
      var answer = send(port, HttpMethod.POST, "/facts", origin, null);
      assertEquals("kept", answer.bodyAsString());
      assertNull(answer.getHeader("Access-Control-Allow-Origin"));
    }
  }

  @Test
  void aCacheKeepsTheAnswersOfOriginsApart() {
    for (int port : new int[] {api(APP, WALL), api(APP), api("*")}) {
      for (String origin : new String[] {APP, WALL, ELSEWHERE, null}) {
        var answer = send(port, HttpMethod.GET, "/boardcast.js", origin, null);
        String vary = String.join(",", answer.headers().getAll("Vary")).toLowerCase();
        assertTrue(vary.contains("origin") && vary.contains("accept-encoding"), vary);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {APP, "null", "capacitor://localhost"})
  void allMayBeAllowed(String origin) {
    assertReadable(origin, send(api("*"), HttpMethod.GET, "/boardcast.js", origin, null));
  }

  @Test
  void noneIsAllowedUnlessNamed() {
    var answer = send(api(), HttpMethod.GET, "/boardcast.js", APP, null);
    assertEquals(200, answer.statusCode());
    assertNull(answer.getHeader("Access-Control-Allow-Origin"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "app.example.org",
        "https://app.example.org/",
        "https://*.org",
        "HTTPS://A",
        "https://",
        "ws://a"
      })
  void whatIsNoOriginIsRefused(String text) {
    var refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> Settings.of(HttpConfig.class, "http-allowed-origins=" + text));
    assertTrue(
        refused.getMessage().startsWith("http-allowed-origins was \"" + text),
        refused.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> Settings.of(HttpConfig.class, "http-allowed-origins=*," + APP));
  }

  private static void assertReadable(String origin, HttpResponse<Buffer> answer) {
    assertEquals(List.of(origin), answer.headers().getAll("Access-Control-Allow-Origin"));
    assertTrue(answer.getHeader("Access-Control-Expose-Headers").contains("Retry-After"));
  }

  private HttpResponse<Buffer> send(
      int port, HttpMethod method, String path, String origin, String token) {
    var request = WebClient.create(vertx).request(method, port, "127.0.0.1", path);
    if (origin != null) request.putHeader("Origin", origin);
    if (token != null) request.bearerTokenAuthentication(token);
    return Api.await(request.send());
  }

  private int api(String... origins) {
    var config = Settings.of(HttpConfig.class, "http-allowed-origins=" + String.join(",", origins));
    var router =
        new ApiRouter(config, NOBODY, List.of(), List.of(new PageRoutes(List.of("self")), WRITES));
    var api = new HttpApiVerticle("127.0.0.1", 0, config, router);
    Api.await(vertx.deployVerticle(api));
    return api.port();
  }
}
