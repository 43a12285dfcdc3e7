package dev.boardcast.lab;

import dev.boardcast.server.command.Arguments;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/** Reports a wrong address at once: the commands themselves retry while nodes are unreachable. */
final class AddressCheck {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private AddressCheck() {}

  /**
   * Returns when one of the nodes answers, whatever the status. Blocks, at most 5 seconds per node.
   *
   * @param option that named the nodes
   * @throws RuntimeException of {@link Arguments} if none answers
   */
  static void any(String option, List<URI> nodes) throws InterruptedException {
    HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build();
    for (URI node : nodes) {
      try {
        var health = URI.create(node.toString().replaceAll("/+$", "") + "/health/live");
        var request = HttpRequest.newBuilder(health).timeout(LIMIT).build();
        client.send(request, HttpResponse.BodyHandlers.discarding());
        return;
      } catch (IOException unreachable) {
        // Try the next one.
      }
    }
    String shown = String.join(",", nodes.stream().map(URI::toString).toList());
    throw Arguments.invalid(option, shown, "the address of a running node");
  }
}
