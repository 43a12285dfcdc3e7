package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.testing.SseClient;
import dev.boardcast.testing.WsClient;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who has a token for one site sees that site's facts and numbers alone, by no way another's. */
class PinnedParameterIT extends PartsCase {
  private static final String SEVEN = token("ann", "7", "viewer");
  private static final String EIGHT = token("bob", 8, "viewer");
  private static final String BOTH = token("eve", List.of("7", "8"), "viewer");
  private static final String OTHER = token("joe", null, "viewer");
  private static final String TODAY = "from=2020-01-01&to=2100-01-01";
  private static final List<String> QUERIES =
      List.of(
          "?",
          "?" + TODAY + "&",
          "?compare=previous&",
          "?compare=previous&from=2026-01-01&to=2026-01-02&",
          "/history?metric=orders&",
          "/history?metric=orders&format=csv&",
          "/facts?metric=orders&",
          "/facts?metric=orders&format=csv&",
          "/facts?metric=revenue&" + TODAY + "&");

  private Boardcast node;

  @BeforeEach
  void start() throws Exception {
    write(FILE);
    node = deploy();
    sell(node, 3, "7", 10);
    sell(node, 5, "8", 8888);
    awaitOrders(node, "", ADMIN, 8);
    awaitOrders(node, "", SEVEN, 3);
    awaitOrders(node, "", EIGHT, 5);
  }

  @Test
  void noRequestReadsAnotherSite() throws Exception {
    for (String query : QUERIES) {
      for (String own : List.of("", "site=7", "site=7&shop=1", "shop=2")) {
        String read = text(query + own, SEVEN, 200);
        assertFalse(read.contains("8888") || read.contains("\"8\""), query + own + read);
      }
      for (String other :
          List.of("site=8", "site=8&shop=1", "SITE=8", "site=7%20", "site=%37%38")) {
        text(query + other, SEVEN, 403);
      }
      for (String wrong : List.of("site=7&site=8", "site=", "sites=8", "shop=x")) {
        text(query + wrong, SEVEN, 400);
      }
      text(query, OTHER, 403);
      text(query + "site=7", OTHER, 403);
      text(query, null, 401);
      text(query, BOTH, 400);
      text(query + "site=9", BOTH, 403);
    }
    assertEquals(3, orders("?site=7", BOTH));
    assertEquals(5, orders("?site=8", BOTH));
    assertEquals(8, orders("", ADMIN));
    assertEquals(3, orders("", token("eve", List.of(7), "viewer")));
    // An admin whose claim cannot be read is not one without it.
    for (Object unreadable : List.of(List.of(7.5), Map.of("id", 7), List.of(), 7.5)) {
      text("?", token("root", unreadable, "admin"), 403);
      text("?site=7", token("root", unreadable, "admin"), 403);
    }
    assertEquals(5, orders("?site=8", ADMIN));
    assertEquals(2, orders("?shop=1", SEVEN));
    assertEquals(5, orders("?shop=1", ADMIN));
    assertEquals(3, get(node, BOARD + "?" + TODAY, SEVEN).json().at("/data/orders").asInt());
    assertEquals(3, get(node, BOARD + "/facts?metric=orders", SEVEN).json().path("facts").size());
    // The history has a point every five seconds.
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> text("/history?metric=orders", SEVEN, 200).contains(",3]"));
  }

  @Test
  void noCacheSharesAnAnswer() throws Exception {
    assertEquals(List.of("no-store"), header(node, BOARD, SEVEN, "Cache-Control"));
    assertTrue(header(node, BOARD, SEVEN, "Vary").toString().contains("Authorization"));
    assertEquals(List.of("no-store"), header(node, BOARD + "/history", SEVEN, "Cache-Control"));
    String tag = header(node, BOARD, EIGHT, "ETag").get(0);
    String own = header(node, BOARD, SEVEN, "ETag").get(0);
    assertFalse(own.replaceFirst(".*-", "").equals(tag.replaceFirst(".*-", "")), own + tag);
  }

  @Test
  void noSocketFollowsAnotherSite() throws Exception {
    WsClient socket = socket(node, "", SEVEN);
    socket.next("connection_ack");
    subscribe(socket, "\"sales\"");
    assertEquals("sales?site=7", socket.next("subscribed").path("topic").asText());
    String version = awaitUpdate(socket, "sales?site=7", 3).path("offset").asText();
    for (String other :
        List.of(
            "\"sales?site=8\"",
            "{\"topic\":\"sales\",\"with\":{\"site\":8}}",
            "{\"topic\":\"sales\",\"with\":{\"site\":\"8\"},\"since\":\"" + version + "\"}",
            "{\"topic\":\"sales?site=8\",\"fields\":[\"orders\"],\"deltas\":true}",
            "{\"topic\":\"sales\",\"with\":{\"site\":\"8\",\"shop\":1},\"presence\":true}")) {
      subscribe(socket, other);
      JsonNode error = socket.next("error");
      assertEquals("forbidden", error.path("code").asText(), other + error);
    }
    for (String wrong :
        List.of(
            "\"sales?site=7&site=8\"",
            "\"sales?site\"",
            "{\"topic\":\"sales\",\"with\":{\"sites\":\"8\"}}",
            "{\"topic\":\"sales\",\"with\":{\"site\":7.5}}",
            "{\"topic\":\"sales\",\"with\":{\"shop\":\"x\"}}",
            "{\"topic\":\"sales\",\"with\":[]}",
            "{\"topic\":\"sales?site=7\",\"with\":{\"shop\":1}}",
            "{\"topic\":\"routing\",\"with\":{\"site\":7}}",
            "{\"topic\":\"sales\",\"with\":{\"site\":\"" + "x".repeat(201) + "\"}}")) {
      subscribe(socket, wrong);
      JsonNode error = socket.next("error");
      assertEquals("invalid", error.path("code").asText(), wrong + error);
      assertTrue(error.path("field").asText().matches("with.*|topic"), wrong + error);
    }
    socket.send("{\"type\":\"history\",\"topic\":\"sales?site=8\",\"metric\":\"orders\",\"id\":1}");
    assertEquals("forbidden", socket.next("error").path("code").asText());
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              socket.send(
                  "{\"type\":\"history\",\"topic\":\"sales\",\"metric\":\"orders\",\"id\":2}");
              return socket.next("history").toString().contains(",3]");
            });
    subscribe(socket, "{\"topic\":\"sales\",\"with\":{\"site\":7},\"fields\":[\"orders\"]}");
    assertEquals("sales?site=7", socket.next("subscribed").path("topic").asText());
    socket.send("{\"type\":\"state\",\"id\":3}");
    assertEquals(1, socket.next("state").path("topics").size(), "the later one replaces");
    // The same user with a token for another site.
    socket.send("{\"type\":\"auth\",\"token\":\"" + token("ann", "8", "viewer") + "\"}");
    assertEquals("forbidden", socket.next("error").path("code").asText());
    sell(node, 1, "8", 8888);
    awaitOrders(node, "", EIGHT, 6);
    for (JsonNode each : socket.settle()) assertFalse(each.toString().contains("8888"));
  }

  @Test
  void noStreamOrOlderPathFollowsAnotherSite() throws Exception {
    SseClient stream = stream(node, "sales", SEVEN);
    SseClient.Event update = stream.next("metrics:update");
    assertEquals("sales?site=7", update.data().path("topic").asText());
    assertEquals(3, update.data().at("/data/orders").asInt());
    SseClient other = stream(node, "sales%3Fsite%3D8", SEVEN);
    assertEquals(403, other.status());
    String list =
        "[{\"topic\":\"sales\",\"with\":{\"site\":8}},{\"topic\":\"sales\",\"with\":{\"shop\":2}}]";
    SseClient both =
        SseClient.open(
            vertx,
            "http://127.0.0.1:"
                + node.httpPort()
                + "/api/v1/stream?subscribe="
                + URLEncoder.encode(list, StandardCharsets.UTF_8),
            Map.of("Authorization", "Bearer " + SEVEN, "Last-Event-ID", update.lastId()));
    assertEquals("forbidden", both.next("error").data().path("code").asText());
    JsonNode shop = both.next("metrics:update").data();
    assertEquals("sales?shop=2&site=7", shop.path("topic").asText());
    assertEquals(1, shop.at("/data/orders").asInt());
    both.close();
    assertEquals(3, older("", SEVEN).path("orders").asInt());
    assertEquals(3, older("?site=7", SEVEN).path("orders").asInt());
    assertEquals(2, older("?shop=1", SEVEN).path("orders").asInt());
    String base = "ws://127.0.0.1:" + node.httpPort() + "/ws/metrics/sales";
    WsClient refused = WsClient.connect(vertx, base + "?site=8", bearer(SEVEN), List.of());
    assertEquals(4403, refused.closeCode());
    refused.close();
  }

  @Test
  void alertsOfTheWholeAreForAdminsWhomNoClaimConfines() throws Exception {
    String rules = "/api/v1/alerts/rules";
    String rule =
        """
        {"name":"%s","board":"sales","metric":"orders","condition":"above","bound":1,\
        "for_seconds":0}""";
    String confined = token("root", "7", "admin");
    var refused = post(node, rules, confined, rule.formatted("mine"));
    assertEquals(400, refused.status());
    assertTrue(refused.json().toString().contains("\"board\""), refused.json()::toString);
    var created = post(node, rules, ADMIN, rule.formatted("all"));
    assertEquals(201, created.status(), created.json()::toString);
    String one = rules + "/" + created.json().path("id").asText();
    Awaitility.await()
        .until(() -> get(node, "/api/v1/alerts", ADMIN).json().path("items").size() == 1);
    for (String list : List.of(rules, "/api/v1/alerts", "/api/v1/alerts/history")) {
      assertEquals(0, get(node, list, confined).json().path("items").size(), list);
      assertEquals(1, get(node, list, ADMIN).json().path("items").size(), list);
    }
    noStreamOfAlertsIsReadBy(confined);
    assertEquals(404, get(node, one, confined).status());
    assertEquals(404, delete(node, one, confined).status());
    assertEquals(200, get(node, one, ADMIN).status());
    assertEquals(204, delete(node, one, ADMIN).status());
  }

  /** By no path; an admin without the claim reads it by each. */
  private void noStreamOfAlertsIsReadBy(String confined) throws Exception {
    String events = "/api/v1/streams/alerts.sales/events";
    assertEquals(1, get(node, events, ADMIN).json().path("events").size());
    assertEquals(403, get(node, events, confined).status());
    assertEquals(200, stream(node, "alerts.sales", ADMIN).status());
    assertEquals(403, stream(node, "alerts.sales", confined).status());
    WsClient own = socket(node, "alerts.sales", ADMIN);
    own.next("subscribed");
    WsClient socket = socket(node, "", confined);
    socket.next("connection_ack");
    for (String asked :
        List.of("\"alerts.sales\"", "{\"topic\":\"alerts.sales\",\"since\":\"0:0\"}")) {
      subscribe(socket, asked);
      assertEquals("forbidden", socket.next("error").path("code").asText(), asked);
    }
    socket.send("{\"type\":\"history\",\"topic\":\"alerts.sales\",\"id\":1}");
    assertEquals("forbidden", socket.next("error").path("code").asText());
    assertEquals(403, get(node, "/api/v1/presence/alerts.sales", confined).status());
  }

  @Test
  void noReportShowsAnotherSite() throws Exception {
    for (String format : List.of("/report.pdf", "/report.png")) {
      for (String other : List.of("?site=8", "?site=8&shop=1")) {
        assertEquals(403, statusOf(format + other, SEVEN), format + other);
      }
      assertEquals(403, statusOf(format, OTHER));
      assertEquals(401, statusOf(format, null));
      assertEquals(400, statusOf(format, BOTH));
      // What the picture shows is what its reader is asked for: the own site.
      assertEquals(200, statusOf(format, SEVEN));
    }
  }

  private int statusOf(String path, String token) throws Exception {
    var request =
        HttpRequest.newBuilder(
            java.net.URI.create("http://127.0.0.1:" + node.httpPort() + BOARD + path));
    if (token != null) request.header("Authorization", "Bearer " + token);
    return java.net.http.HttpClient.newHttpClient()
        .send(request.build(), HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  @Test
  void presenceIsThatOfThePart() throws Exception {
    assertEquals(403, get(node, "/api/v1/presence/sales", SEVEN).status());
    assertEquals(403, get(node, "/api/v1/presence/sales%3Fsite%3D8", SEVEN).status());
    assertEquals(200, get(node, "/api/v1/presence/sales%3Fsite%3D7", SEVEN).status());
    WsClient socket = socket(node, "sales", SEVEN);
    socket.next("subscribed");
    socket.send("{\"type\":\"presence\",\"topic\":\"sales\",\"data\":{\"name\":\"Ann\"}}");
    JsonNode present = socket.next("presence");
    assertEquals("sales?site=7", present.path("topic").asText(), present::toString);
    assertEquals("Ann", present.at("/users/0/data/name").asText(), present::toString);
    socket.send("{\"type\":\"presence\",\"topic\":\"sales?site=8\"}");
    assertEquals("topic", socket.next("error").path("field").asText());
  }

  private JsonNode older(String query, String token) {
    WsClient socket =
        WsClient.connect(
            vertx,
            "ws://127.0.0.1:" + node.httpPort() + "/ws/metrics/sales" + query,
            bearer(token),
            List.of());
    try {
      return socket.next();
    } finally {
      socket.close();
    }
  }

  private static Map<String, String> bearer(String token) {
    return Map.of("Authorization", "Bearer " + token);
  }

  private int orders(String query, String token) throws Exception {
    // A part that nobody has asked for before is there at once.
    return get(node, BOARD + query, token).json().at("/data/orders").asInt();
  }

  private String text(String query, String token, int status) throws Exception {
    var request =
        HttpRequest.newBuilder(
            java.net.URI.create("http://127.0.0.1:" + node.httpPort() + BOARD + query));
    if (token != null) request.header("Authorization", "Bearer " + token);
    var response =
        java.net.http.HttpClient.newHttpClient()
            .send(request.build(), HttpResponse.BodyHandlers.ofString());
    assertEquals(status, response.statusCode(), query + response.body());
    return response.body();
  }
}
