package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.NodeBeacon;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.WsClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Operators see the sessions of all nodes, and end one. */
class AdminSessionsIT extends AccessCase {
  private static final String VIEWER = Person.of("vic").with("viewer").token();

  private Boardcast one;
  private Boardcast two;

  @BeforeEach
  void start() {
    one = deploy();
    two = deploy();
    for (Boardcast node : List.of(one, two)) {
      Awaitility.await()
          .until(() -> get(node, "/api/v1/admin/nodes", VIEWER).json().path("nodes").size() == 2);
    }
  }

  @Override
  BoardcastOptions options() {
    return super.options().set("trusted-proxies", "127.0.0.0/8");
  }

  @Test
  void eachSessionIsDescribed() throws Exception {
    Instant before = Instant.now().minusSeconds(1);
    WsClient client = socket(two, "agents,routing", Person.of("ann").token());
    String id = session(client);
    client.next("subscribed");
    stream(one, "agents", Person.of("ann").token()).next("subscribed");
    session(socket(one, "agents", null));

    JsonNode all = get(one, SESSIONS + "?user=ann", VIEWER).json();

    assertEquals(0, all.path("silent").size());
    assertEquals(2, all.path("sessions").size());
    JsonNode ws = find(all, id);
    assertEquals("ann", ws.path("user").asText());
    assertEquals(two.info().name(), ws.path("node").asText());
    assertEquals("127.0.0.1", ws.path("address").asText());
    assertEquals("websocket", ws.path("transport").asText());
    assertTrue(Instant.parse(ws.path("since").asText()).isAfter(before));
    assertEquals(Set.of("agents", "routing"), texts(ws.path("topics")));
    assertEquals(2, ws.path("topic_count").asInt());
    assertEquals(0, ws.path("bytes").asInt());
    assertEquals(0, ws.path("lag_ms").asInt());
    var transports = new HashSet<String>();
    all.path("sessions").forEach(each -> transports.add(each.path("transport").asText()));
    assertEquals(Set.of("websocket", "sse"), transports);
    assertEquals(3, get(two, SESSIONS, VIEWER).json().path("sessions").size());
    assertEquals(1, get(two, SESSIONS + "?topic=routing", VIEWER).json().path("sessions").size());
    assertEquals(
        1,
        get(one, SESSIONS + "?node=" + two.info().name(), VIEWER).json().path("sessions").size());
  }

  @Test
  void pagesFollowEachOtherWithoutGapsOverAllNodes() throws Exception {
    var expected = new TreeSet<String>();
    for (int i = 0; i < 23; i++) {
      expected.add(session(socket(i % 3 == 0 ? one : two, "agents", null)));
    }
    var seen = new ArrayList<String>();
    String after = null;
    do {
      String path = SESSIONS + "?limit=5" + (after == null ? "" : "&after=" + after);
      JsonNode page = get(one, path, VIEWER).json();
      assertTrue(page.path("sessions").size() <= 5);
      page.path("sessions").forEach(each -> seen.add(each.path("session").asText()));
      after = page.path("next").textValue();
    } while (after != null);
    assertEquals(List.copyOf(expected), seen);
  }

  @Test
  void aSessionIsEndedFromAnotherNode() throws Exception {
    String token = Person.of("ann").token();
    WsClient client = socket(two, "agents", token);
    WsClient other = socket(two, "agents", token);
    String id = session(client);
    session(other);
    assertEquals(204, delete(one, SESSIONS + "/" + id, ADMIN).status());
    assertEquals(4403, client.closeCode());
    assertFalse(other.isClosed());
    assertEquals(404, delete(one, SESSIONS + "/" + id, ADMIN).status());
    assertEquals(400, delete(one, SESSIONS + "/nonsense", ADMIN).status());
  }

  @Test
  void aNodeThatDoesNotAnswerIsNamed() throws Exception {
    var beacon =
        new NodeBeacon(
            "node-dead", "1", List.of("gateway"), "h", 1, 2, NodeBeacon.UP, Instant.now());
    new TypedBus(vertx).publish(Addresses.NODE_BEACONS, beacon);
    Awaitility.await()
        .until(() -> texts(get(one, SESSIONS, VIEWER).json().path("silent")).contains("node-dead"));
    Answer answer = delete(one, SESSIONS + "/" + UUID.randomUUID(), ADMIN);
    assertEquals(503, answer.status());
    assertTrue(answer.json().path("detail").asText().contains("node-dead"));
  }

  /** The status for a viewer and for an admin. */
  private record Access(String method, String path, int ofViewer, int ofAdmin) {}

  @Test
  void viewersReadAndAdminsAct() throws Exception {
    String id = "7e2b8b4e-3a6b-4c5e-9d1f-0a1b2c3d4e5f";
    for (Access each :
        List.of(
            new Access("GET", "nodes", 200, 200),
            new Access("GET", "sessions", 200, 200),
            new Access("GET", "revocations", 200, 200),
            new Access("POST", "revocations", 403, 400),
            new Access("DELETE", "revocations/" + id, 403, 404),
            new Access("DELETE", "sessions/" + id, 403, 404),
            new Access("POST", "nodes/none/drain", 403, 404),
            new Access("POST", "boards/none/recompute", 403, 404))) {
      String message = each.toString();
      assertEquals(401, status(each, null), message);
      assertEquals(403, status(each, Person.of("ann").token()), message);
      assertEquals(each.ofViewer(), status(each, VIEWER), message);
      assertEquals(each.ofAdmin(), status(each, ADMIN), message);
    }
  }

  private int status(Access access, String token) throws Exception {
    String body = access.method().equals("POST") ? "{}" : null;
    return send(one, access.method(), "/api/v1/admin/" + access.path(), token, body).status();
  }

  @Test
  void badInputNamesTheParameter() throws Exception {
    for (String query : List.of("node=none", "after=7", "limit=0", "limit=201", "x=1")) {
      Answer answer = get(one, SESSIONS + "?" + query, VIEWER);
      assertEquals(400, answer.status(), query);
      assertEquals(query.substring(0, query.indexOf('=')), answer.fields());
    }
  }

  private static JsonNode find(JsonNode page, String session) {
    for (JsonNode each : page.path("sessions")) {
      if (each.path("session").asText().equals(session)) return each;
    }
    throw new AssertionError("no " + session + " in " + page);
  }

  private static Set<String> texts(JsonNode list) {
    var texts = new HashSet<String>();
    list.forEach(each -> texts.add(each.asText()));
    return texts;
  }
}
