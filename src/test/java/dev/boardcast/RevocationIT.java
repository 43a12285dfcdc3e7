package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.auth.Tokens;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.SseClient;
import dev.boardcast.testing.WsClient;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Revocations end sessions and refuse tokens, on every node. */
class RevocationIT extends AccessCase {
  private Boardcast one;
  private Boardcast two;

  @BeforeEach
  void start() {
    one = deploy();
    two = deploy();
  }

  @ParameterizedTest
  @CsvSource({
    "user, true",
    "user, false",
    "token_id, true",
    "token_id, false",
    "key_id, true",
    "key_id, false",
    "issued_before, true",
    "issued_before, false"
  })
  void sessionsThatARevocationFitsEndOnEveryNodeAndHttpIsRefused(String criterion, boolean lost)
      throws Exception {
    String keyOfEve = keyId(one, token("eve", "t0"));
    String token = token("ann", "t1");
    WsClient here = socket(one, "agents", token);
    WsClient there = socket(two, "agents", token);
    SseClient stream = stream(two, "agents", token);
    WsClient anonymous = socket(two, "agents", null);
    here.next("subscribed");
    there.next("subscribed");
    stream.next("subscribed");
    anonymous.next("subscribed");
    String value =
        switch (criterion) {
          case "user" -> "ann";
          case "token_id" -> "t1";
          case "key_id" -> keyOfEve;
          default -> Instant.now().plusSeconds(1).toString();
        };
    busIsLost.set(lost);
    long start = System.nanoTime();
    Answer added = post(one, REVOCATIONS, ADMIN, body(criterion, value));
    assertEquals(201, added.status());
    assertEquals(4401, here.closeCode());
    assertEquals("revoked", here.closeReason());
    assertEquals(4401, there.closeCode());
    JsonNode last = stream.next("close").data();
    assertEquals(4401, last.path("code").asInt());
    assertTrue(System.nanoTime() - start < WITHIN.toNanos(), "in time");
    assertFalse(anonymous.isClosed());
    for (Boardcast node : Set.of(one, two)) {
      Answer refused = get(node, "/api/v1/tasks", token);
      assertEquals(401, refused.status());
      assertEquals("revoked", refused.json().path("reason").asText());
      assertEquals(4401, socket(node, "agents", token).closeCode());
      assertEquals(401, stream(node, "agents", token).status());
    }
  }

  @Test
  void othersAreNotAffected() throws Exception {
    WsClient bob = socket(two, "agents", token("bob", "t2"));
    bob.next("subscribed");
    WsClient ann = socket(two, "agents", token("ann", "t1"));
    ann.next("subscribed");
    post(one, REVOCATIONS, ADMIN, body("token_id", "t1"));
    assertEquals(4401, ann.closeCode());
    assertEquals(200, get(two, "/api/v1/tasks", token("bob", "t2")).status());
    assertEquals(200, get(two, "/api/v1/tasks", token("ann", "t3")).status());
    assertFalse(bob.isClosed());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneSessionEndsWhereverItIs(boolean lost) throws Exception {
    String token = token("ann", "t1");
    WsClient first = socket(two, "agents", token);
    WsClient second = socket(two, "agents", token);
    String session = session(first);
    session(second);
    busIsLost.set(lost);
    assertEquals(201, post(one, REVOCATIONS, ADMIN, body("session", session)).status());
    assertEquals(4401, first.closeCode());
    assertFalse(second.isClosed());
    assertEquals(200, get(two, "/api/v1/tasks", token).status());
  }

  @Test
  void tokensOfAUserIssuedLaterAreAccepted() throws Exception {
    Instant now = Instant.now();
    String older = token("ann", "t1", now.minusSeconds(60));
    String newer = token("ann", "t2", now.minusSeconds(20));
    WsClient stays = socket(two, "agents", newer);
    session(stays);
    String body =
        "{\"user\":\"ann\",\"issued_before\":\"%s\",\"reason\":\"r\"}"
            .formatted(now.minusSeconds(30));
    assertEquals(201, post(one, REVOCATIONS, ADMIN, body).status());
    assertEquals(401, get(one, "/api/v1/tasks", older).status());
    assertEquals(200, get(one, "/api/v1/tasks", newer).status());
    assertFalse(stays.isClosed());
    // A token that does not tell when it was issued may be older.
    assertEquals(401, get(one, "/api/v1/tasks", token("ann", "t3", null)).status());
  }

  @Test
  void aNodeThatStartsLaterKnowsIt() throws Exception {
    post(one, REVOCATIONS, ADMIN, body("user", "ann"));
    Boardcast three = deploy();
    assertEquals(401, get(three, "/api/v1/tasks", token("ann", "t1")).status());
    assertEquals(200, get(three, "/api/v1/tasks", token("bob", "t1")).status());
  }

  @Test
  void aLiftedOneAndOneThatHasEndedRefuseNobody() throws Exception {
    String token = token("ann", "t1");
    Answer added = post(one, REVOCATIONS, ADMIN, body("user", "ann"));
    String id = added.json().path("id").asText();
    Awaitility.await().until(() -> get(two, "/api/v1/tasks", token).status() == 401);
    assertEquals(204, delete(two, REVOCATIONS + "/" + id, ADMIN).status());
    Awaitility.await().until(() -> get(one, "/api/v1/tasks", token).status() == 200);
    Awaitility.await().until(() -> get(two, "/api/v1/tasks", token).status() == 200);
    assertEquals(404, delete(two, REVOCATIONS + "/" + id, ADMIN).status());
    String brief =
        "{\"user\":\"ann\",\"reason\":\"r\",\"until\":\"%s\"}"
            .formatted(Instant.now().plusSeconds(4));
    assertEquals(201, post(one, REVOCATIONS, ADMIN, brief).status());
    Awaitility.await().until(() -> get(two, "/api/v1/tasks", token).status() == 401);
    Awaitility.await().until(() -> get(two, "/api/v1/tasks", token).status() == 200);
    assertEquals(0, get(one, REVOCATIONS, ADMIN).json().path("revocations").size());
  }

  @Test
  void aTokenInBandIsRefusedToo() throws Exception {
    post(one, REVOCATIONS, ADMIN, body("token_id", "t2"));
    WsClient client = socket(one, "agents", token("ann", "t1"));
    session(client);
    client.send("{\"type\":\"auth\",\"token\":\"" + token("ann", "t2") + "\"}");
    assertEquals(4401, client.closeCode());
  }

  @Test
  void theListIsPagedTheLatestFirst() throws Exception {
    for (int i = 0; i < 5; i++) post(one, REVOCATIONS, ADMIN, body("user", "user-" + i));
    JsonNode first = get(two, REVOCATIONS + "?limit=3", ADMIN).json();
    assertEquals("user-4", first.at("/revocations/0/user").asText());
    assertEquals("root", first.at("/revocations/0/created_by").asText());
    assertEquals(3, first.path("revocations").size());
    String next = first.path("next").asText();
    JsonNode second = get(two, REVOCATIONS + "?limit=3&after=" + next, ADMIN).json();
    assertEquals("user-0", second.at("/revocations/1/user").asText());
    assertTrue(second.path("next").isNull());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'reason':'r'} | user",
        "{'user':'ann'} | reason",
        "{'user':'ann','session':'s','reason':'r'} | session",
        "{'user':'ann','key_id':'k','reason':'r'} | key_id",
        "{'session':'nonsense','reason':'r'} | session",
        "{'token_id':'t','issued_before':'2026-01-31T12:00:00Z','reason':'r'} | issued_before",
        "{'user':'ann','reason':'r','until':'2020-01-31T12:00:00Z'} | until",
        "{'issued_before':'2150-01-31T12:00:00Z','reason':'r'} | issued_before",
        "{'user':'ann','reason':'r','more':1} | more"
      })
  void badInputNamesTheField(String json, String field) throws Exception {
    Answer answer = post(one, REVOCATIONS, ADMIN, json.replace('\'', '"'));
    assertEquals(400, answer.status());
    assertEquals(field, answer.fields());
    assertEquals(0, get(one, REVOCATIONS, ADMIN).json().path("revocations").size());
  }

  private String keyId(Boardcast node, String token) throws Exception {
    WsClient client = socket(node, "agents", token);
    String session = session(client);
    JsonNode found = get(node, SESSIONS + "?user=eve", ADMIN).json().at("/sessions/0");
    assertEquals(session, found.path("session").asText());
    return found.path("key_id").asText();
  }

  private static String token(String user, String id) {
    return token(user, id, Instant.now());
  }

  private static String token(String user, String id, Instant issued) {
    var claims = new java.util.HashMap<String, Object>(Map.of("sub", user, "jti", id));
    claims.put("iat", issued == null ? null : issued.getEpochSecond());
    return Tokens.hs256(Cluster.SECRET, Tokens.claims(claims));
  }

  private static String body(String criterion, String value) {
    return "{\"%s\":\"%s\",\"reason\":\"left the company\"}".formatted(criterion, value);
  }
}
