package dev.boardcast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.boardcast.Boardcast;
import dev.boardcast.Boards;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TestOptions;
import dev.boardcast.testing.WsClient;
import dev.boardcast.web.AccessLog;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** What the log of a node tells of its requests. */
@Timeout(120)
class RequestLogIT {
  private static final String TOKEN = Person.of("ann").token();

  private final Vertx vertx = Vertx.vertx();
  private final DatabaseConfig db = Services.get().freshDatabase();
  private final Lines lines = new Lines();
  private final Runnable uninstall = LogContext.install();
  private Boardcast node;

  @BeforeEach
  void start() throws Exception {
    var options = TestOptions.local(db).set("http-access-log", "on");
    node = await(Boardcast.deploy(vertx, options, Boards.BUILT_IN));
  }

  @AfterEach
  void stop() throws Exception {
    await(node.close());
    await(vertx.close());
    uninstall.run();
    lines.end();
  }

  @Test
  void aFailureIsLoggedWithTheIdThatTheClientGot() throws Exception {
    new Sql(db.postgresUri()).run("ALTER TABLE task RENAME TO task_away");
    HttpResponse<String> failed =
        get("/api/v1/tasks/1c9c7b4e-0b8e-4d2c-8f1e-5a8f3c2b1a00", "my.id");
    assertEquals(500, failed.statusCode(), failed.body());
    assertEquals("my.id", failed.headers().firstValue("X-Request-Id").orElseThrow());
    var problem = new ObjectMapper().readTree(failed.body());
    assertEquals("my.id", problem.path("request_id").asText());
    assertEquals("my.id", requestOf(lines.first(line -> line.getLevel() == Level.ERROR)));
  }

  @Test
  void requestsThatAreHandledAtOneTimeHaveTheirOwnIds() throws Exception {
    var client = HttpClient.newHttpClient();
    new Sql(db.postgresUri()).run("ALTER TABLE task RENAME TO task_away");
    var sent = new CopyOnWriteArrayList<String>();
    var all =
        IntStream.range(0, 40)
            .mapToObj(
                i -> {
                  sent.add("id-" + i);
                  return client.sendAsync(
                      request("/api/v1/tasks/1c9c7b4e-0b8e-4d2c-8f1e-5a8f3c2b1a00", "id-" + i),
                      HttpResponse.BodyHandlers.ofString());
                })
            .toList();
    for (var each : all) assertEquals(500, each.get(30, TimeUnit.SECONDS).statusCode());
    Awaitility.await()
        .untilAsserted(
            () ->
                assertEquals(
                    sent.stream().sorted().toList(),
                    lines.all(line -> line.getLevel() == Level.ERROR).stream()
                        .map(RequestLogIT::requestOf)
                        .sorted()
                        .toList()));
  }

  @Test
  void eachRequestIsALineWithoutQueryTokenAndUser() throws Exception {
    get("/api/v1/boards/routing?compare=previous&secret=hunter2", "one");
    get("/no/such/path?secret=hunter2", "two");
    HttpResponse<String> listed = get("/api/v1/tasks", "three");
    Map<String, String> board = fields(lineOf("one"));
    assertEquals("GET", board.get("method"));
    assertEquals("/api/v1/boards/:name", board.get("path"));
    assertEquals("400", board.get("status"));
    assertEquals("-", fields(lineOf("two")).get("path"));
    assertEquals("404", fields(lineOf("two")).get("status"));
    Map<String, String> tasks = fields(lineOf("three"));
    assertEquals("200", tasks.get("status"));
    assertEquals(Integer.toString(listed.body().length()), tasks.get("bytes"));
    assertTrue(Double.parseDouble(tasks.get("ms")) >= 0);
    // printf ann | sha256sum | cut -c1-12
    assertEquals("49915e0d7d4b", tasks.get("user"));
    for (ILoggingEvent each : lines.all(line -> true)) {
      String whole = each.getFormattedMessage() + each.getKeyValuePairs();
      assertFalse(whole.contains("hunter2"), whole);
      assertFalse(whole.contains(TOKEN), whole);
      assertFalse(whole.contains("\"ann\""), whole);
    }
  }

  @Test
  void handshakesAreLines() throws Exception {
    String url = "ws://127.0.0.1:" + node.httpPort() + "/ws?topics=";
    WsClient client =
        WsClient.connect(vertx, url + "routing", Map.of("X-Request-Id", "ws"), List.of());
    Map<String, String> opened = fields(lineOf("ws"));
    assertEquals("/ws", opened.get("path"));
    assertEquals("101", opened.get("status"));
    client.close();
    assertThrows(
        IllegalStateException.class,
        () ->
            WsClient.connect(
                vertx,
                url.replace("/ws?", "/ws/metrics/hunter2?"),
                Map.of("X-Request-Id", "unknown"),
                List.of()));
    assertEquals("/ws/metrics/:board", fields(lineOf("unknown")).get("path"));
    assertEquals("404", fields(lineOf("unknown")).get("status"));
    HttpRequest plain = request("/ws", "plain");
    HttpClient.newHttpClient().send(plain, HttpResponse.BodyHandlers.ofString());
    assertEquals("426", fields(lineOf("plain")).get("status"));
  }

  private ILoggingEvent lineOf(String id) {
    return lines.first(
        line -> line.getLoggerName().equals(AccessLog.LOGGER) && id.equals(requestOf(line)));
  }

  private static String requestOf(ILoggingEvent line) {
    return line.getMDCPropertyMap().get("request");
  }

  private static Map<String, String> fields(ILoggingEvent line) {
    return line.getKeyValuePairs().stream()
        .collect(Collectors.toMap(pair -> pair.key, pair -> pair.value.toString()));
  }

  private HttpResponse<String> get(String path, String id) throws Exception {
    return HttpClient.newHttpClient().send(request(path, id), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest request(String path, String id) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path))
        .header("Authorization", "Bearer " + TOKEN)
        .header("X-Request-Id", id)
        .build();
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  /** The lines of the log, with their context as it was when they were written. */
  private static final class Lines extends AppenderBase<ILoggingEvent> {
    private final Logger access = (Logger) LoggerFactory.getLogger(AccessLog.LOGGER);
    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final List<ILoggingEvent> written = new CopyOnWriteArrayList<>();

    Lines() {
      access.setLevel(Level.INFO);
      start();
      root.addAppender(this);
    }

    void end() {
      root.detachAppender(this);
      access.setLevel(null);
    }

    @Override
    protected void append(ILoggingEvent line) {
      line.prepareForDeferredProcessing();
      written.add(line);
    }

    List<ILoggingEvent> all(Predicate<ILoggingEvent> which) {
      return written.stream().filter(which).toList();
    }

    ILoggingEvent first(Predicate<ILoggingEvent> which) {
      return Awaitility.await().until(() -> all(which), found -> !found.isEmpty()).get(0);
    }
  }
}
