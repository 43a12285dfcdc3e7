package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.gateway.protocol.CloseCode;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.ApiDescription;
import dev.boardcast.testing.Cluster;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The API descriptions and the routes of the product correspond. */
@ExtendWith(VertxExtension.class)
class ApiDocsTest {
  private static final Path FRAMES = Path.of("src/test/resources/contract");

  private final ApiDescription http = new ApiDescription("openapi.yaml");
  private final ApiDescription sockets = new ApiDescription("asyncapi.yaml");

  @Test
  void everyRouteOfTheProductIsDescribedUnderItsNameAndEveryDescriptionHasARoute(Vertx vertx)
      throws Exception {
    var described = new TreeMap<String, String>();
    for (var one : http.operations()) {
      described.put(one.name(), one.method() + " " + one.path());
    }
    var mounted = new TreeMap<String, String>();
    for (Route route : router(vertx).getRoutes()) {
      if (route.getPath() == null && !route.isRegexPath())
        continue; // Middleware: matches every path.
      if (route.methods() == null) continue; // Of a WebSocket.
      for (HttpMethod method : route.methods()) {
        String path = route.getPath();
        // A regular expression has no template: its description is found by name.
        if (route.isRegexPath()) path = described.getOrDefault(route.getName(), " ").split(" ")[1];
        mounted.put(route.getName(), method + " " + path.replaceAll(":([a-z]+)", "{$1}"));
      }
    }
    assertEquals(mounted, described);
  }

  @Test
  void everyChannelHasARoute(Vertx vertx) throws Exception {
    var described = new TreeSet<String>();
    for (JsonNode channel : sockets.root().get("channels")) {
      described.add(channel.get("address").asText());
    }
    var mounted = new TreeSet<String>();
    for (Route route : router(vertx).getRoutes()) {
      if (route.getPath() != null) mounted.add(route.getPath().replaceAll(":([a-z]+)", "{$1}"));
    }
    described.removeAll(mounted);
    assertEquals(Set.of(), described);
  }

  /** An operation whose address holds free text says that it can be too long. */
  @Test
  void everyAddressWithFreeTextCanBeTooLong() {
    var silent = new TreeSet<String>();
    for (var path : http.root().get("paths")) {
      for (JsonNode operation : path) {
        if (!operation.has("responses") || operation.get("responses").has("414")) continue;
        var parameters = new ArrayList<JsonNode>();
        path.path("parameters").forEach(parameters::add);
        operation.path("parameters").forEach(parameters::add);
        if (parameters.stream().map(this::resolved).anyMatch(this::isFreeText)) {
          silent.add(operation.get("operationId").asText());
        }
      }
    }
    assertEquals(Set.of(), silent);
  }

  private boolean isFreeText(JsonNode parameter) {
    if (!Set.of("query", "path").contains(parameter.get("in").asText())) return false;
    JsonNode schema = resolved(parameter.path("schema"));
    JsonNode text = schema.has("items") ? resolved(schema.get("items")) : schema;
    return !text.has("enum")
        && !Set.of("integer", "number", "boolean").contains(text.path("type").asText())
        && !text.path("format").asText().equals("uuid");
  }

  private JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? http.root().at(node.get("$ref").asText().substring(1)) : node;
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    for (ApiDescription description : List.of(http, sockets)) {
      List<String> references = description.root().findValuesAsText("$ref");
      assertFalse(references.isEmpty());
      for (String reference : references) {
        assertTrue(reference.startsWith("#/"), reference);
        assertFalse(description.root().at(reference.substring(1)).isMissingNode(), reference);
      }
    }
  }

  @Test
  void everyFrameOfTheContractIsItsOwnMessageAndNoOtherOfItsChannel() throws IOException {
    var shown = new TreeSet<String>();
    for (Path file : frames()) {
      JsonNode frame = Json.MAPPER.readTree(file.toFile());
      String message = message(file);
      shown.add(message);
      for (String other : siblings(message)) {
        boolean fits = sockets.schema(pointer(other)).validate(frame).isEmpty();
        assertEquals(other.equals(message), fits, file.getFileName() + " as " + other);
      }
      Set<String> named = names(sockets.root().at(pointer(message)));
      if (message.equals("board-bare")) continue; // Its metrics have any names.
      for (String field : names(frame)) assertTrue(named.contains(field), file + ": " + field);
    }
    var sent = new TreeSet<>(sent());
    assertEquals(sent, shown, "messages of the server with an example");
  }

  @Test
  void everyExampleOfAClientIsAsDescribed() {
    for (var message : sockets.root().at("/components/messages").properties()) {
      for (JsonNode example : message.getValue().path("examples")) {
        var schema = sockets.schema("/components/messages/" + message.getKey() + "/payload");
        assertEquals(List.of(), schema.validate(example.get("payload")), message.getKey());
      }
    }
  }

  @Test
  void theTableOfCloseCodesIsTheProducts() {
    var described = new TreeSet<String>();
    for (JsonNode row : sockets.root().get("x-close-codes")) {
      described.add(
          row.get("code")
              + " "
              + row.get("meaning").asText()
              + " "
              + row.get("reconnect").asText());
    }
    var real = new TreeSet<String>();
    for (CloseCode code : CloseCode.values()) {
      String advice = code.reconnect().name().toLowerCase(Locale.ROOT).replace('_', ' ');
      real.add(code.number() + " " + code.reason() + " " + advice);
    }
    assertEquals(real, described);
  }

  private static Router router(Vertx vertx) throws Exception {
    var config =
        NodeOptions.of(
            BoardcastOptions.local(
                "postgresql://u:p@127.0.0.1:1/d", "redis://127.0.0.1:1", Cluster.SECRET),
            Boards.BUILT_IN);
    var inputs =
        new NodeInputs(
            vertx,
            config,
            Boards.BUILT_IN,
            Optional.of(token -> Future.failedFuture("not used")),
            Optional.empty(),
            Optional.empty(),
            Clock.systemUTC(),
            false,
            failure -> {});
    return NodeAssembly.create(inputs).await(20, TimeUnit.SECONDS).router().create(vertx);
  }

  private static List<Path> frames() throws IOException {
    try (var files = Files.list(FRAMES)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  /** The message that a file shows: the file's name begins with that of the message. */
  private String message(Path file) {
    String name = file.getFileName().toString();
    return sent().stream()
        .filter(name::startsWith)
        .max(Comparator.comparing(String::length))
        .orElseThrow(() -> new AssertionError("no message is called like " + name));
  }

  /** Messages that the server sends. */
  private Set<String> sent() {
    var names = new HashSet<String>();
    for (JsonNode operation : sockets.root().get("operations")) {
      if (!operation.get("action").asText().equals("send")) continue;
      operation.get("messages").findValuesAsText("$ref").forEach(ref -> names.add(last(ref)));
    }
    return names;
  }

  private Set<String> siblings(String message) {
    String family = message.substring(0, message.indexOf('-') + 1);
    var siblings = new TreeSet<>(sent());
    siblings.removeIf(other -> !other.startsWith(family));
    return siblings;
  }

  private String pointer(String message) {
    JsonNode at = sockets.root().at("/components/messages").get(message);
    return at.has("$ref")
        ? at.get("$ref").asText().substring(1) + "/payload"
        : "/components/messages/" + message + "/payload";
  }

  private static Set<String> names(JsonNode node) {
    var names = new TreeSet<String>();
    JsonNode of = node.has("properties") ? node.get("properties") : node;
    of.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static String last(String reference) {
    return reference.substring(reference.lastIndexOf('/') + 1);
  }
}
