package dev.boardcast.lab.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Receives webhooks on a port of the loopback address and records them. What it has read counts as
 * delivered, unless it answers 500; so a message that it never answers is delivered, and the node
 * cannot know. Thread safe.
 */
public final class WebhookReceiver implements AutoCloseable {
  /** How it answers. */
  public enum Behavior {
    ACCEPTS,
    /** Reads, and never answers. */
    HANGS,
    /** Answers 500. */
    FAILS
  }

  private static final int SECONDS = 10;

  /**
   * A transition that was delivered.
   *
   * @param nanos when it was delivered first
   */
  record Told(String id, String rule, String to, long nanos) {}

  private final HttpServer server;
  private final Map<String, Integer> messages = new HashMap<>();
  private final Map<String, List<Told>> byRule = new HashMap<>();
  private final Map<String, String> messageOf = new HashMap<>();
  private final Set<String> underTwoIds = new HashSet<>();
  private volatile Behavior behavior = Behavior.ACCEPTS;

  public WebhookReceiver(Vertx vertx) throws IOException {
    server = vertx.createHttpServer().requestHandler(this::handle);
    try {
      server.listen(0, "127.0.0.1").await(SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new IOException("the receiver of webhooks does not listen", late);
    }
  }

  public int port() {
    return server.actualPort();
  }

  /** How requests are answered from now on. */
  public void behave(Behavior next) {
    behavior = next;
  }

  /** What was delivered of a rule, each transition once, in the order of delivery. */
  synchronized List<Told> told(String rule) {
    return List.copyOf(byRule.getOrDefault(rule, List.of()));
  }

  /** How often a message was delivered. */
  synchronized int deliveries(String message) {
    return messages.getOrDefault(message, 0);
  }

  /** Transitions that were told by messages with different ids. */
  synchronized Set<String> underTwoIds() {
    return Set.copyOf(underTwoIds);
  }

  private void handle(HttpServerRequest request) {
    Behavior now = behavior;
    request
        .body()
        .onSuccess(
            body -> {
              boolean isRead = now == Behavior.FAILS || record(request, body);
              if (now == Behavior.HANGS) return;
              request.response().setStatusCode(now == Behavior.FAILS || !isRead ? 500 : 200).end();
            });
  }

  private synchronized boolean record(HttpServerRequest request, Buffer body) {
    long nanos = System.nanoTime();
    String message = request.getHeader("Idempotency-Key");
    JsonNode json;
    try {
      json = Json.MAPPER.readTree(body.getBytes());
    } catch (IOException notJson) {
      return false;
    }
    messages.merge(message, 1, Integer::sum);
    for (JsonNode each : json.path("alerts")) {
      String id = each.path("id").asText();
      String known = messageOf.putIfAbsent(id, message);
      if (known != null) {
        if (!known.equals(message)) underTwoIds.add(id);
        continue;
      }
      String rule = each.path("rule").asText();
      byRule
          .computeIfAbsent(rule, first -> new ArrayList<>())
          .add(new Told(id, rule, each.path("to").asText(), nanos));
    }
    return true;
  }

  @Override
  public void close() {
    server.close();
  }
}
