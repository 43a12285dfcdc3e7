package dev.boardcast;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.ApiDescription;
import dev.boardcast.testing.ApiDescription.Operation;
import dev.boardcast.testing.BadInput;
import dev.boardcast.testing.OperationRequests;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.SchemaValues;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TableDigests;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every operation of {@code openapi.yaml}, found by reading it. */
@Timeout(60)
class EveryOperationIT {
  private static final ApiDescription DESCRIPTION = new ApiDescription("openapi.yaml");
  private static final SchemaValues VALUES = new SchemaValues(DESCRIPTION, new Random(20260131));
  // Words of the JSON library, and of programs in general.
  private static final Pattern FOREIGN =
      Pattern.compile(
          "(?i)jackson|fasterxml|unexpected (character|end|token)|deseriali|cannot coerce|cannot construct"
              + "|unrecognized|\\bjava\\b|exception|\\btoken\\b|codepoint|ctrl-char|pojo|\\bnull value\\b");
  private static final String ROOT = Person.of("root").with("admin", "ingest", "publish").token();

  private static final String DECLARED =
      """
      version: 2
      name: declared
      title: Declared
      facts: {at: time, amount: {type: decimal, required: false}}
      time: at
      metrics: {amount: {sum: amount, label: Amount}}
      """;

  @TempDir private static Path directory;
  private static final Map<String, String> IDS = new LinkedHashMap<>();
  private static Vertx vertx;
  private static Boardcast node;
  private static WebClient client;
  private static TableDigests digests;

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    client = WebClient.create(vertx);
    var db = Services.get().freshDatabase();
    Files.writeString(directory.resolve("declared.yaml"), DECLARED);
    var modules = new ArrayList<BoardModule>(Boards.BUILT_IN);
    modules.addAll(Boards.ofFiles(directory));
    node = Api.await(Boardcast.deploy(vertx, TestOptions.local(db), modules));
    var sql = new Sql(db.postgresUri());
    digests = new TableDigests(sql);
    IDS.put("/api/v1/tasks/{id}", made("/api/v1/tasks", "{\"title\":\"t\"}"));
    IDS.put("/api/v1/teams/{id}", made("/api/v1/teams", "{\"name\":\"n\"}"));
    IDS.put("/api/v1/topics/{id}", made("/api/v1/topics", "{\"name\":\"n\"}"));
    Awaitility.await().until(() -> sql.column("SELECT count(*) FROM outbox").equals(List.of("0")));
    // The topic is counted when its change was folded.
    Awaitility.await()
        .until(() -> !sql.column("SELECT count(*) FROM analysis_count").equals(List.of("0")));
  }

  @AfterAll
  static void stop() {
    Api.await(node.close());
    Api.await(vertx.close());
  }

  static List<Operation> operations() {
    return DESCRIPTION.operations();
  }

  static Stream<Operation> withBody() {
    return operations().stream().filter(one -> OperationRequests.bodySchema(one).isPresent());
  }

  @ParameterizedTest
  @MethodSource("operations")
  void unknownQueryParametersAreRefusedOrIgnoredAsDescribed(Operation operation) {
    if (operation.name().equals("followTopics")) return; // Of the gateway: SseRequestIT.
    String rule = operation.node().path("x-unknown-parameters").asText();
    var answer = send(operation, "?nosuch=1", "application/json", bytes("{}"));
    boolean isNamed = named(answer).equals("nosuch");
    switch (rule) {
      case "refused" -> {
        assertEquals(400, answer.statusCode(), answer::bodyAsString);
        assertTrue(isNamed, answer::bodyAsString);
        assertTrue(answer.bodyAsString().contains("no "), answer::bodyAsString);
      }
      case "ignored", "ignored without from and to" -> assertFalse(isNamed, answer::bodyAsString);
      default -> throw new AssertionError("no rule is called " + rule);
    }
    if (rule.endsWith("from and to")) {
      assertEquals("nosuch", named(send(operation, "?nosuch=1&from=2026-01-01", null, bytes(""))));
    }
    assertDescribed(operation, answer);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void blankQueryParametersAreNotAbsentOnes(Operation operation) {
    for (JsonNode each : operation.node().path("parameters")) {
      JsonNode parameter = VALUES.resolved(each);
      if (!parameter.path("in").asText().equals("query")) continue;
      String name = parameter.get("name").asText();
      if (operation.name().equals("followTopics")) continue; // No topics, no token: a use of it.
      // Texts that nothing has are no error: the page is empty.
      if (operation.name().equals("listSessions") && !name.matches("after|limit")) continue;
      for (String blank : List.of("", "%20%20")) {
        var answer = send(operation, "?" + name + "=" + blank, null, bytes(""));
        assertEquals(400, answer.statusCode(), name + answer.bodyAsString());
        assertEquals(name, named(answer));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("withBody")
  void whatIsNotJsonInUtf8IsRefused(Operation operation) throws Exception {
    ObjectNode valid = valid(operation);
    String json = valid.toString();
    List<String> before = digests.compute();
    var bodies = new LinkedHashMap<String, byte[]>();
    for (String charset : List.of("UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32LE", "UTF-32BE")) {
      bodies.put(charset, json.getBytes(Charset.forName(charset)));
      bodies.put(charset + " with a mark", ("\ufeff" + json).getBytes(Charset.forName(charset)));
    }
    bodies.put("nothing", bytes(""));
    bodies.put("blanks", bytes(" \n "));
    bodies.put("half", bytes(json.substring(0, json.length() / 2)));
    bodies.put("two objects", bytes(json + json));
    bodies.put("text after it", bytes(json + " x"));
    bodies.put("a field twice", bytes("{" + first(valid) + "," + json.substring(1)));
    bodies.put("a comma at the end", bytes(json.substring(0, json.length() - 1) + ",}"));
    bodies.put("single quotes", bytes(json.replace('"', '\'')));
    bodies.put("no quotes", bytes("{a:1}"));
    bodies.put("a comment", bytes("/* a */" + json));
    bodies.put("NaN", bytes("{\"x\":NaN}"));
    bodies.put("Infinity", bytes("{\"x\":-Infinity}"));
    for (String number : List.of("01", "+1", ".5", "1.", "0x10", "1e", "--1")) {
      bodies.put("the number " + number, bytes("{\"x\":" + number + "}"));
    }
    bodies.put("a line end in a text", bytes("{\"x\":\"a\nb\"}"));
    bodies.put("NUL in a text", bytes("{\"x\":\"a\u0000b\"}"));
    bodies.put("NUL after it", bytes(json + "\u0000"));
    bodies.put("an unknown escape", bytes("{\"x\":\"\\q\"}"));
    bodies.put("half an escape", bytes("{\"x\":\"\\u12\"}"));
    bodies.put("a byte that is not UTF-8", ("{\"x\":\"\u00ff\"}").getBytes(ISO_8859_1));
    bodies.put("overlong UTF-8", ("{\"x\":\"\u00c0\u0080\"}").getBytes(ISO_8859_1));
    bodies.put("surrogates in UTF-8", ("{\"x\":\"\u00ed\u00a0\u0080\"}").getBytes(ISO_8859_1));
    bodies.put("deep arrays", bytes("{\"x\":" + "[".repeat(5_000)));
    bodies.put("deep objects", bytes("{\"x\":".repeat(5_000)));
    bodies.put("a long number", bytes("{\"x\":" + "9".repeat(20_000) + "}"));
    bodies.put("null", bytes("null"));
    bodies.put("a number", bytes("7"));
    bodies.put("a text", bytes("\"x\""));
    bodies.forEach(
        (says, body) -> {
          var answer = send(operation, "", "application/json", body);
          assertEquals(400, answer.statusCode(), () -> says + ": " + answer.bodyAsString());
          assertOwnWords(says, answer);
        });
    for (String wide : List.of("utf-16", "UTF-32LE")) {
      var answer = send(operation, "", "application/json;charset=" + wide, bytes(json));
      assertEquals(415, answer.statusCode(), answer::bodyAsString);
    }
    assertEquals(before, digests.compute());
  }

  @ParameterizedTest
  @MethodSource("withBody")
  void everyFieldOfAWrongKindIsNamed(Operation operation) throws Exception {
    JsonNode schema = VALUES.resolved(OperationRequests.bodySchema(operation).orElseThrow());
    List<String> before = digests.compute();
    for (var field : schema.path("properties").properties()) {
      for (String wrong :
          List.of(
              "\"\"",
              "\"  \"",
              "\"\\u0000\"",
              "\"a\\u0000b\"",
              "\"\\ud800\"",
              "[]",
              "{}",
              "[1]",
              "true",
              "7",
              "-1",
              "1.5",
              "1e999999999",
              "9".repeat(90),
              "1e-400",
              "null")) {
        ObjectNode body = valid(operation);
        body.set(field.getKey(), Json.MAPPER.readTree("null"));
        String json =
            body.toString()
                .replaceFirst(
                    "(\"" + field.getKey() + "\":)null",
                    "$1" + java.util.regex.Matcher.quoteReplacement(wrong));
        if (isValid(operation, json, field.getValue(), wrong)) continue;
        // Without the field; then another one is missing.
        if (operation.name().equals("addRevocation") && wrong.equals("null")) continue;
        var answer = send(operation, "", "application/json", bytes(json));
        String says = field.getKey() + " " + wrong;
        assertEquals(400, answer.statusCode(), () -> says + ": " + answer.bodyAsString());
        assertTrue(
            named(answer).startsWith(field.getKey()), () -> says + ": " + answer.bodyAsString());
        assertOwnWords(says, answer);
      }
    }
    assertEquals(before, digests.compute());
  }

  /** Whether the schema allows it; NUL and broken characters never. */
  private static boolean isValid(Operation operation, String json, JsonNode schema, String wrong)
      throws Exception {
    // The validator would write the number out.
    if (wrong.contains("\\u") || wrong.startsWith("1e9")) return false;
    String type = VALUES.resolved(schema).toString();
    boolean isText = wrong.startsWith("\"");
    // Bounds that the schema has in words only.
    if (isText && wrong.isBlank()) return false;
    String pointer =
        "/paths/"
            + operation.path().replace("~", "~0").replace("/", "~1")
            + "/"
            + operation.method().toLowerCase(java.util.Locale.ROOT)
            + "/requestBody/content/application~1json/schema";
    if (type.contains("Not blank") && isText) return false;
    return DESCRIPTION.schema(pointer).validate(Json.MAPPER.readTree(json)).isEmpty();
  }

  private static void assertOwnWords(String says, HttpResponse<Buffer> answer) {
    String text = answer.bodyAsString();
    assertEquals("application/problem+json", answer.getHeader("Content-Type"), text);
    assertFalse(
        FOREIGN.matcher(text.replaceAll("\"field\":\"[^\"]*\"", "")).find(), says + ": " + text);
    BadInput.assertNothingInternal(text);
    assertFalse(named(answer).isEmpty(), says + ": " + text);
  }

  private static void assertDescribed(Operation operation, HttpResponse<Buffer> answer) {
    assertTrue(
        operation.responses().has(Integer.toString(answer.statusCode())),
        () -> operation.name() + " " + answer.statusCode() + " " + answer.bodyAsString());
  }

  private static ObjectNode valid(Operation operation) {
    JsonNode schema = OperationRequests.bodySchema(operation).orElseThrow();
    var valid = (ObjectNode) VALUES.valid(schema);
    // Of these, one alone is valid.
    if (operation.name().equals("addRevocation")) valid.retain("user", "reason").put("user", "eve");
    // Its other fields depend on one another, and labels have texts.
    if (operation.name().equals("putAlertChannel")) valid.retain("type");
    valid.remove(List.of("labels", "with"));
    // It excludes the metric.
    valid.remove("operator");
    if (operation.name().endsWith("AlertRule")) {
      valid.put("board", "routing").put("metric", "total_cost").put("condition", "above");
      valid.put("bound", 1);
    }
    if (operation.name().matches("create(Report|Analysis)Schedule")) valid.put("at", "08:00");
    // One excludes the other field for an id, a key needs another that is false.
    if (operation.name().equals("publishEvents")) valid.remove(List.of("id", "key", "durable"));
    return valid.isEmpty() ? valid(operation) : valid;
  }

  private static String first(ObjectNode object) {
    var field = object.properties().iterator().next();
    return "\"" + field.getKey() + "\":" + field.getValue();
  }

  private static HttpResponse<Buffer> send(
      Operation operation, String query, String type, byte[] body) {
    String path = operation.path();
    for (var id : IDS.entrySet()) path = path.replace(id.getKey(), id.getValue());
    path =
        path.replace("/{page}", "/boardcast.js")
            .replace(
                "boards/{name}",
                operation.name().equals("addBoardFacts") ? "boards/declared" : "boards/routing")
            .replaceAll("\\{\\w+}", "x");
    var request =
        client
            .request(
                HttpMethod.valueOf(operation.method()), node.httpPort(), "127.0.0.1", path + query)
            .bearerTokenAuthentication(ROOT);
    if (type != null) request.putHeader("Content-Type", type);
    return Api.await(request.sendBuffer(Buffer.buffer(body)));
  }

  private static String named(HttpResponse<Buffer> answer) {
    String type = String.valueOf(answer.getHeader("Content-Type"));
    if (!type.endsWith("problem+json")) return "";
    try {
      return Json.MAPPER.readTree(answer.bodyAsString()).at("/errors/0/field").asText();
    } catch (java.io.IOException notJson) {
      throw new AssertionError(answer.bodyAsString(), notJson);
    }
  }

  private static String made(String path, String json) {
    var answer =
        Api.await(
            client
                .post(node.httpPort(), "127.0.0.1", path)
                .bearerTokenAuthentication(ROOT)
                .putHeader("Content-Type", "application/json")
                .sendBuffer(Buffer.buffer(json)));
    assertEquals(201, answer.statusCode(), answer::bodyAsString);
    return answer.getHeader("Location");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
