package dev.boardcast.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Receives webhooks, and answers as the test says. */
public final class AlertReceiver implements AutoCloseable {
  /** How a request is answered. */
  public enum Behavior {
    ACCEPTS,
    FAILS,
    REDIRECTS,
    HANGS,
    CLOSES,
    FLOODS
  }

  /**
   * A request.
   *
   * @param key its {@code Idempotency-Key}
   */
  public record Received(
      String path,
      String key,
      String timestamp,
      String signature,
      String text,
      long nanos,
      Behavior behavior) {
    public JsonNode json() {
      try {
        return Json.MAPPER.readTree(text);
      } catch (java.io.IOException notJson) {
        throw new AssertionError(text, notJson);
      }
    }
  }

  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private volatile Behavior behavior = Behavior.ACCEPTS;

  public AlertReceiver(Vertx vertx) {
    server = vertx.createHttpServer().requestHandler(this::handle);
    try {
      server.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError(late);
    }
  }

  /** How requests are answered from now on. */
  public void behave(Behavior next) {
    behavior = next;
  }

  public int port() {
    return server.actualPort();
  }

  public String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  public List<Received> all() {
    return received;
  }

  /** Requests that were answered with success, to one path. */
  public List<Received> accepted(String path) {
    return received.stream()
        .filter(one -> one.path().equals(path) && one.behavior() == Behavior.ACCEPTS)
        .toList();
  }

  private void handle(HttpServerRequest request) {
    Behavior now = behavior;
    request.bodyHandler(
        body -> {
          received.add(
              new Received(
                  request.path(),
                  request.getHeader("Idempotency-Key"),
                  request.getHeader("Boardcast-Timestamp"),
                  request.getHeader("Boardcast-Signature"),
                  body.toString(),
                  System.nanoTime(),
                  now));
          var response = request.response();
          switch (now) {
            case ACCEPTS -> response.setStatusCode(200).end("received");
            case FAILS -> response.setStatusCode(500).end("an inner secret");
            case REDIRECTS ->
                response.setStatusCode(302).putHeader("Location", url("/elsewhere")).end();
            case HANGS -> {}
            case CLOSES -> request.connection().close();
            case FLOODS -> response.setChunked(true).write("x".repeat(1 << 20));
          }
        });
  }

  @Override
  public void close() throws TimeoutException {
    server.close().await(10, TimeUnit.SECONDS);
  }
}
