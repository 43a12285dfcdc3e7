package dev.boardcast.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Sends writes again, unchanged and to the next node, after a 503 or without a response. When all
 * nodes have failed it waits one second, as they ask for. Thread safe; calls block.
 */
final class RetryingClient {
  private static final int ROUNDS = 120;

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final List<URI> nodes;

  /**
   * @param nodes tried in this order
   */
  RetryingClient(List<URI> nodes) {
    this.nodes = List.copyOf(nodes);
  }

  /**
   * The response of the node that accepted the request.
   *
   * @param key the idempotency key
   */
  JsonNode post(Person person, String path, String key, String body) throws Exception {
    String last = "";
    for (int round = 0; round < ROUNDS; round++) {
      for (URI node : nodes) {
        try {
          var answer =
              http.send(
                  request(node.resolve(path), person, key, body),
                  HttpResponse.BodyHandlers.ofString());
          if (answer.statusCode() < 300) return Json.MAPPER.readTree(answer.body());
          last = answer.statusCode() + " " + answer.body();
          if (answer.statusCode() != 503) throw new AssertionError(path + ": " + last);
        } catch (IOException noResponse) {
          last = noResponse.toString();
        }
      }
      var delayed = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);
      CompletableFuture.runAsync(() -> {}, delayed).get();
    }
    throw new AssertionError(path + " was never accepted: " + last);
  }

  private static HttpRequest request(URI uri, Person person, String key, String body) {
    return HttpRequest.newBuilder(uri)
        .timeout(Duration.ofSeconds(5))
        .header("Authorization", "Bearer " + person.token())
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", key)
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }
}
