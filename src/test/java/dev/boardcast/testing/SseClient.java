package dev.boardcast.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.parsetools.RecordParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Reads Server-Sent Events as a browser does. To be used from the test's thread. */
public final class SseClient implements AutoCloseable {
  /** One event, with the last event id so far, which a browser would send back. */
  public record Event(JsonNode data, String lastId) {}

  private final HttpClient client;
  private final HttpClientResponse response;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final List<String> comments = new ArrayList<>();
  private StringBuilder data = new StringBuilder();
  private String lastId;
  private volatile String retry;

  private SseClient(HttpClient client, HttpClientResponse response) {
    this.client = client;
    this.response = response;
    var lines = RecordParser.newDelimited("\n", line -> line(line.toString()));
    response.handler(lines);
    response.exceptionHandler(cut -> ended.complete(null));
    response.endHandler(end -> ended.complete(null));
    response.resume();
  }

  /** Opens a stream; {@link #status} tells whether it was refused. */
  public static SseClient open(Vertx vertx, String uri, Map<String, String> headers) {
    // For https: tests check certificates where they are about them.
    var client =
        vertx.createHttpClient(new HttpClientOptions().setTrustAll(true).setVerifyHost(false));
    var options = new RequestOptions().setMethod(HttpMethod.GET).setAbsoluteURI(uri);
    headers.forEach(options::putHeader);
    var opened = new CompletableFuture<SseClient>();
    // On the connection's event loop: a short response could end before a handler is set.
    vertx
        .getOrCreateContext()
        .runOnContext(
            start ->
                client
                    .request(options)
                    .compose(request -> request.send())
                    .map(response -> new SseClient(client, response.pause()))
                    .onSuccess(opened::complete)
                    .onFailure(opened::completeExceptionally));
    try {
      return opened.get(WsClient.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (Exception failed) {
      throw new IllegalStateException("no response from " + uri, failed);
    }
  }

  private synchronized void line(String line) {
    if (line.isEmpty()) {
      if (data.length() > 0) events.add(new Event(json(data.toString()), lastId));
      data = new StringBuilder();
    } else if (line.startsWith("data: ")) {
      data.append(line.substring(6));
    } else if (line.startsWith("id: ")) {
      lastId = line.substring(4);
    } else if (line.startsWith("retry: ")) {
      retry = line.substring(7);
    } else {
      comments.add(line);
    }
  }

  private static JsonNode json(String text) {
    try {
      return Json.MAPPER.readTree(text);
    } catch (JsonProcessingException broken) {
      throw new IllegalArgumentException(text, broken);
    }
  }

  public List<String> headers(String name) {
    return response.headers().getAll(name);
  }

  public int status() {
    return response.statusCode();
  }

  public String header(String name) {
    return response.getHeader(name);
  }

  public Event next() {
    long deadline = System.nanoTime() + WsClient.TIMEOUT.toNanos();
    try {
      while (System.nanoTime() < deadline) {
        boolean over = ended.isDone();
        Event event = events.poll(over ? 0 : 100, TimeUnit.MILLISECONDS);
        if (event != null) return event;
        if (over) break;
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    throw new AssertionError("no event" + (ended.isDone() ? ", ended after " + lastId : ""));
  }

  /** The next event of a type; others are dropped. */
  public Event next(String type) {
    return next(event -> event.data().path("type").asText().equals(type));
  }

  public Event next(Predicate<Event> condition) {
    while (true) {
      Event event = next();
      if (condition.test(event)) return event;
    }
  }

  /** Events received but not taken. */
  public List<Event> drain() {
    var all = new ArrayList<Event>();
    events.drainTo(all);
    return all;
  }

  public synchronized int comments() {
    return comments.size();
  }

  /** The browser's reconnection time in ms. */
  public int retry() {
    return Integer.parseInt(retry);
  }

  public SseClient awaitEnd() {
    try {
      ended.get(WsClient.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      return this;
    } catch (Exception open) {
      throw new AssertionError("still open", open);
    }
  }

  /** Stops reading from the connection. */
  public void pause() {
    response.pause();
  }

  @Override
  public void close() {
    client.close();
  }
}
