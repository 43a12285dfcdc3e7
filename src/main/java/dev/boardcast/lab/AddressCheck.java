package dev.boardcast.lab;

import dev.boardcast.server.command.Arguments;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/** Tells a wrong address at once, where a command would go on for nodes that come and go. */
final class AddressCheck {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private AddressCheck() {}

  /**
   * Returns when one of the nodes answers, whatever it says. Blocks, for five seconds per node.
   *
   * @param flag what named the nodes
   * @throws RuntimeException when none does
   */
  static void any(String flag, List<URI> nodes) throws InterruptedException {
    HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    for (URI node : nodes) {
      try {
        var health = URI.create(node.toString().replaceAll("/+$", "") + "/health/live");
        var request = HttpRequest.newBuilder(health).timeout(PATIENCE).build();
        client.send(request, HttpResponse.BodyHandlers.discarding());
        return;
      } catch (IOException silent) {
        // Perhaps another one.
      }
    }
    String shown = String.join(",", nodes.stream().map(URI::toString).toList());
    throw Arguments.invalid(flag, shown, "where a node answers");
  }
}
