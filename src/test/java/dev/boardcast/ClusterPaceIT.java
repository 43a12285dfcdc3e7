package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.WebClient;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The throttle of a board across nodes: facts are written to one node and observed on another. */
@Timeout(120)
class ClusterPaceIT {
  private static final int CHANGES = 10_000;
  private static final int BATCHES = 100;
  private static final Duration SPAN = Duration.ofSeconds(3);
  private static final String DECISION =
      "{\"strategy\":\"s\",\"provider\":\"p\",\"cost\":0.001,\"event_id\":\"e%d\"}\n";

  private final Vertx vertx = Vertx.vertx();
  private final String token = Person.of("router").with("ingest").token();

  @Test
  void tenThousandChangesInThreeSecondsAreThreeOrFourUpdatesForAClientOfAnotherNode()
      throws Exception {
    DatabaseConfig database = Services.get().freshDatabase();
    try (var cluster = Cluster.start(database, 2)) {
      NodeProcess computing = cluster.named(cluster.holder("board.routing"));
      NodeProcess other =
          cluster.nodes().stream().filter(node -> node != computing).findAny().orElseThrow();
      try (var viewer = WsClient.connect(vertx, cluster.gateway(other) + "/ws/metrics/routing")) {
        viewer.takeUntil(first -> total(first) == 0);
        long began = System.nanoTime();
        write(computing.http(), began);
        long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
        List<JsonNode> seen = viewer.takeUntil(last -> total(last) == CHANGES);
        var updates =
            seen.stream().map(ClusterPaceIT::total).filter(n -> n > 0).distinct().toList();
        assertTrue(updates.size() >= 3, () -> "" + updates);
        // One update per second: the first at once, the last when all facts are in.
        assertTrue(updates.size() <= seconds + 2, () -> seconds + " s, " + updates);
        assertEquals(updates.stream().sorted().toList(), updates);
      }
    } finally {
      vertx.close().await(20, TimeUnit.SECONDS);
    }
  }

  /** Times spread evenly over the span; delayed ones follow immediately. */
  private void write(URI node, long began) throws Exception {
    var client = WebClient.create(vertx);
    for (int batch = 0; batch < BATCHES; batch++) {
      var lines = new StringBuilder();
      int first = batch * CHANGES / BATCHES;
      IntStream.range(first, first + CHANGES / BATCHES)
          .forEach(i -> lines.append(DECISION.formatted(i)));
      var answer =
          client
              .post(node.getPort(), node.getHost(), "/routing/decisions")
              .bearerTokenAuthentication(token)
              .putHeader("Content-Type", "application/x-ndjson")
              .sendBuffer(Buffer.buffer(lines.toString()))
              .await(30, TimeUnit.SECONDS);
      assertEquals(200, answer.statusCode(), answer.bodyAsString());
      long due = began + SPAN.toNanos() * (batch + 1) / BATCHES;
      long wait = TimeUnit.NANOSECONDS.toMillis(due - System.nanoTime());
      if (wait > 0) vertx.timer(wait, TimeUnit.MILLISECONDS).await(10, TimeUnit.SECONDS);
    }
  }

  private static long total(JsonNode snapshot) {
    return snapshot.path("total_decisions").asLong(-1);
  }
}
