package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.WsClient;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The meters of parts say how many there are, who asks for them, and what folds compute. */
class PartMetersIT extends PartsCase {
  @Test
  void metersCountPartsRequestsAndComputations() throws Exception {
    write(FILE);
    Boardcast node = deploy();
    assertEquals(
        0,
        value(
            node,
            "boardcast_board_part_requests_total{application=\"boardcast\",board=\"sales\"}"));
    assertEquals(0, value(node, "boardcast_gateway_parts{application=\"boardcast\"}"));
    String seven = token("ann", "7", "viewer");
    sell(node, 2, "7", 10);
    awaitOrders(node, "?site=8", ADMIN, 0);
    awaitOrders(node, "", seven, 2);
    assertTrue(
        value(
                node,
                "boardcast_board_part_requests_total{application=\"boardcast\",board=\"sales\"}")
            >= 2);
    WsClient socket = socket(node, "sales", seven);
    awaitUpdate(socket, "sales?site=7", 2);
    assertEquals(1, value(node, "boardcast_gateway_parts{application=\"boardcast\"}"));
    // Counted with a fold, at most every ten seconds.
    Awaitility.await()
        .atMost(Duration.ofSeconds(50))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              sell(node, 1, "8", 1);
              assertEquals(
                  2,
                  value(node, "boardcast_board_parts{application=\"boardcast\",board=\"sales\"}"));
            });
    assertTrue(
        value(
                node,
                "boardcast_board_parts_computed_count{application=\"boardcast\",board=\"sales\"}")
            >= 2);
    assertTrue(
        value(node, "boardcast_board_parts_computed_sum{application=\"boardcast\",board=\"sales\"}")
            >= 2);
  }

  private double value(Boardcast node, String meter) throws Exception {
    String all = text(node, "/metrics");
    Matcher found = Pattern.compile("(?m)^" + Pattern.quote(meter) + " (\\S+)$").matcher(all);
    assertTrue(found.find(), meter);
    return Double.parseDouble(found.group(1));
  }
}
