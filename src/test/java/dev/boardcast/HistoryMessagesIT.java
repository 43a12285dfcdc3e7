package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.WsClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a session asks for: its own state, and the past of topics, as by HTTP. */
class HistoryMessagesIT extends AccessCase {
  private static final String ANN = Person.of("ann", "red").with("ingest", "publish").token();
  private static final String BOB = Person.of("bob").token();

  private String metricsBoard = "platform";

  @Override
  BoardcastOptions options() {
    return super.options().set("metrics-board", metricsBoard).set("gateway-max-queue", "16384");
  }

  @Test
  void aPageOfAStreamIsTheSameAsByHttpInBothDirections() throws Exception {
    Boardcast node = deploy();
    WsClient socket = socket(node, "chat", ANN);
    socket.next("subscribed");
    String path = "/api/v1/streams/chat/events";
    for (int n = 0; n < 5; n++) {
      post(node, path, ANN, "{\"type\":\"said\",\"data\":{\"n\":%d}}".formatted(n));
      socket.next("said");
    }

    JsonNode first = ask(socket, "'topic':'chat','limit':2");
    assertEquals(get(node, path + "?limit=2", ANN).json(), first);
    assertEquals(List.of(0, 1), numbers(first));
    JsonNode second = ask(socket, "'topic':'chat','limit':2,'after':" + first.path("next"));
    assertEquals(List.of(2, 3), numbers(second));

    JsonNode last = ask(socket, "'topic':'chat','limit':2,'before':'end'");
    assertEquals(get(node, path + "?limit=2&before=end", ANN).json(), last);
    assertEquals(List.of(3, 4), numbers(last));
    JsonNode older = ask(socket, "'topic':'chat','limit':2,'before':" + last.path("previous"));
    assertEquals(List.of(1, 2), numbers(older));
    JsonNode oldest = ask(socket, "'topic':'chat','limit':2,'before':" + older.path("previous"));
    assertEquals(List.of(0), numbers(oldest));
    assertTrue(oldest.path("previous").isMissingNode());
    assertEquals(
        List.of(1),
        numbers(ask(socket, "'topic':'chat','limit':1,'after':" + oldest.path("next"))));

    JsonNode lost = ask(socket, "'topic':'chat','before':'ffffffff:3'");
    assertFalse(lost.path("recovered").asBoolean());
    assertEquals(List.of(), numbers(lost));
  }

  @Test
  void theHistoryOfABoardIsTheSameAsByHttp() throws Exception {
    Boardcast node = deploy();
    WsClient socket = socket(node, "routing", ANN);
    String fact = "{\"strategy\":\"cost\",\"provider\":\"p\",\"cost\":1}";
    assertEquals(201, post(node, "/routing/decisions", ANN, fact).status());
    String from = "2026-01-01T00:00:00Z";
    String query =
        "?metric=total_decisions&metric=avg_confidence&step=1h&to=2026-01-02T00:00:00Z&from=";

    JsonNode series =
        ask(
            socket,
            "'topic':'routing','metric':['total_decisions','avg_confidence'],'step':'1h',"
                + "'to':'2026-01-02T00:00:00Z','from':'%s'".formatted(from));

    assertEquals(get(node, "/api/v1/boards/routing/history" + query + from, ANN).json(), series);
    assertEquals(2, series.path("series").size());
  }

  @Test
  void wrongRequestsAreAnsweredByErrorsThatNameTheFieldAndTheSessionGoesOn() throws Exception {
    Boardcast node = deploy();
    WsClient socket = socket(node, "", ANN);
    for (String[] each :
        new String[][] {
          {"'limit':5", "topic"},
          {"'topic':'chat','limit':'5'", "limit"},
          {"'topic':'chat','limit':0", "limit"},
          {"'topic':'chat','limit':501", "limit"},
          {"'topic':'chat','after':'x'", "after"},
          {"'topic':'chat','before':'x'", "before"},
          {"'topic':'chat','after':'1:1','before':'1:1'", "before"},
          {"'topic':'chat','metric':'total_decisions'", "metric"},
          {"'topic':'routing','after':'1:1'", "after"},
          {"'topic':'routing','metric':'none'", "metric"},
          {"'topic':'routing','from':'yesterday'", "from"},
          {"'topic':'routing','from':'2200-01-01T00:00:00Z'", "from"},
          {"'topic':'routing','step':'1ms','from':'2026-01-01T00:00:00Z'", "step"},
        }) {
      JsonNode error = request(socket, each[0]);
      assertEquals("invalid", error.path("code").asText(), each[0] + error);
      assertEquals(each[1], error.path("field").asText(), each[0] + error);
      assertTrue(
          error.path("message").asText().startsWith(each[1] + ": expected "), error.toString());
    }
    assertEquals("unknown_topic", request(socket, "'topic':'a b'").path("code").asText());
    assertEquals("forbidden", request(socket, "'topic':'user.bob'").path("code").asText());
    assertEquals("forbidden", request(socket, "'topic':'team.blue'").path("code").asText());
    assertEquals("forbidden", request(socket, "'topic':'team.'").path("code").asText());
    assertEquals(
        "not_authenticated",
        request(socket(node, "", null), "'topic':'tasks'").path("code").asText());
    assertEquals("history", request(socket, "'topic':'tasks'").path("type").asText());
    assertEquals("history", request(socket, "'topic':'team.red'").path("type").asText());
  }

  @Test
  void anAnswerThatASessionCannotTakeIsRefused() throws Exception {
    Boardcast node = deploy();
    WsClient socket = socket(node, "", ANN);
    String large = "{\"type\":\"t\",\"data\":{\"text\":\"%s\"}}".formatted("x".repeat(9000));
    WsClient listener = socket(node, "chat", ANN);
    listener.next("subscribed");
    assertEquals(201, post(node, "/api/v1/streams/chat/events", ANN, large).status());
    listener.next("t");
    JsonNode error = request(socket, "'topic':'chat'");
    assertEquals("too_large", error.path("code").asText(), error.toString());
    assertEquals("history", request(socket, "'topic':'other'").path("type").asText());
  }

  @Test
  void theStateListsTheSubscriptionsWithTheirOffsets() throws Exception {
    Boardcast node = deploy();
    WsClient socket = socket(node, "tasks,routing,chat,user.bob", ANN);
    String begun = socket.takeUntil(each -> each.path("topic").asText().equals("chat")).toString();
    assertTrue(begun.contains("subscribed"));
    socket.send("{\"type\":\"state\",\"id\":7}");
    JsonNode state = socket.next("state");
    assertEquals(7, state.path("id").asInt());
    assertEquals(List.of("routing", "chat", "tasks"), sortedTopics(state));
    post(node, "/api/v1/streams/chat/events", ANN, "{\"type\":\"said\",\"data\":{}}");
    String offset = socket.next("said").path("offset").asText();
    socket.send("{\"type\":\"state\"}");
    JsonNode next = socket.next("state");
    assertNull(next.get("id"));
    String there = next.path("topics").path(1).path("offset").asText();
    // Other streams of the shard may be further on.
    assertEquals(offset.split(":")[0], there.split(":")[0], next.toString());
    assertTrue(
        Long.parseLong(there.split(":")[1]) >= Long.parseLong(offset.split(":")[1]),
        next.toString());
  }

  @Test
  void anAdminGetsTheChangesOfAllTasks() throws Exception {
    Boardcast node = deploy();
    WsClient admin = socket(node, "tasks", ADMIN);
    WsClient bob = socket(node, "tasks", BOB);
    for (WsClient each : List.of(admin, bob)) each.next("subscribed");
    JsonNode task = post(node, "/api/v1/tasks", ANN, "{\"title\":\"Weed\"}").json();
    JsonNode created = admin.next("task_created");
    assertEquals(task.path("id"), created.path("data").path("task_id"));
    String path = "/api/v1/tasks/" + task.path("id").asText();
    post(node, path + "/share", ANN, "{\"user_id\":\"bob\"}");
    assertEquals("task_shared", admin.next().path("type").asText(), "once");
    assertEquals("task_shared", bob.next().path("type").asText(), "from then on");
    delete(node, path + "/share/bob", ANN);
    JsonNode unshared = admin.next();
    assertTrue(unshared.path("data").path("visible").asBoolean(), unshared.toString());
    JsonNode page = get(node, "/api/v1/streams/tasks/events", ADMIN).json();
    assertEquals(
        List.of("task_created", "task_shared", "task_updated"),
        page.path("events").findValuesAsText("type"));
    String forged = "{\"type\":\"task_created\",\"data\":{}}";
    assertEquals(400, post(node, "/api/v1/streams/tasks/events", ADMIN, forged).status());
    admin.send(
        "{\"type\":\"publish\",\"id\":\"f\",\"topic\":\"tasks\",\"event_type\":\"t\",\"data\":{}}");
    assertEquals("forbidden", admin.next("error").path("code").asText());
  }

  @Test
  void theBoardOfTheBarePathIsASetting() throws Exception {
    Boardcast node = deploy();
    var uri = "ws://127.0.0.1:" + node.httpPort() + "/ws/metrics?token=" + ANN;
    try (WsClient client = WsClient.connect(vertx, uri)) {
      JsonNode metrics = client.next("metrics");
      assertEquals("metrics", metrics.path("type").asText(), metrics.toString());
      assertTrue(metrics.path("data").has("activeUsers"), metrics.toString());
    }
    metricsBoard = "none";
    Throwable failure = assertThrows(Throwable.class, this::deploy);
    var said = new StringBuilder();
    for (Throwable each = failure; each != null; each = each.getCause()) said.append(each);
    assertTrue(said.toString().contains("metrics-board"), said.toString());
  }

  private static JsonNode ask(WsClient socket, String members) {
    JsonNode answer = request(socket, members);
    assertEquals("history", answer.path("type").asText(), answer.toString());
    return answer.path("data");
  }

  private static JsonNode request(WsClient socket, String members) {
    socket.send(("{'type':'history','id':'r'," + members + "}").replace('\'', '"'));
    List<JsonNode> read = socket.takeUntil(each -> each.path("id").asText().equals("r"));
    return read.get(read.size() - 1);
  }

  private static List<Integer> numbers(JsonNode page) {
    var found = new ArrayList<Integer>();
    page.path("events").forEach(each -> found.add(each.path("data").path("n").asInt()));
    return found;
  }

  private static List<String> sortedTopics(JsonNode state) {
    return state.path("topics").findValuesAsText("topic");
  }
}
