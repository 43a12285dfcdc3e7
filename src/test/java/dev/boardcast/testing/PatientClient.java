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
 * Writes as a good client does: what got no answer, or 503, is sent again to the next node, the
 * same to the letter. When all nodes were asked in vain it waits a second, as they said. Thread
 * safe; calls block.
 */
final class PatientClient {
  private static final int ROUNDS = 120;

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final List<URI> nodes;

  /**
   * @param nodes asked in this order
   */
  PatientClient(List<URI> nodes) {
    this.nodes = List.copyOf(nodes);
  }

  /**
   * The answer to the request that was accepted.
   *
   * @param key the same makes it harmless to send it twice
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
        } catch (IOException noAnswer) {
          last = noAnswer.toString();
        }
      }
      var later = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);
      CompletableFuture.runAsync(() -> {}, later).get();
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
