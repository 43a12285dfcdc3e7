package dev.boardcast.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Seven hundred connections that each leave a body of a megabyte unfinished do not fill the heap of
 * a node, and others are served meanwhile, from the same address too.
 */
@Timeout(180)
class UnfinishedBodiesIT {
  private static final int ATTACKERS = 700;
  private static final int BODY = 1_048_576;
  private static final int SENT = 1_048_500;
  private static final int REQUESTS = 400;
  private static final long BUDGET = 64 << 20;
  private static final String DECISION =
      "{\"strategy\":\"hybrid\",\"provider\":\"a\",\"cost\":0.1}";

  private static final Person WRITER = Person.of("ann").with("ingest");

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<RawHttp> attackers = new ArrayList<>();

  @Test
  void othersAreServedAndMemoryIsBounded() throws Exception {
    var database = Services.get().freshDatabase();
    try (var node =
        NodeProcess.start(
            "unfinished-bodies",
            List.of(
                "serve",
                "--pg=" + database.postgresUri(),
                "--redis=" + database.redisUri(),
                "--jwt-secret=" + Cluster.SECRET,
                "--cluster=off",
                "--http-port=0",
                "--gateway-port=0",
                // So that the attack lasts while others are measured.
                "--http-body-limit=60s"))) {
      URI address = node.awaitReady(Duration.ofSeconds(90));
      measure(address);
      long before = measure(address);

      var attack = new Thread(() -> attack(address.getPort()), "attack");
      attack.start();
      long during = measure(address);
      attack.join();
      long held = meter(address, "boardcast_http_body_bytes");
      long after = measure(address);

      System.out.printf(
          "p99 of %d writes: before %d us, while bodies arrive %d us, while they are held %d us;"
              + " %d bytes held%n",
          REQUESTS, before, during, after, held);
      assertTrue(node.isAlive());
      assertTrue(held <= BUDGET, held + " bytes held");
      assertTrue(meter(address, "boardcast_limit_refusals_total") > 500);
      // Far less than what a node does that collects garbage without end.
      assertTrue(after < 10 * before + 100_000, "p99 " + before + " us, then " + after + " us");
      for (RawHttp each : attackers) each.close();
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> meter(address, "boardcast_http_body_bytes") == 0);
    }
  }

  private void attack(int port) {
    String sent = "[" + " ".repeat(SENT - 1);
    try {
      for (int i = 0; i < ATTACKERS; i++) {
        var client = new RawHttp(port);
        attackers.add(client);
        client.post("/unknown", BODY);
        client.send(sent);
      }
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** The 99th percentile of writes one after the other, in microseconds. */
  private long measure(URI node) throws Exception {
    var request =
        HttpRequest.newBuilder(node.resolve("/routing/decisions"))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + WRITER.token())
            .POST(HttpRequest.BodyPublishers.ofString(DECISION))
            .build();
    long[] micros = new long[REQUESTS];
    for (int i = 0; i < REQUESTS; i++) {
      long start = System.nanoTime();
      var answer = http.send(request, BodyHandlers.ofString());
      micros[i] = (System.nanoTime() - start) / 1_000;
      assertEquals(201, answer.statusCode(), answer.body());
    }
    Arrays.sort(micros);
    return micros[REQUESTS * 99 / 100];
  }

  /** The sum of a meter over its tags. */
  private long meter(URI node, String name) throws Exception {
    var request = HttpRequest.newBuilder(node.resolve("/metrics")).build();
    String text = http.send(request, BodyHandlers.ofString()).body();
    return Pattern.compile("(?m)^" + name + "(?:\\{[^}]*})? (\\S+)$")
        .matcher(text)
        .results()
        .mapToLong(each -> (long) Double.parseDouble(each.group(1)))
        .sum();
  }
}
