package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.config.Settings;
import dev.boardcast.gateway.GatewayFixture.Address;
import dev.boardcast.gateway.GatewayFixture.Server;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.WsClient;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.parsetools.RecordParser;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Event streams over HTTP/2, several of them on one connection. */
@Timeout(120)
class Http2EventStreamIT {
  private static final int MAX_QUEUE = 64 << 10;

  private final GatewayFixture gateway =
      new GatewayFixture(
          Settings.of(
              GatewayConfig.class,
              "gateway-max-queue=" + MAX_QUEUE,
              "gateway-ping-interval=300ms"));

  private final HttpClient http =
      gateway.vertx.createHttpClient(
          new HttpClientOptions()
              .setProtocolVersion(HttpVersion.HTTP_2)
              // As browsers have it: more than one stream may keep.
              .setHttp2ConnectionWindowSize(1 << 20)
              .setHttp2ClearTextUpgrade(false),
          new PoolOptions().setHttp2MaxSize(1));

  @AfterEach
  void close() {
    gateway.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = Server.class,
      names = {"HTTP", "HOST"})
  void streamsOfOneConnectionEndOneByOne(Server server) throws Exception {
    Address at = gateway.address(server);
    Stream agents = open(at, "topics=agents", Map.of());
    Stream both = open(at, "topics=agents,providers", Map.of());
    assertEquals(HttpVersion.HTTP_2, agents.response.version());
    assertEquals("text/event-stream", agents.response.getHeader("Content-Type"));
    assertNull(agents.response.getHeader("Connection"), "HTTP/2 has no such field");
    agents.next("subscribed");
    both.next("subscribed");
    both.next("subscribed");
    gateway.emit("{\"n\":1}", "agents");
    for (Stream stream : new Stream[] {agents, both}) {
      assertEquals(1, stream.next("task_created").path("data").path("n").asInt());
    }
    agents.response.request().reset();
    Awaitility.await().until(() -> gateway.node.sessions() == 1);
    gateway.emit("{\"n\":2}", "agents");
    assertEquals(2, both.next("task_created").path("data").path("n").asInt());

    Stream refused = open(at, "topics=tasks", Map.of());
    assertEquals(401, refused.response.statusCode());
    Stream back = open(at, "topics=agents&since=" + both.lastId(), Map.of());
    assertTrue(back.next("subscribed").path("recovered").asBoolean());

    GatewayFixture.await(gateway.leave());
    for (Stream stream : new Stream[] {both, back}) {
      assertEquals(1001, stream.next("close").path("code").asInt());
      stream.awaitEnd();
    }
    assertEquals(0, gateway.node.sessions());
  }

  @ParameterizedTest
  @EnumSource(
      value = Server.class,
      names = {"HTTP", "HOST"})
  void topicsMayBeRepeated(Server server) throws Exception {
    Stream both = open(gateway.address(server), "topics=agents&topics=providers", Map.of());
    assertEquals("agents", both.next("subscribed").path("topic").asText());
    assertEquals("providers", both.next("subscribed").path("topic").asText());
  }

  @ParameterizedTest
  @EnumSource(
      value = Server.class,
      names = {"HTTP", "HOST"})
  void aStreamThatIsNotReadIsBoundedAndTheOthersOfItsConnectionGoOn(Server server)
      throws Exception {
    Address at = gateway.address(server);
    Stream slow = open(at, "topics=agents", Map.of());
    Stream quick = open(at, "topics=agents", Map.of());
    slow.next("subscribed");
    quick.next("subscribed");
    slow.response.pause();
    var closes = gateway.meters.counter("boardcast.gateway.closes", "code", "too_slow");
    String filler = "x".repeat(4 << 10);
    int sent = 0;
    while (closes.count() == 0) {
      gateway.emit("{\"n\":" + sent + ",\"x\":\"" + filler + "\"}", "agents");
      assertEquals(sent++, quick.next("task_created").path("data").path("n").asInt());
      // The stream's window, one chunk and the session's queue, each twice at most.
      assertTrue(sent * filler.length() < 2 * (65_535 + MAX_QUEUE + MAX_QUEUE), "unbounded");
    }
    assertFalse(quick.ended.isDone());
    slow.response.resume();
    int received = 0;
    JsonNode next = slow.next();
    while (!WsClient.type(next).equals("close")) {
      if (WsClient.type(next).equals("task_created")) {
        assertEquals(received++, next.path("data").path("n").asInt());
      }
      next = slow.next();
    }
    assertEquals(4408, next.path("code").asInt());
    slow.awaitEnd();
    Stream back = open(at, "topics=agents&since=" + slow.lastId(), Map.of());
    for (int n = received; n < sent; n++) {
      assertEquals(n, back.next("task_created").path("data").path("n").asInt());
    }
  }

  private Stream open(Address at, String query, Map<String, String> headers) throws Exception {
    var options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setAbsoluteURI(at.http("/api/v1/stream?" + query));
    headers.forEach(options::putHeader);
    var opened = new CompletableFuture<Stream>();
    // On the stream's event loop: a short response could end before a handler is set.
    gateway
        .vertx
        .getOrCreateContext()
        .runOnContext(
            start ->
                http.request(options)
                    .compose(request -> request.send())
                    .map(Stream::new)
                    .onSuccess(opened::complete)
                    .onFailure(opened::completeExceptionally));
    return opened.get(WsClient.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static final class Stream {
    private final HttpClientResponse response;
    private final BlockingQueue<JsonNode> events = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile String lastId;

    private Stream(HttpClientResponse response) {
      this.response = response;
      response.exceptionHandler(ended::completeExceptionally);
      response.endHandler(end -> ended.complete(null));
      response.handler(
          RecordParser.newDelimited("\n", each -> line(each.toString()))
              .exceptionHandler(ended::completeExceptionally));
    }

    private void line(String line) {
      if (line.startsWith("id: ")) lastId = line.substring(4);
      if (!line.startsWith("data: ")) return;
      try {
        events.add(Json.MAPPER.readTree(line.substring(6)));
      } catch (IOException broken) {
        throw new AssertionError(line, broken);
      }
    }

    /** Of the event whose data came last; the data of one comes before its id. */
    private String lastId() {
      return lastId;
    }

    private JsonNode next() throws InterruptedException {
      JsonNode event = events.poll(WsClient.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      if (event == null) throw new AssertionError("no event");
      return event;
    }

    private JsonNode next(String type) throws InterruptedException {
      JsonNode event = next();
      while (!WsClient.type(event).equals(type)) event = next();
      return event;
    }

    private void awaitEnd() throws Exception {
      ended.get(WsClient.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }
  }
}
