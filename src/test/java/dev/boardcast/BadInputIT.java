package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.auth.Tokens;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.Visibility;
import dev.boardcast.testing.ApiDescription;
import dev.boardcast.testing.BadInput;
import dev.boardcast.testing.BadSocket;
import dev.boardcast.testing.BadTokens;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TableDigests;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A whole node answers every row of {@code bad-input.txt} as expected, and changes nothing. */
@Timeout(60)
class BadInputIT {
  private static final ApiDescription HTTP = new ApiDescription("openapi.yaml");
  private static final ApiDescription SOCKETS = new ApiDescription("asyncapi.yaml");
  // Rejected by the HTTP server itself, before routing.
  private static final List<Integer> UNREADABLE = List.of(414, 431);

  @TempDir static Path files;
  private static final Map<String, String> TOKENS = new HashMap<>();
  private static final Map<String, String> NAMES = new HashMap<>();
  private static Vertx vertx;
  private static Boardcast node;
  private static WebClient client;
  private static TableDigests digest;

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    client = WebClient.create(vertx);
    var db = Services.get().freshDatabase();
    var known = Tokens.rsa();
    Path key = Files.writeString(files.resolve("known.pem"), Tokens.pem(known.getPublic()));
    var options = TestOptions.local(db).set("jwt-keys", key.toString());
    node = await(Boardcast.deploy(vertx, guarded(options), Boards.BUILT_IN));
    digest = new TableDigests(new Sql(db.postgresUri()));

    TOKENS.putAll(BadTokens.all(known));
    TOKENS.put("ann", Person.of("ann", "red").token());
    TOKENS.put("red-member", Person.of("red-member", "red").token());
    TOKENS.put("eve", Person.of("eve", "blue").token());
    TOKENS.put("sender", Person.of("sender").with("ingest").token());
    TOKENS.put("viewer", Person.of("vic").with("viewer").token());
    TOKENS.put("root", Person.of("root").with("admin").token());
    TOKENS.put("publisher", Person.of("publisher").with("publish").token());
    NAMES.put("task", made("ann", "/api/v1/tasks", "{\"title\":\"t\",\"team_id\":\"red\"}"));
    NAMES.put("theirs", made("eve", "/api/v1/tasks", "{\"title\":\"t\"}"));
    NAMES.put("team", made("ann", "/api/v1/teams", "{\"name\":\"n\"}"));
    NAMES.put("eve", TOKENS.get("eve"));
    NAMES.put("nl", "\n");
    NAMES.put("topics", "\"t#\",");
    for (String marker : List.of("binary", "flood")) NAMES.put(marker, "‹" + marker + "›");
    // The emitter still moves the events of the created tasks, and their board counts them.
    var sql = new Sql(db.postgresUri());
    Awaitility.await().until(() -> sql.column("SELECT count(*) FROM outbox").equals(List.of("0")));
    String counted = "SELECT sum(tasks) = (SELECT count(*) FROM task) FROM task_board_created";
    Awaitility.await().until(() -> sql.column(counted).equals(List.of("t")));
  }

  @AfterAll
  static void stop() {
    if (node != null) await(node.close());
    await(vertx.close());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("requests")
  void aBadRequestIsAnsweredAndChangesNothing(BadInput bad) throws Exception {
    List<String> before = digest.compute();

    HttpResponse<Buffer> answer = send(bad);

    assertEquals(bad.answer(), Integer.toString(answer.statusCode()), answer::bodyAsString);
    int status = answer.statusCode();
    JsonNode body = Json.MAPPER.readTree(answer.bodyAsString());
    BadInput.assertNothingInternal(answer.bodyAsString());
    if (status >= 400) {
      assertEquals("application/problem+json", answer.getHeader("Content-Type"));
      assertEquals(List.of(), HTTP.schema("/components/schemas/Problem").validate(body));
      assertEquals(status, body.get("status").asInt());
      assertFalse(body.get("detail").asText().isBlank());
      assertEquals(status == 401, answer.getHeader("WWW-Authenticate") != null);
    }
    assertEquals(bad.named(), named(body), answer::bodyAsString);
    HTTP.find(bad.method(), bad.path().split("\\?")[0])
        .filter(operation -> !UNREADABLE.contains(status))
        .ifPresent(
            operation ->
                assertTrue(
                    operation.responses().has(bad.answer()), operation + " does not say so"));
    assertEquals(before, digest.compute());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sockets")
  void aBadSocketIsAnsweredAtBothPortsAndChangesNothing(BadInput bad) throws Exception {
    List<String> before = digest.compute();
    for (int port : List.of(node.httpPort(), node.gatewayPort())) {
      new BadSocket(vertx, "ws://127.0.0.1:" + port, headers(bad), bad).assertAnswered();
    }
    assertEquals(before, digest.compute());
  }

  @Test
  void theTableCoversEveryOperationAndEveryMessageOfClients() throws Exception {
    List<BadInput> table = BadInput.table(NAMES);
    assertTrue(table.size() >= 60, () -> "only " + table.size());
    var left = new TreeSet<String>();
    HTTP.operations().forEach(operation -> left.add(operation.name()));
    for (BadInput bad : table) {
      HTTP.find(bad.method(), bad.path().split("\\?")[0]).ifPresent(it -> left.remove(it.name()));
    }
    assertEquals(new TreeSet<String>(), left, "operations without bad input");
    for (String message :
        List.of("subscribe", "unsubscribe", "publish", "ping", "auth", "state", "history")) {
      assertTrue(table.stream().anyMatch(bad -> bad.sent().contains("\"type\":\"" + message)));
    }
  }

  @Test
  void whatClosesANativeSessionAsMalformedIsNotDescribedAsAMessage() throws Exception {
    for (BadInput bad : BadInput.table(NAMES)) {
      if (!bad.path().startsWith("/ws?") || !bad.answer().equals("close 4400")) continue;
      JsonNode said;
      try {
        said = Json.MAPPER.readTree(bad.bytes());
      } catch (IOException notJson) {
        continue;
      }
      for (String message : List.of("subscribe", "unsubscribe", "ping", "auth")) {
        var schema = SOCKETS.schema("/components/messages/" + message + "/payload");
        assertFalse(schema.validate(said).isEmpty(), () -> bad + " is a good " + message);
      }
    }
  }

  static List<BadInput> requests() throws Exception {
    return BadInput.table(NAMES).stream().filter(bad -> !bad.isSocket()).toList();
  }

  static List<BadInput> sockets() throws Exception {
    return BadInput.table(NAMES).stream().filter(BadInput::isSocket).toList();
  }

  private static HttpResponse<Buffer> send(BadInput bad) {
    var request =
        client.request(HttpMethod.valueOf(bad.method()), node.httpPort(), "127.0.0.1", bad.path());
    headers(bad).forEach(request::putHeader);
    if (bad.bytes().length > 0 && !bad.headers().containsKey("Content-Type")) {
      request.putHeader("Content-Type", "application/json");
    }
    return await(request.sendBuffer(Buffer.buffer(bad.bytes())));
  }

  private static Map<String, String> headers(BadInput bad) {
    var headers = new HashMap<>(bad.headers());
    String token = TOKENS.get(bad.who());
    assertTrue(token != null || bad.who().equals("nobody"), bad::who);
    if (token != null) headers.put("Authorization", "Bearer " + token);
    return headers;
  }

  /** The fields of a problem, or lines and fields of a batch, separated by commas. */
  private static String named(JsonNode body) {
    var named = new ArrayList<String>();
    for (JsonNode error : body.path("errors")) {
      String line = error.has("line") ? error.get("line").asText() + " " : "";
      named.add(line + error.get("field").asText());
    }
    return String.join(",", named);
  }

  private static String made(String who, String path, String json) {
    var answer =
        await(
            client
                .post(node.httpPort(), "127.0.0.1", path)
                .bearerTokenAuthentication(TOKENS.get(who))
                .putHeader("Content-Type", "application/json")
                .sendBuffer(Buffer.buffer(json)));
    assertEquals(201, answer.statusCode(), answer::bodyAsString);
    return answer.getHeader("Location");
  }

  private static BoardcastOptions guarded(BoardcastOptions open) {
    return open.visibility("inner.*", Visibility.AUTHENTICATED)
        .visibility("vip.*", Visibility.parse("role:vip"));
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.await(30, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError("not within 30 s", late);
    }
  }
}
