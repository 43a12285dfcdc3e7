package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.SseClient;
import dev.boardcast.testing.WsClient;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What subscriptions with a comparison get is what HTTP answers for the same snapshot. */
class LiveComparisonIT extends PartsCase {
  private static final String PART = "sales?site=7";
  // Valid for a minute.
  private final String seven = token("ann", "7", "viewer");
  private Boardcast node;

  @BeforeEach
  void start() throws Exception {
    write(FILE.replace("window: today, label", "window: today, target: 100, label"));
    node = deploy();
    sell(node, 3, "7", 10);
    awaitOrders(node, "?site=7", seven, 3);
  }

  /** What a board was at a time. */
  private void past(String board, Instant at, String data) throws Exception {
    new Sql(db.postgresUri())
        .run(
            "INSERT INTO board_history (board, at, tier, data) VALUES ('%s', '%s', 3, '%s')"
                .formatted(board, at, data));
  }

  @Test
  void aPeriodThatHasNotEndedIsComparedWithTheSamePartOfTheFormer() throws Exception {
    // The day so far, whenever this runs: what was known a day before, not what that day became.
    Instant dayBefore = Instant.now().minus(Duration.ofDays(1));
    past(PART, dayBefore.minusSeconds(3_600), "{\"orders\":2,\"revenue\":15,\"recent\":1}");
    past(PART, dayBefore.plusSeconds(3_600), "{\"orders\":9,\"revenue\":900,\"recent\":9}");
    past("sales", dayBefore.minusSeconds(3_600), "{\"orders\":8888,\"revenue\":8888}");
    past("sales?site=8", dayBefore.minusSeconds(3_600), "{\"orders\":8888,\"revenue\":8888}");
    WsClient socket = socket(node, "", seven);
    socket.next("connection_ack");
    subscribe(socket, "{\"topic\":\"sales\",\"compare\":\"previous\"}");
    JsonNode update = same(() -> socket.next("metrics:update"), "previous");
    assertEquals("15", update.at("/comparison/revenue/value").asText());
    assertEquals("up", update.at("/comparison/revenue/direction").asText());
    assertEquals(100.0, update.at("/comparison/revenue/change").asDouble());
    assertEquals(50.0, update.at("/comparison/orders/change").asDouble());
    sell(node, 2, "7", 10);
    while (update.at("/data/orders").asInt() != 5) {
      update = same(() -> socket.next("metrics:update"), "previous");
    }
    assertEquals(150.0, update.at("/comparison/orders/change").asDouble());
    // Resumed, with an interval, chosen fields and values, as changes.
    subscribe(
        socket,
        "{\"topic\":\"sales\",\"with\":{\"site\":7},\"compare\":\"previous\",\"fields\":[\"orders\"],"
            + "\"interval_ms\":100,\"deltas\":true,\"since\":\""
            + update.path("offset").asText()
            + "\"}");
    JsonNode chosen = socket.next("metrics:update");
    assertEquals("{\"orders\":5}", chosen.path("data").toString());
    assertEquals(1, chosen.path("comparison").size(), chosen::toString);
    sell(node, 1, "7", 10);
    JsonNode delta = socket.next("metrics:delta");
    while (delta.at("/comparison/orders/change").asDouble() != 200) {
      delta = socket.next("metrics:delta");
    }
    for (JsonNode each : socket.settle()) assertFalse(each.toString().contains("8888"));
  }

  @Test
  void weeksAndTargetsAreThoseOfHttp() throws Exception {
    LocalDate day = LocalDate.now(ZoneOffset.UTC).minusDays(9);
    past(PART, day.atStartOfDay().toInstant(ZoneOffset.UTC), "{\"orders\":6,\"revenue\":30}");
    WsClient socket = socket(node, "", seven);
    socket.next("connection_ack");
    subscribe(socket, "{\"topic\":\"sales\",\"compare\":\"week\"}");
    JsonNode week = same(() -> socket.next("metrics:update"), "week");
    assertEquals("down", week.at("/comparison/orders/direction").asText());
    assertEquals("stable", week.at("/comparison/revenue/direction").asText());
    subscribe(socket, "{\"topic\":\"sales\",\"compare\":\"target\"}");
    JsonNode target = same(() -> socket.next("metrics:update"), "target");
    assertEquals("100", target.at("/comparison/revenue/value").asText());
    assertEquals(-70.0, target.at("/comparison/revenue/change").asDouble());
    assertEquals(1, target.path("comparison").size());
  }

  @Test
  void eventStreamsHaveTheOptionToo() throws Exception {
    past(PART, Instant.now().minus(Duration.ofHours(25)), "{\"orders\":2}");
    try (SseClient stream = followed("[{\"topic\":\"sales\",\"compare\":\"previous\"}]")) {
      JsonNode update = same(() -> stream.next("metrics:update").data(), "previous");
      assertEquals(50.0, update.at("/comparison/orders/change").asDouble());
    }
    try (SseClient refused = followed("[{\"topic\":\"sales\",\"compare\":\"year\"}]")) {
      assertEquals(400, refused.status());
    }
  }

  @Test
  void noComparisonWidensWhatIsPinned() {
    WsClient socket = socket(node, "", seven);
    socket.next("connection_ack");
    for (String other :
        List.of(
            "{\"topic\":\"sales?site=8\",\"compare\":\"previous\"}",
            "{\"topic\":\"sales\",\"with\":{\"site\":8},\"compare\":\"week\"}",
            "{\"topic\":\"sales\",\"with\":{\"site\":8},\"compare\":\"target\"}")) {
      subscribe(socket, other);
      assertEquals("forbidden", socket.next("error").path("code").asText(), other);
    }
    for (String wrong :
        List.of(
            "{\"topic\":\"sales\",\"compare\":\"yesterday\"}",
            "{\"topic\":\"sales\",\"compare\":true}",
            "{\"topic\":\"routing\",\"compare\":\"target\"}",
            "{\"topic\":\"news\",\"compare\":\"week\"}")) {
      subscribe(socket, wrong);
      JsonNode error = socket.next("error");
      assertEquals("compare", error.path("field").asText(), wrong + error);
    }
  }

  private SseClient followed(String list) {
    return SseClient.open(
        vertx,
        "http://127.0.0.1:"
            + node.httpPort()
            + "/api/v1/stream?subscribe="
            + URLEncoder.encode(list, StandardCharsets.UTF_8),
        Map.of("Authorization", "Bearer " + seven));
  }

  /** The first update of whose version HTTP has the snapshot too. */
  private JsonNode same(Supplier<JsonNode> next, String with) throws Exception {
    for (int i = 0; i < 10; i++) {
      JsonNode update = next.get();
      assertEquals(PART, update.path("topic").asText(), update::toString);
      JsonNode read = get(node, BOARD + "?site=7&compare=" + with, seven).json();
      String version = "version:" + read.path("version").asText();
      if (!update.path("offset").asText().equals(version)) continue;
      assertEquals(read.path("data"), update.path("data"));
      assertEquals(read.path("comparison"), update.path("comparison"));
      assertTrue(update.path("comparison").isObject(), update::toString);
      for (JsonNode each : List.of(read, update)) {
        assertEquals(with, each.at("/compared/with").asText());
        if (with.equals("target")) continue;
        Instant at = Instant.parse(each.path("timestamp").asText());
        Duration before = Duration.ofDays(with.equals("week") ? 7 : 1);
        assertEquals(at.minus(before), Instant.parse(each.at("/compared/at").asText()));
      }
      return update;
    }
    throw new AssertionError("HTTP never had the snapshot of the subscription");
  }
}
