package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.gateway.GatewayFixture;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.ForeignClient;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * WebSocket and HTTP clients of other makers connect, subscribe, publish, resume and are closed, at
 * both ports, with permessage-deflate and without, as far as they have it.
 */
@Timeout(300)
class ClientLibrariesIT {
  private static final String TOKEN = Person.of("ann").token();
  private static final String ADMIN = Person.of("root").with("admin", "publish").token();
  private static Vertx vertx;
  private static Boardcast node;
  private static int streams;

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    var options =
        TestOptions.local(Services.get().freshDatabase()).set("gateway-compression", "on");
    node = GatewayFixture.await(Boardcast.deploy(vertx, options, Boards.BUILT_IN));
  }

  @AfterAll
  static void stop() {
    if (node != null) GatewayFixture.await(node.close());
    GatewayFixture.await(vertx.close());
  }

  @ParameterizedTest
  @CsvSource({
    "PYTHON, websockets, deflate",
    "PYTHON, websockets, plain",
    "PYTHON, aiohttp, deflate",
    "PYTHON, aiohttp, plain",
    "NODE, ws, deflate",
    "NODE, ws, plain",
    "NODE, undici, deflate",
    "GO, gorilla, deflate",
    "GO, gorilla, plain",
    "GO, nethttp, plain",
    "CURL, curl, plain",
  })
  void aClientOfAnotherMakerDoesItAll(ForeignClient program, String client, String mode)
      throws Exception {
    program.prepare();
    for (int port : List.of(node.httpPort(), node.gatewayPort())) {
      String output =
          program.run(
              client,
              "ws://127.0.0.1:" + port,
              // Of the gateway's port only the stream would be there.
              "http://127.0.0.1:" + node.httpPort(),
              TOKEN,
              ADMIN,
              "clients-" + ++streams,
              mode);
      assertTrue(output.lines().anyMatch(line -> line.startsWith("passed")), output);
    }
  }

  /** It has no compression. */
  @Test
  void theClientOfTheJdkDoesItAll() throws Exception {
    for (int port : List.of(node.httpPort(), node.gatewayPort())) {
      String stream = "clients-" + ++streams;
      var first = new JdkSocket(port, "/ws?topics=" + stream);
      first.next("connection_ack");
      first.next("subscribed");
      publish(stream, 1);
      JsonNode event = first.next("note");
      assertEquals(1, event.at("/data/n").asInt());
      first.socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(20, TimeUnit.SECONDS);
      assertEquals(WebSocket.NORMAL_CLOSURE, first.next("closed").get("code").asInt());
      publish(stream, 2);

      var second = new JdkSocket(port, "/ws?topics=");
      String session = second.next("connection_ack").get("session").asText();
      String topic = "{\"topic\":\"" + stream + "\",\"since\":" + event.get("offset") + "}";
      second
          .socket
          .sendText("{\"type\":\"subscribe\",\"topics\":[" + topic + "]}", true)
          .get(20, TimeUnit.SECONDS);
      assertTrue(second.next("subscribed").get("recovered").asBoolean());
      assertEquals(2, second.next("note").at("/data/n").asInt());
      call("DELETE", "/api/v1/admin/sessions/" + session, HttpRequest.BodyPublishers.noBody());
      assertEquals(4403, second.next("closed").get("code").asInt());
    }
  }

  private static void publish(String stream, int number) throws Exception {
    String event = "{\"type\":\"note\",\"data\":{\"n\":" + number + "}}";
    call(
        "POST",
        "/api/v1/streams/" + stream + "/events",
        HttpRequest.BodyPublishers.ofString(event));
  }

  private static void call(String method, String path, HttpRequest.BodyPublisher body)
      throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path))
            .method(method, body)
            .header("Authorization", "Bearer " + ADMIN)
            .header("Content-Type", "application/json")
            .build();
    var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    assertEquals(2, answer.statusCode() / 100, answer::body);
  }

  /** A WebSocket of the JDK; its close is a message of the type {@code closed}. */
  private static final class JdkSocket implements WebSocket.Listener {
    private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket socket;

    JdkSocket(int port, String path) throws Exception {
      socket =
          HttpClient.newHttpClient()
              .newWebSocketBuilder()
              .subprotocols("boardcast.v1", "bearer." + TOKEN)
              .buildAsync(URI.create("ws://127.0.0.1:" + port + path), this)
              .get(20, TimeUnit.SECONDS);
      assertEquals("boardcast.v1", socket.getSubprotocol());
    }

    JsonNode next(String type) throws InterruptedException {
      JsonNode message = messages.poll(20, TimeUnit.SECONDS);
      assertEquals(type, message.get("type").asText(), message::toString);
      return message;
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      partial.append(data);
      if (last) add(partial.toString());
      from.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      add("{\"type\":\"closed\",\"code\":" + code + "}");
      return null;
    }

    private void add(String json) {
      partial.setLength(0);
      try {
        messages.add(Json.MAPPER.readTree(json));
      } catch (java.io.IOException notJson) {
        throw new AssertionError(json, notJson);
      }
    }
  }
}
