package dev.boardcast;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.bus.Addresses;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.SseClient;
import dev.boardcast.testing.TestOptions;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** Two nodes on one event bus and one database, whose sessions operators list and end. */
@Timeout(120)
abstract class AccessCase {
  // The machine of a test has other work; RevocationBench measures.
  static final Duration WITHIN = Duration.ofSeconds(3);
  static final String ADMIN = Person.of("root").with("admin").token();
  static final String REVOCATIONS = "/api/v1/admin/revocations";
  static final String SESSIONS = "/api/v1/admin/sessions";

  final Vertx vertx = Vertx.vertx();
  final DatabaseConfig db = Services.get().freshDatabase();
  final AtomicBoolean busIsLost = new AtomicBoolean();
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Boardcast> nodes = new ArrayList<>();
  private final List<AutoCloseable> clients = new ArrayList<>();

  AccessCase() {
    vertx
        .eventBus()
        .addInboundInterceptor(
            delivery -> {
              String address = delivery.message().address();
              boolean isLost = busIsLost.get() && address.endsWith(Addresses.REVOCATIONS.name());
              if (!isLost) delivery.next();
            });
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable client : clients) client.close();
    for (Boardcast node : nodes) await(node.close());
    await(vertx.close());
  }

  BoardcastOptions options() {
    return TestOptions.local(db);
  }

  List<BoardModule> modules() {
    return Boards.BUILT_IN;
  }

  Boardcast deploy() {
    Boardcast node = await(Boardcast.deploy(vertx, options(), modules()));
    nodes.add(node);
    return node;
  }

  /** A WebSocket that is acknowledged; {@code token} may be null. */
  WsClient socket(Boardcast node, String topics, String token) {
    Map<String, String> headers =
        token == null ? Map.of() : Map.of("Authorization", "Bearer " + token);
    WsClient client =
        WsClient.connect(
            vertx,
            "ws://127.0.0.1:" + node.httpPort() + "/ws?topics=" + topics,
            headers,
            List.of());
    clients.add(client);
    return client;
  }

  /** As {@link #socket}; returns the session's id. */
  static String session(WsClient client) {
    return client.next("connection_ack").path("session").asText();
  }

  SseClient stream(Boardcast node, String topics, String token) {
    SseClient client =
        SseClient.open(
            vertx,
            "http://127.0.0.1:" + node.httpPort() + "/api/v1/stream?topics=" + topics,
            Map.of("Authorization", "Bearer " + token));
    clients.add(client);
    return client;
  }

  /** A response with its JSON body, if it has one. */
  record Answer(int status, JsonNode json) {
    String fields() {
      var names = new ArrayList<String>();
      json.path("errors").forEach(error -> names.add(error.path("field").asText()));
      return String.join(",", names);
    }
  }

  Answer get(Boardcast node, String path, String token) throws Exception {
    return send(node, "GET", path, token, null);
  }

  String text(Boardcast node, String path) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path)).build();
    return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  List<String> header(Boardcast node, String path, String token, String name) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path))
            .header("Authorization", "Bearer " + token)
            .build();
    return http.send(request, HttpResponse.BodyHandlers.discarding()).headers().allValues(name);
  }

  Answer delete(Boardcast node, String path, String token) throws Exception {
    return send(node, "DELETE", path, token, null);
  }

  Answer post(Boardcast node, String path, String token, String json) throws Exception {
    return send(node, "POST", path, token, json);
  }

  Answer send(Boardcast node, String method, String path, String token, String json)
      throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path))
            .timeout(Duration.ofSeconds(15));
    if (token != null) request.header("Authorization", "Bearer " + token);
    if (json == null) request.method(method, HttpRequest.BodyPublishers.noBody());
    else {
      request.header("Content-Type", "application/json");
      request.method(method, HttpRequest.BodyPublishers.ofString(json));
    }
    HttpResponse<String> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    return new Answer(response.statusCode(), Json.MAPPER.readTree(response.body()));
  }

  static <T> T await(Future<T> future) {
    try {
      return future.await(30, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError("not within 30 s", late);
    }
  }
}
