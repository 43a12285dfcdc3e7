package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Browser;
import dev.boardcast.testing.Nginx;
import dev.boardcast.testing.Page;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that poll through an nginx cache, and go over to connections, in Node and Chromium. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientPollIT {
  private static final Path CONFIG = Path.of("src/main/docker/nginx-cache.conf");
  private static final Path PROGRAM = Path.of("src/test/js/programs/poll.js");
  private static final String ADMIN = Person.of("root").with("admin", "ingest", "publish").token();
  private static final String OPEN =
      """
      [{"streams": "*", "subscribe": "public", "publish": "role:publish"}]""";
  private static final String POLL =
      """
      Promise.all([import('/client/poll.js'), import('/boardcast.js')]).then(([{poller}, {connect}]) => {
        Object.assign(window, {poller, connectTo: connect, seen: [], totals: [], wrong: []});
        window.follow = (since) => {
          window.poll = poller(location.origin, {since, interval: 200});
          poll.on('gap', () => wrong.push('gap'));
          poll.on('problem', ({code}) => wrong.push(code));
          poll.stream('paged', ({data}) => seen.push(data.n));
        };
        follow();
        poll.board('routing', ({data}) => totals.push(data.total_decisions));
        return new Promise((begun) => poll.on('subscribed', ({topic}) => begun(topic)));
      })""";

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http = HttpClient.newHttpClient();
  private Boardcast node;
  private Nginx nginx;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    var options = TestOptions.local(Services.get().freshDatabase()).set("stream-rules", OPEN);
    node = Boardcast.deploy(vertx, options, Boards.BUILT_IN).await(60, TimeUnit.SECONDS);
    nginx = Nginx.start(CONFIG, directory, direct(""), direct(""));
  }

  @AfterAll
  void stop() throws Exception {
    if (nginx != null) nginx.close();
    if (node != null) node.close().await(30, TimeUnit.SECONDS);
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void manyPollersShareRequestsAndGoOverToConnections() throws Exception {
    int pollers = 20;
    int events = 80;
    String offset = end("shared");
    int before = nginx.sent().size();
    Process program =
        new ProcessBuilder(
                "node",
                PROGRAM.toString(),
                nginx.uri("").toString(),
                "shared",
                offset,
                Integer.toString(pollers),
                Integer.toString(events / 2),
                Integer.toString(events))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      for (int n = 0; n < events; n++) publish("shared", n);
      String said = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      JsonNode report = Json.MAPPER.readTree(said);
      List<Integer> expected = IntStream.range(0, events).boxed().toList();
      assertEquals(pollers, report.get("seen").size());
      for (JsonNode seen : report.get("seen")) {
        assertEquals(expected, Json.MAPPER.convertValue(seen, List.class));
      }
      assertEquals(0, report.get("gaps").asInt());
      assertEquals("[]", report.get("problems").toString());
      long sent =
          nginx.sent().stream().skip(before).filter(line -> line.contains("/events?")).count();
      assertTrue(
          2 * sent < report.get("requests").asInt(),
          sent + " of " + report.get("requests") + " requests reached the node");
    } finally {
      program.destroyForcibly();
    }
  }

  @Test
  void aPageGoesOverToASocketAndBack() throws Exception {
    try (var browser = Browser.start()) {
      Page page = browser.page();
      page.navigate(nginx.uri("/"));
      page.await("document.readyState === 'complete' && location.protocol === 'http:'");
      assertEquals("paged", page.eval(POLL).asText());
      page.await("totals.length");
      int total = page.eval("totals.at(-1)").asInt();
      decide();
      publish("paged", 0, 20);
      page.await("seen.length >= 20 && totals.at(-1) === " + (total + 1));
      publish("paged", 20, 25);
      page.eval("window.client = poll.move(connectTo); 0");
      publish("paged", 25, 30);
      page.await("seen.length >= 30 && client.state === 'live'");
      assertEquals("websocket", page.eval("client.status.transport").asText());
      decide();
      publish("paged", 30, 40);
      page.await("seen.length >= 40 && totals.at(-1) === " + (total + 2));
      page.eval("follow(client.offsets); client.close(); 0");
      publish("paged", 40, 60);
      page.await("seen.length >= 60");
      assertEquals(
          IntStream.range(0, 60).boxed().toList(),
          Json.MAPPER.convertValue(page.eval("seen"), List.class));
      assertEquals("[]", page.eval("wrong").toString());
    }
  }

  private void publish(String stream, int from, int to) throws Exception {
    for (int n = from; n < to; n++) publish(stream, n);
  }

  private void publish(String stream, int n) throws Exception {
    String event = "{\"type\":\"t\",\"data\":{\"n\":%d}}".formatted(n);
    post("/api/v1/streams/" + stream + "/events", event);
  }

  private void decide() throws Exception {
    post("/routing/decisions", "{\"strategy\":\"s\",\"provider\":\"p\",\"cost\":0.0001}");
  }

  private void post(String path, String body) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(direct(path))
            .header("Authorization", "Bearer " + ADMIN)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertEquals(201, answer.statusCode(), answer.body());
  }

  /** The offset behind the last event. */
  private String end(String stream) throws Exception {
    URI uri = direct("/api/v1/streams/" + stream + "/events?before=end&limit=1");
    var request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build();
    String body = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    return Json.MAPPER.readTree(body).get("next").asText();
  }

  private URI direct(String path) {
    return URI.create("http://127.0.0.1:" + node.httpPort() + path);
  }
}
