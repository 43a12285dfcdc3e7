package dev.boardcast.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.config.Settings;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.Principal;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Claims are found by name or path, and become user, teams and roles. */
@ExtendWith(VertxExtension.class)
class ClaimPathTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "roles | {\"roles\":1} | 1",
        "realm_access.roles | {\"realm_access\":{\"roles\":1}} | 1",
        "https://example.com/roles | {\"https://example.com/roles\":1,\"https://example\":{}} | 1",
        "a.b.c | {\"a.b\":{\"c\":1}} | 1",
        "a.b.c | {\"a\":{\"b.c\":1}} | 1",
        "a.b.c | {\"a\":{\"b\":{\"c\":1}}} | 1",
        "a.b | {\"a.b\":1,\"a\":{\"b\":2}} | 1",
        "a.b.c | {\"a.b\":{\"c\":1},\"a\":{\"b\":{\"c\":2}}} | 1",
        "a.b.c | {\"a.b\":{\"d\":1},\"a\":{\"b\":{\"c\":2}}} | 2",
        "resource_access.my.client.roles | {\"resource_access\":{\"my.client\":{\"roles\":1}}} | 1",
        "a.b | {\"a\":[{\"b\":1}]} | none",
        "a.b | {\"a\":\"b\"} | none",
        "a.b | {\"b\":1} | none",
        "a. | {\"a\":1} | none",
        ".a | {\"a\":1} | none"
      })
  void aDotIsPartOfANameOrLeadsIntoAnObject(String path, String token, String found)
      throws Exception {
    JsonNode payload = Json.MAPPER.readTree(token);
    assertEquals(found, ClaimPath.parse(path).find(payload).map(JsonNode::asText).orElse("none"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "ä", "exp", "iss", "aud", "jti", "a.b.c.d.e.f.g.h.i.j.k.l", "\t"})
  void whatIsNoNameIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> ClaimPath.parse(text));
  }

  @Test
  void aListAndAStringWithSpacesAreTheSame(Vertx vertx) {
    var config =
        Settings.of(
            AuthConfig.class,
            "jwt-secret=" + Tokens.SECRET,
            "jwt-user-claim=preferred_username",
            "jwt-teams-claim=https://example.com/teams",
            "jwt-roles-claim=realm_access.roles");
    var authenticator = TestAuthenticators.start(vertx, config);
    for (Object roles : Arrays.asList(List.of("ingest", "viewer"), " ingest  viewer ")) {
      Principal principal =
          TestAuthenticators.accept(
              authenticator,
              token(
                  Map.of(
                      "preferred_username",
                      "ann",
                      "https://example.com/teams",
                      "red blue",
                      "realm_access",
                      Map.of("roles", roles),
                      "roles",
                      List.of("admin"))));
      assertEquals("ann", principal.user());
      assertEquals(Set.of("red", "blue"), principal.teams());
      assertEquals(Set.of("ingest", "viewer"), principal.roles());
    }
    assertEquals(
        "the token's preferred_username must be 1 to 200 characters",
        TestAuthenticators.refuse(authenticator, token(Map.of())));
    assertEquals(
        "the token's realm_access.roles must be at most 1000 strings of 1 to 200 characters",
        TestAuthenticators.refuse(
            authenticator,
            token(Map.of("preferred_username", "ann", "realm_access", Map.of("roles", 7)))));
  }

  @Test
  void issuedTokensHaveTheConfiguredClaims(Vertx vertx) {
    var config =
        Settings.of(
            AuthConfig.class,
            "jwt-secret=" + Tokens.SECRET,
            "jwt-user-claim=user.name",
            "jwt-teams-claim=groups",
            "jwt-roles-claim=groups");
    String token =
        TokenIssuer.of(config).issue("ann", Set.of("red"), Set.of("ingest"), Duration.ofMinutes(1));
    Principal principal = TestAuthenticators.accept(TestAuthenticators.start(vertx, config), token);
    assertEquals("ann", principal.user());
    assertEquals(Set.of("red", "ingest"), principal.teams());
    assertEquals(Set.of("red", "ingest"), principal.roles());
  }

  private static String token(Map<String, Object> claims) {
    return Tokens.hs256(Tokens.SECRET, Tokens.claims(claims));
  }
}
