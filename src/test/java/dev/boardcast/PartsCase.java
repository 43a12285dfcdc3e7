package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.auth.Tokens;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.WsClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;

/** Nodes with a board of a file that has parameters. */
abstract class PartsCase extends AccessCase {
  static final String ROBOT = Person.of("robot").with("ingest").token();
  static final String BOARD = "/api/v1/boards/sales";
  static final String FILE =
      """
      version: 2
      name: sales
      title: Sales
      facts:
        site: {type: text, required: false}
        shop: {type: integer, required: false}
        amount: decimal
        at: time
      time: at
      parameters:
        site: {claim: site_id}
        shop: {}
      metrics:
        orders: {count: all, label: Orders}
        revenue: {sum: amount, window: today, label: Revenue}
        recent: {count: all, window: 48h, label: Recent}
      """;

  @TempDir Path directory;

  @Override
  List<BoardModule> modules() {
    var boards = new ArrayList<BoardModule>(Boards.BUILT_IN);
    boards.addAll(Boards.ofFiles(directory));
    return boards;
  }

  void write(String text) throws Exception {
    Files.writeString(directory.resolve("sales.yaml"), text);
  }

  /** A token that may read facts, with a claim. */
  static String token(String user, Object site, String... roles) {
    Map<String, Object> claims = new HashMap<>(Map.of("sub", user, "roles", List.of(roles)));
    if (site != null) claims.put("site_id", site);
    return Tokens.hs256(Cluster.SECRET, Tokens.claims(claims));
  }

  void sell(Boardcast node, int count, String site, int amount) throws Exception {
    for (int i = 0; i < count; i++) {
      String fact =
          "{\"site\":\"%s\",\"shop\":%d,\"amount\":%d}".formatted(site, i % 2 + 1, amount);
      assertEquals(201, post(node, BOARD + "/facts", ROBOT, fact).status(), fact);
    }
  }

  void awaitOrders(Boardcast node, String query, String token, int expected) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertEquals(
                    expected, get(node, BOARD + query, token).json().at("/data/orders").asInt()));
  }

  static void subscribe(WsClient socket, String topics) {
    socket.send("{\"type\":\"subscribe\",\"topics\":[" + topics + "]}");
  }

  /** Waits for an update of a topic with that many orders; every one must be of that topic. */
  static JsonNode awaitUpdate(WsClient socket, String topic, int orders) {
    while (true) {
      JsonNode update = socket.next("metrics:update");
      assertEquals(topic, update.path("topic").asText(), update::toString);
      if (update.at("/data/orders").asInt() == orders) return update;
    }
  }
}
