package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.BothNodes;
import dev.boardcast.testing.BothNodes.Port;
import dev.boardcast.testing.Person;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The client of the JDK as it is by default, which offers {@code Upgrade: h2c} in clear text, is
 * served on every port: RFC 9113 (3.1) has removed that upgrade, and it is ignored.
 */
@Timeout(60)
class JdkClientIT {
  private static final String TOKEN = Person.of("ann").with("ingest").token();
  private static final String FACT =
      "{\"strategy\":\"hybrid\",\"provider\":\"gemini\",\"cost\":0.00005}";
  private static final String OFFER =
      "Host: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
          + "HTTP2-Settings: AAMAAABkAAQAAP__\r\n";

  @TempDir static Path directory;
  private static BothNodes nodes;

  @BeforeAll
  static void start() throws Exception {
    nodes = new BothNodes(directory, options -> options);
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  @ParameterizedTest
  @EnumSource(Port.class)
  void requestsWithAndWithoutABodyAreAnswered(Port port) throws Exception {
    int written = port.isGateway() ? 405 : 201;
    String facts = port.isGateway() ? "/health/live" : "/routing/decisions";
    // The first request of a connection is the one that could be upgraded.
    for (int first = 0; first < 3; first++) {
      var client = HttpClient.newBuilder().sslContext(nodes.trust()).build();
      for (int i = 0; i < 3; i++) {
        switch ((first + i) % 3) {
          case 0 -> assertStatus(200, client, request(port, "/health/live").GET(), port);
          case 1 -> assertStatus(written, client, fact(port, facts), port);
          default -> {
            // This client waits for ever for a final status that comes without a 100, of any
            // server.
            if (port.isGateway()) continue;
            assertStatus(written, client, fact(port, facts).expectContinue(true), port);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLargeBodyIsReadWhole(boolean waits) throws Exception {
    String lines = (FACT + "\n").repeat(20_000);
    var request =
        request(Port.HTTP, "/routing/decisions")
            .header("Content-Type", "application/x-ndjson")
            .expectContinue(waits)
            .POST(BodyPublishers.ofString(lines));
    var client = HttpClient.newHttpClient();
    var answer = client.send(request.build(), BodyHandlers.ofString());
    assertEquals(200, answer.statusCode());
    assertTrue(answer.body().contains("\"accepted\":20000"), answer::body);
  }

  @ParameterizedTest
  @EnumSource(
      value = Port.class,
      names = {"HTTP", "GATEWAY"})
  void theOfferIsIgnoredHoweverItArrives(Port port) throws Exception {
    String get = "GET /health/live HTTP/1.1\r\n";
    String post = "POST /health/live HTTP/1.1\r\nContent-Length: 4\r\nExpect: 100-continue\r\n";
    for (String offer :
        List.of(
            OFFER,
            OFFER.replace("Connection: Upgrade, HTTP2-Settings\r\n", ""),
            OFFER.replace("AAMAAABkAAQAAP__", "?"),
            OFFER.replace("h2c", "H2C"),
            OFFER + "Upgrade: h2c\r\n")) {
      for (int size : new int[] {1, 3, 1_000}) {
        try (var connection = nodes.connect(port)) {
          String text = get + offer + "\r\n";
          for (int at = 0; at < text.length(); at += size) {
            connection.send(text.substring(at, Math.min(text.length(), at + size)));
          }
          var answer = connection.answer();
          assertEquals(200, answer.status(), offer);
          assertEquals(List.of(), answer.interim(), offer);
          assertEquals("{\"status\":\"up\"}", answer.body());
          assertEquals(200, connection.send(text).answer().status(), "again");
        }
      }
      try (var connection = nodes.connect(port)) {
        var answer = connection.send(post + offer + "\r\nbody").answer();
        assertEquals(405, answer.status(), offer);
        assertFalse(answer.interim().contains(101), offer);
      }
    }
  }

  private static void assertStatus(
      int status, HttpClient client, HttpRequest.Builder request, Port port) throws Exception {
    HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
    assertEquals(status, answer.statusCode(), answer.body());
    var version = port.isSecure() ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1;
    assertEquals(version, answer.version());
  }

  private static HttpRequest.Builder fact(Port port, String path) {
    return request(port, path)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(FACT));
  }

  private static HttpRequest.Builder request(Port port, String path) {
    return HttpRequest.newBuilder(URI.create(nodes.uri(port, path)))
        .timeout(Duration.ofSeconds(10))
        .header("Authorization", "Bearer " + TOKEN);
  }
}
