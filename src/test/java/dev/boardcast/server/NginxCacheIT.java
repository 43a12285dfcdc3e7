package dev.boardcast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.Boardcast;
import dev.boardcast.Boards;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.StreamRules;
import dev.boardcast.testing.Nginx;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.PollCrowd;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestOptions;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node behind an nginx with the caching configuration of the product. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NginxCacheIT {
  private static final Path CONFIG = Path.of("src/main/docker/nginx-cache.conf");
  private static final String ADMIN = Person.of("root").with("admin", "ingest", "publish").token();
  private static final String OPEN =
      """
      [{"streams": "*", "subscribe": "public", "publish": "role:publish"}]""";
  private static final String CLOSED =
      """
      [{"streams": "*", "subscribe": "authenticated", "publish": "role:publish"}]""";
  private static final String FILE_BOARD =
      """
      name: counted%1$d
      title: Counted %1$d
      triggers: {facts: [routing_decision]}
      numbers: SELECT count(*) AS n FROM routing_decision
      metrics:
        n: {label: N, unit: count, kind: gauge}
      """;

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<String> boards = new ArrayList<>();
  private Boardcast node;
  private Nginx nginx;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    Path files = Files.createDirectory(directory.resolve("boards"));
    for (int i = 0; i < 6; i++) {
      Files.writeString(files.resolve("counted" + i + ".yaml"), FILE_BOARD.formatted(i));
      boards.add("/api/v1/boards/counted" + i);
    }
    for (String name : List.of("routing", "pipeline", "platform", "analysis")) {
      boards.add("/api/v1/boards/" + name);
    }
    var options = TestOptions.local(Services.get().freshDatabase()).set("stream-rules", OPEN);
    List<BoardModule> modules = new ArrayList<>(Boards.BUILT_IN);
    modules.addAll(Boards.ofFiles(files));
    node = Boardcast.deploy(vertx, options, modules).await(60, TimeUnit.SECONDS);
    Path own = Files.createDirectory(directory.resolve("nginx"));
    nginx = Nginx.start(CONFIG, own, direct(""), direct(""));
    for (String board : boards) {
      Awaitility.await().until(() -> get(direct(board), null).statusCode() == 200);
    }
  }

  @AfterAll
  void stop() throws Exception {
    if (nginx != null) nginx.close();
    if (node != null) node.close().await(30, TimeUnit.SECONDS);
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void aThousandPollersCostTheNodeAFewRequestsAndSeeEachEventOnceInOrder() throws Exception {
    int pollers = 1_000;
    int events = 60;
    String stream = "/api/v1/streams/crowd/events";
    String start = end(stream);
    int before = nginx.sent().size();
    long began = System.nanoTime();
    var published = new AtomicInteger();
    var publisher = Executors.newSingleThreadScheduledExecutor();
    try (var crowd =
        new PollCrowd(nginx.uri(""), boards, stream, start, pollers, 200, Duration.ofMillis(400))) {
      crowd.expect(events);
      publisher.scheduleAtFixedRate(
          () -> {
            if (published.get() == events) return;
            assertEquals(201, publish("crowd", published.get()).statusCode());
            published.incrementAndGet();
          },
          0,
          50,
          TimeUnit.MILLISECONDS);
      crowd.run(Duration.ofSeconds(90));
      double seconds = (System.nanoTime() - began) / 1e9;
      List<String> sent = nginx.sent().subList(before, nginx.sent().size());

      assertEquals(pollers, crowd.complete(), "of " + events + " events");
      assertTrue(crowd.requests() > 4L * pollers, crowd.requests() + " requests");
      assertTrue(crowd.unchanged() > 0);
      assertTrue(
          sent.size() <= 30 * seconds,
          () -> "%d requests in %.1f s: %s".formatted(sent.size(), seconds, sent));
    } finally {
      publisher.shutdownNow();
    }
  }

  @Test
  void pollersOfOneOffsetShareOneRequestThatWaits() throws Exception {
    String stream = "/api/v1/streams/shared/events";
    String poll = poll(stream, end(stream), "now").get("poll").asText();
    URI waiting = nginx.uri(query(stream, end(stream), poll));
    int before = nginx.sent().size();
    var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    for (int i = 0; i < 20; i++) {
      answers.add(
          http.sendAsync(
              HttpRequest.newBuilder(waiting).build(), HttpResponse.BodyHandlers.ofString()));
    }
    publish("shared", 7);
    for (var answer : answers) {
      JsonNode page = Json.MAPPER.readTree(answer.get(30, TimeUnit.SECONDS).body());
      assertEquals(7, page.at("/events/0/data/n").asInt(), page.toString());
      assertEquals(1, page.get("events").size());
    }
    assertEquals(1, nginx.sent().size() - before);
  }

  @Test
  void aPollerMovesToASocketAtItsOffset() throws Exception {
    String stream = "/api/v1/streams/moved/events";
    String offset = end(stream);
    String poll = "now";
    for (int n = 0; n < 10; n++) publish("moved", n);
    var seen = new ArrayList<Integer>();
    while (seen.size() < 10) {
      JsonNode page = poll(stream, offset, poll);
      page.get("events").forEach(event -> seen.add(event.at("/data/n").asInt()));
      offset = page.get("next").asText();
      poll = page.get("poll").asText();
    }
    for (int n = 10; n < 15; n++) publish("moved", n);
    try (var socket =
        WsClient.connect(vertx, nginx.uri("/ws?topics=").toString().replace("http", "ws"))) {
      socket.send(
          "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"moved\",\"since\":\"%s\"}]}"
              .formatted(offset));
      assertTrue(socket.next("subscribed").get("recovered").asBoolean());
      for (int n = 15; n < 20; n++) publish("moved", n);
      while (seen.size() < 20) seen.add(socket.next("t").at("/data/n").asInt());
    }
    assertEquals(IntStream.range(0, 20).boxed().toList(), seen);
  }

  @Test
  void whatOnlySomeMaySeeIsNotKept() throws Exception {
    String tasks = "/api/v1/streams/tasks/events";
    for (int i = 0; i < 2; i++) {
      var own = get(nginx.uri(tasks), ADMIN);
      assertEquals(200, own.statusCode());
      assertEquals("no-store", own.headers().firstValue("Cache-Control").orElseThrow());
      assertEquals("BYPASS", own.headers().firstValue("X-Cache").orElseThrow());
      assertEquals(401, get(nginx.uri(tasks), null).statusCode());
    }
  }

  @Test
  void whenAStreamIsClosedNobodyReadsWhatComesLater() throws Exception {
    String stream = "/api/v1/streams/closing/events";
    String offset = end(stream);
    publish("closing", 1);
    JsonNode page = poll(stream, offset, "now");
    URI waiting = nginx.uri(query(stream, page.get("next").asText(), page.get("poll").asText()));
    var waits =
        http.sendAsync(
            HttpRequest.newBuilder(waiting).build(), HttpResponse.BodyHandlers.ofString());
    Awaitility.await().until(this::somebodyWaits);
    node.streamRules(StreamRules.parse(CLOSED));
    try {
      assertEquals(401, waits.get(30, TimeUnit.SECONDS).statusCode());
      publish("closing", 2);
      Awaitility.await()
          .untilAsserted(() -> assertEquals(401, get(nginx.uri(stream), null).statusCode()));
      var read = get(nginx.uri(stream), ADMIN);
      Awaitility.await().until(() -> get(nginx.uri(stream), ADMIN).body().contains("\"n\":2"));
      assertEquals("no-store", read.headers().firstValue("Cache-Control").orElseThrow());
      assertFalse(get(waiting, null).body().contains("\"n\":2"));
      assertEquals(401, get(waiting, null).statusCode());
    } finally {
      node.streamRules(StreamRules.parse(OPEN));
    }
  }

  private boolean somebodyWaits() throws Exception {
    return get(direct("/metrics"), null)
        .body()
        .lines()
        .anyMatch(line -> line.matches("boardcast_streams_waiting\\{.*} 1.0"));
  }

  private JsonNode poll(String stream, String offset, String poll) throws Exception {
    var answer = get(nginx.uri(query(stream, offset, poll)), null);
    assertEquals(200, answer.statusCode(), answer.body());
    return Json.MAPPER.readTree(answer.body());
  }

  private static String query(String stream, String offset, String poll) {
    return stream + "?after=" + offset.replace(":", "%3A") + "&poll=" + poll;
  }

  /** The offset behind the last event. */
  private String end(String stream) throws Exception {
    var last = get(direct(stream + "?before=end&limit=1"), ADMIN);
    return Json.MAPPER.readTree(last.body()).get("next").asText();
  }

  private HttpResponse<String> publish(String stream, int n) {
    String event = "{\"type\":\"t\",\"data\":{\"n\":%d}}".formatted(n);
    var request =
        HttpRequest.newBuilder(direct("/api/v1/streams/" + stream + "/events"))
            .header("Authorization", "Bearer " + ADMIN)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(event));
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private HttpResponse<String> get(URI uri, String token) throws Exception {
    var request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30));
    if (token != null) request.header("Authorization", "Bearer " + token);
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private URI direct(String path) {
    return URI.create("http://127.0.0.1:" + node.httpPort() + path);
  }
}
