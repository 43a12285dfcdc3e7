package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.auth.Tokens;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.WsClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Settings name the claims of user, teams and roles, for requests and for sessions. */
class TokenClaimsIT extends AccessCase {
  @Override
  BoardcastOptions options() {
    return super.options()
        .set("jwt-user-claim", "preferred_username")
        .set("jwt-teams-claim", "https://example.com/teams")
        .set("jwt-roles-claim", "realm_access.roles")
        // Nobody answers there: a token of an unknown key may be valid.
        .set("jwt-jwks-url", "http://127.0.0.1:1/keys");
  }

  @Test
  void requestsAndSessionsHaveTheUserTeamsAndRolesOfTheConfiguredClaims() throws Exception {
    Boardcast node = deploy();
    String token = token("ann", List.of("offline_access", "viewer"));
    assertEquals(200, get(node, SESSIONS, token).status());
    Answer task = post(node, "/api/v1/tasks", token, "{\"title\":\"t\",\"team_id\":\"red\"}");
    assertEquals(201, task.status(), () -> task.json().toString());
    assertEquals("ann", task.json().path("owner_id").asText());
    assertEquals(403, get(node, SESSIONS, token("ann", "profile email")).status());
    assertEquals(200, get(node, SESSIONS, token("ann", "profile viewer")).status());

    WsClient socket = socket(node, "team.red", token);
    socket.next("subscribed");
    assertEquals("ann", get(node, SESSIONS, token).json().at("/sessions/0/user").asText());
    WsClient other = socket(node, "team.blue", token);
    assertEquals("forbidden", other.next("error").path("code").asText());
  }

  @Test
  void whileTheKeysAreAwayATokenOfAnUnknownKeyMayComeAgain() throws Exception {
    Boardcast node = deploy();
    String unknown = Tokens.signed("RS256", "k9", Tokens.rsa(), claims("ann", List.of("viewer")));
    assertEquals(503, get(node, SESSIONS, unknown).status());
    assertEquals(List.of("5"), header(node, SESSIONS, unknown, "Retry-After"));
    assertEquals(1013, socket(node, "agents", unknown).closeCode());
    assertEquals(503, stream(node, "agents", unknown).status());
    // A forgery with a secret is none of the keys that are away.
    String forged = Tokens.hs256("x".repeat(32), claims("ann", List.of("viewer")));
    assertEquals(401, get(node, SESSIONS, forged).status());
    assertEquals(4401, socket(node, "agents", forged).closeCode());
  }

  @Test
  void aUserThatIsNoTextIsRefused() throws Exception {
    Boardcast node = deploy();
    String half = token("ann\ud800", List.of());
    assertEquals(401, get(node, "/api/v1/tasks", half).status());
    assertEquals(4401, socket(node, "agents", half).closeCode());
  }

  private static String token(String user, Object roles) {
    return Tokens.hs256(Cluster.SECRET, claims(user, roles));
  }

  private static Map<String, Object> claims(String user, Object roles) {
    return Tokens.claims(
        Map.of(
            "sub",
            "not-the-user",
            "preferred_username",
            user,
            "https://example.com/teams",
            List.of("red"),
            "realm_access",
            Map.of("roles", roles)));
  }
}
