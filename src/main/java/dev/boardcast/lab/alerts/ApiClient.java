package dev.boardcast.lab.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Asks one node after another until one answers. Calls block; thread safe. */
final class ApiClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int PAUSE_MILLIS = 50;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();
  private final List<URI> nodes;
  private final String token;
  private final AtomicInteger turn = new AtomicInteger();

  ApiClient(List<URI> nodes, String token) {
    this.nodes = List.copyOf(nodes);
    this.token = token;
  }

  /**
   * An answer.
   *
   * @param sentAtNanos when the request was sent that was answered
   */
  record Answer(JsonNode json, long sentAtNanos) {}

  /**
   * Sends a request until a node has done it, under one idempotency key.
   *
   * @param body null for none
   * @throws IOException if a node refuses it, or none answers within 90 s
   */
  Answer send(String method, String path, Object body) throws IOException, InterruptedException {
    String key = UUID.randomUUID().toString();
    long end = System.nanoTime() + LIMIT.toNanos();
    String last = "no answer";
    while (System.nanoTime() < end) {
      URI node = nodes.get(Math.floorMod(turn.getAndIncrement(), nodes.size()));
      long sentAt = System.nanoTime();
      try {
        var response = http.send(request(node, method, path, body, key), ofString());
        if (response.statusCode() / 100 == 2) {
          String text = response.body();
          return new Answer(Json.MAPPER.readTree(text.isEmpty() ? "{}" : text), sentAt);
        }
        last = response.statusCode() + " " + response.body();
        boolean isFinal = response.statusCode() / 100 == 4 && !isPassing(response.statusCode());
        if (isFinal) throw new IllegalArgumentException(method + " " + path + ": " + last);
      } catch (IOException down) {
        last = down.toString();
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
    throw new IOException(method + " " + path + ": " + last);
  }

  /** Reads all pages of a list. */
  List<JsonNode> list(String path) throws IOException, InterruptedException {
    var items = new ArrayList<JsonNode>();
    String cursor = "";
    do {
      JsonNode page = send("GET", path + cursor, null).json();
      page.path("items").forEach(items::add);
      String next = page.path("next").asText("");
      cursor = next.isEmpty() ? "" : "&cursor=" + java.net.URLEncoder.encode(next, UTF_8);
    } while (!cursor.isEmpty());
    return items;
  }

  private static final java.nio.charset.Charset UTF_8 = java.nio.charset.StandardCharsets.UTF_8;

  /** Too many requests, or the same one still runs. */
  private static boolean isPassing(int status) {
    return status == 429 || status == 409;
  }

  private static HttpResponse.BodyHandler<String> ofString() {
    return HttpResponse.BodyHandlers.ofString();
  }

  private HttpRequest request(URI node, String method, String path, Object body, String key) {
    var request =
        HttpRequest.newBuilder(node.resolve(path))
            .timeout(TIMEOUT)
            .header("Authorization", "Bearer " + token);
    if (!method.equals("GET")) request.header("Idempotency-Key", key);
    if (body == null) return request.method(method, HttpRequest.BodyPublishers.noBody()).build();
    return request
        .header("Content-Type", "application/json")
        .method(method, HttpRequest.BodyPublishers.ofString(Json.encode(body)))
        .build();
  }
}
