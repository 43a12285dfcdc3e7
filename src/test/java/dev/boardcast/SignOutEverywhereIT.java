package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.boardcast.auth.Tokens;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.SseClient;
import dev.boardcast.testing.WsClient;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SignOutEverywhereIT extends AccessCase {
  @Test
  void aUserEndsAllOwnSessionsAndTokensAndNoOthers() throws Exception {
    Boardcast one = deploy();
    Boardcast two = deploy();
    Instant now = Instant.now();
    WsClient here = socket(one, "agents", token("ann", now));
    WsClient there = socket(two, "agents", token("ann", now.minusSeconds(40)));
    SseClient stream = stream(two, "agents", token("ann", now));
    WsClient bob = socket(two, "agents", token("bob", now));
    for (WsClient each : new WsClient[] {here, there, bob}) each.next("subscribed");
    stream.next("subscribed");

    Answer answer = delete(one, "/api/v1/sessions", token("ann", now));

    assertEquals(200, answer.status());
    assertEquals("ann", answer.json().path("user").asText());
    assertEquals(4401, here.closeCode());
    assertEquals(4401, there.closeCode());
    assertEquals(4401, stream.next("close").data().path("code").asInt());
    assertFalse(bob.isClosed());
    // A token of the second of the request may be older than it, and is refused; the next is not.
    Instant before = Instant.parse(answer.json().path("issued_before").asText());
    assertEquals(401, get(two, "/api/v1/tasks", token("ann", before.minusSeconds(1))).status());
    assertEquals(200, get(two, "/api/v1/tasks", token("ann", before)).status());
    assertEquals(200, get(two, "/api/v1/tasks", token("bob", now)).status());
  }

  @Test
  void signingOutAgainReplacesTheEarlierOne() throws Exception {
    Boardcast one = deploy();
    Instant now = Instant.now();
    Answer first = delete(one, "/api/v1/sessions", token("ann", now));
    Instant before = Instant.parse(first.json().path("issued_before").asText());
    assertEquals(200, delete(one, "/api/v1/sessions", token("ann", before)).status());
    assertEquals(1, get(one, REVOCATIONS, ADMIN).json().path("revocations").size());
  }

  @Test
  void itNeedsAToken() throws Exception {
    assertEquals(401, delete(deploy(), "/api/v1/sessions", null).status());
  }

  private static String token(String user, Instant issued) {
    return Tokens.hs256(
        Cluster.SECRET, Tokens.claims(Map.of("sub", user, "iat", issued.getEpochSecond())));
  }
}
