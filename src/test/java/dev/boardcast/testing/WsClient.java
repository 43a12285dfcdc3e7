package dev.boardcast.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.http.WebSocketFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A WebSocket client for tests that queues every frame from the first on. Reading blocks until a
 * frame arrives. To be used from the test's thread.
 */
public final class WsClient implements AutoCloseable {
  /** How long a wait may take before the test fails. */
  public static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final WebSocketClient client;
  private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
  private final Queue<Long> arrivals = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final ClientWebSocket socket;

  private WsClient(Vertx vertx) {
    client =
        vertx.createWebSocketClient(
            new WebSocketClientOptions()
                // For wss: tests check certificates where they are about them.
                .setTrustAll(true)
                .setVerifyHost(false)
                .setMaxFrameSize(8 << 20)
                .setMaxMessageSize(8 << 20)
                .setClosingTimeout(5));
    // Before it connects: a frame may arrive with the handshake's response.
    socket = client.webSocket();
    socket.textMessageHandler(
        frame -> {
          arrivals.add(System.nanoTime());
          frames.add(frame);
        });
    socket.closeHandler(end -> closed.complete(code(socket.closeStatusCode())));
  }

  /** Connects; {@code uri} is absolute, such as {@code ws://127.0.0.1:8081/ws?topics=a}. */
  public static WsClient connect(Vertx vertx, String uri) {
    return connect(vertx, uri, Map.of(), List.of());
  }

  /**
   * Connects with headers and subprotocols.
   *
   * @throws RuntimeException when the handshake is refused; the cause is Vert.x's {@code
   *     UpgradeRejectedException}
   */
  public static WsClient connect(
      Vertx vertx, String uri, Map<String, String> headers, List<String> subprotocols) {
    var ws = new WsClient(vertx);
    var options = new WebSocketConnectOptions().setAbsoluteURI(uri);
    headers.forEach(options::addHeader);
    subprotocols.forEach(options::addSubProtocol);
    try {
      ws.socket
          .connect(options)
          .toCompletionStage()
          .toCompletableFuture()
          .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (Exception refused) {
      if (refused.getCause() instanceof IllegalStateException && ws.closedAtOnce()) return ws;
      ws.client.close();
      throw new IllegalStateException("no connection to " + uri, refused.getCause());
    }
    return ws;
  }

  /**
   * Whether the close frame arrived with the handshake's response: Vert.x then never calls the
   * close handler.
   */
  private boolean closedAtOnce() {
    Short code = socket.closeStatusCode();
    return code != null && closed.complete(code(code));
  }

  /** The next frame, as text. */
  public String nextText(Duration timeout) {
    try {
      String frame = frames.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (frame != null) return frame;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    throw new AssertionError(
        "no frame within " + timeout + (closed.isDone() ? ", closed with " + closed.join() : ""));
  }

  public JsonNode next(Duration timeout) {
    return json(nextText(timeout));
  }

  public JsonNode next() {
    return next(TIMEOUT);
  }

  /** The next frame whose {@code type} (or {@code event_type}) is this; others are dropped. */
  public JsonNode next(String type) {
    return last(takeUntil(frame -> type(frame).equals(type)));
  }

  /** Frames up to and including the first that matches. */
  public List<JsonNode> takeUntil(Predicate<JsonNode> condition) {
    var taken = new ArrayList<JsonNode>();
    long end = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      JsonNode frame;
      try {
        frame = next(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
      } catch (AssertionError none) {
        throw new AssertionError(none.getMessage() + " after " + taken, none);
      }
      taken.add(frame);
      if (condition.test(frame)) return taken;
    }
  }

  /** Frames received but not taken; does not wait. */
  public List<JsonNode> drain() {
    var texts = new ArrayList<String>();
    frames.drainTo(texts);
    return texts.stream().map(WsClient::json).toList();
  }

  /**
   * The longest interval without a frame between {@code sinceNanos} (by {@link System#nanoTime})
   * and the last frame.
   */
  public Duration longestPause(long sinceNanos) {
    long longest = 0;
    long before = sinceNanos;
    for (long arrival : arrivals) {
      if (arrival - sinceNanos <= 0) continue;
      longest = Math.max(longest, arrival - before);
      before = arrival;
    }
    return Duration.ofNanos(longest);
  }

  /**
   * Sends a ping of the native protocol and returns the frames before its pong: all that were sent
   * to this client until then.
   */
  public List<JsonNode> settle() {
    send("{\"type\":\"ping\"}");
    List<JsonNode> all = takeUntil(frame -> type(frame).equals("pong"));
    return all.subList(0, all.size() - 1);
  }

  public void send(String text) {
    socket.writeTextMessage(text);
  }

  public void sendBinary(byte... bytes) {
    socket.writeBinaryMessage(Buffer.buffer(bytes));
  }

  /** Sends bytes as a text message whether or not they are UTF-8. */
  public void sendRawText(byte... bytes) {
    sendFragments(List.of(bytes));
  }

  /** Sends one text message in several fragments. */
  public void sendFragments(List<byte[]> parts) {
    socket.writeFrame(WebSocketFrame.textFrame("", false));
    for (int i = 0; i < parts.size(); i++) {
      boolean last = i == parts.size() - 1;
      socket.writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer(parts.get(i)), last));
    }
  }

  /** Sends a WebSocket ping. */
  public void ping() {
    socket.writePing(Buffer.buffer());
  }

  /** Stops reading from the connection. */
  public void pause() {
    socket.pause();
  }

  public void resume() {
    socket.resume();
  }

  /** The subprotocol the server chose, or null. */
  public String subprotocol() {
    return socket.subProtocol();
  }

  /** Waits for the close code; 1006 when the connection was cut. */
  public int closeCode() {
    try {
      return closed.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (Exception open) {
      throw new AssertionError("not closed within " + TIMEOUT, open);
    }
  }

  public String closeReason() {
    closeCode();
    return socket.closeReason();
  }

  public boolean isClosed() {
    return closed.isDone();
  }

  @Override
  public void close() {
    client.close();
  }

  /** The type of a frame, whatever its dialect; empty when it has none. */
  public static String type(JsonNode frame) {
    return frame.path("type").asText(frame.path("event_type").asText(""));
  }

  private static int code(Short status) {
    return status == null ? 1006 : status;
  }

  private static JsonNode json(String text) {
    try {
      return Json.MAPPER.readTree(text);
    } catch (JsonProcessingException broken) {
      throw new AssertionError("not JSON: " + text, broken);
    }
  }

  private static JsonNode last(List<JsonNode> frames) {
    return frames.get(frames.size() - 1);
  }
}
