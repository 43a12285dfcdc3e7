package dev.boardcast.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.config.Settings;
import dev.boardcast.spi.Authenticator.Unauthenticated;
import dev.boardcast.spi.Principal;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class JwtAuthenticatorTest {
  @Test
  void aTokenOfTheIssuerAuthenticatesItsPrincipal(Vertx vertx) {
    var config = AuthConfig.ofSecret(Tokens.SECRET);
    Instant now = Instant.ofEpochSecond(Instant.now().getEpochSecond());
    String token =
        TokenIssuer.of(config)
            .issue("u1", Set.of("t1", "t2"), Set.of("ingest"), now, Duration.ofHours(1));
    Principal principal = TestAuthenticators.accept(TestAuthenticators.start(vertx, config), token);
    assertEquals(
        new Principal(
            "u1",
            Set.of("t1", "t2"),
            Set.of("ingest"),
            now,
            now.plusSeconds(3600),
            Optional.empty(),
            principal.keyId()),
        principal);
    assertTrue(principal.keyId().orElseThrow().startsWith("secret-"));
  }

  @Test
  void aTokenWithoutExpiryIsRefusedUnlessASettingAllowsIt(Vertx vertx) {
    String token = Tokens.claim("exp", null);
    assertEquals(
        "the token has no exp; jwt-allow-no-exp would accept it",
        TestAuthenticators.refuse(TestAuthenticators.ofSecret(vertx), token));
    var allowing =
        Settings.of(AuthConfig.class, "jwt-secret=" + Tokens.SECRET, "jwt-allow-no-exp=on");
    assertEquals(
        Instant.MAX,
        TestAuthenticators.accept(TestAuthenticators.start(vertx, allowing), token).expiresAt());
  }

  @Test
  void theIdsOfTokenAndKeyAreKnown(Vertx vertx) {
    var authenticator = TestAuthenticators.ofSecret(vertx);
    Principal one = TestAuthenticators.accept(authenticator, Tokens.claim("jti", "7"));
    Principal two = TestAuthenticators.accept(authenticator, Tokens.claim("jti", "8"));
    assertEquals(Optional.of("7"), one.tokenId());
    assertEquals(one.keyId(), two.keyId());
    assertTrue(authenticator.isSignedByKnownKey(one));
    assertFalse(
        TestAuthenticators.start(vertx, AuthConfig.ofSecret(Tokens.SECRET + " new"))
            .isSignedByKnownKey(one));
  }

  @Test
  void furtherClaimsAreThereWhateverTheirForm(Vertx vertx) {
    var claims = new HashMap<String, Object>();
    claims.put("text", "a");
    claims.put("number", 7);
    claims.put("truth", true);
    claims.put("mixed", List.of("a", 7, true, 7.5, List.of()));
    claims.put("fraction", 7.5);
    claims.put("object", Map.of("a", 1));
    claims.put("many", IntStream.range(0, 101).boxed().toList());
    var few = new HashMap<>(claims);
    // More than have values, so that a claim that confines is not lost among others.
    for (int i = 0; i < 150; i++) claims.put("other" + i, i);
    Principal principal =
        TestAuthenticators.accept(TestAuthenticators.ofSecret(vertx), token(claims));
    for (String name : claims.keySet()) assertTrue(principal.hasClaim(name), name);
    principal = TestAuthenticators.accept(TestAuthenticators.ofSecret(vertx), token(few));
    assertEquals(Set.of("a"), principal.claim("text"));
    assertEquals(Set.of("7"), principal.claim("number"));
    assertEquals(Set.of("true"), principal.claim("truth"));
    assertEquals(Set.of("a", "7", "true"), principal.claim("mixed"));
    for (String none : List.of("fraction", "object", "many")) {
      assertTrue(principal.hasClaim(none), none);
      assertEquals(Set.of(), principal.claim(none), none);
    }
    assertFalse(principal.hasClaim("absent"));
  }

  static Stream<Arguments> badClaims() {
    long now = Instant.now().getEpochSecond();
    String names = "must be at most 1000 strings of 1 to 200 characters";
    return Stream.of(
        Arguments.of("sub", null, "the token's sub must be 1 to 200 characters"),
        Arguments.of("sub", " ", "the token's sub must be 1 to 200 characters"),
        Arguments.of("sub", "a\u0000b", "the token's sub must be 1 to 200 characters"),
        Arguments.of("sub", "a\u001fb", "the token's sub must be 1 to 200 characters"),
        Arguments.of("sub", 7, "the token's sub must be 1 to 200 characters"),
        Arguments.of("sub", "x".repeat(201), "the token's sub must be 1 to 200 characters"),
        Arguments.of("exp", now - 60, "the token has expired"),
        Arguments.of("exp", "soon", "the token's exp must be a number of seconds"),
        Arguments.of("exp", -1, "the token's exp must be a number of seconds"),
        Arguments.of("exp", 1e300, "the token's exp must be a number of seconds"),
        Arguments.of("jti", 7, "the token's jti must be 1 to 200 characters"),
        Arguments.of("nbf", now + 60, "the token is not valid yet"),
        Arguments.of("iat", now + 60, "the token is not valid yet"),
        Arguments.of("iat", true, "the token's iat must be a number of seconds"),
        Arguments.of("sub", "a\ud800b", "the token's sub must be 1 to 200 characters"),
        Arguments.of("sub", "\udc00\ud800", "the token's sub must be 1 to 200 characters"),
        Arguments.of("jti", "\ud800", "the token's jti must be 1 to 200 characters"),
        Arguments.of("teams", List.of("\udfff"), "the token's teams " + names),
        Arguments.of("teams", 7, "the token's teams " + names),
        Arguments.of("roles", "a \ud800", "the token's roles " + names),
        Arguments.of("roles", "a ".repeat(1001), "the token's roles " + names),
        Arguments.of("teams", List.of(1), "the token's teams " + names),
        Arguments.of("teams", List.of(""), "the token's teams " + names),
        Arguments.of("teams", List.of("a\u0000"), "the token's teams " + names),
        Arguments.of("roles", Map.of(), "the token's roles " + names),
        Arguments.of("roles", Collections.nCopies(1001, "a"), "the token's roles " + names));
  }

  @ParameterizedTest
  @MethodSource("badClaims")
  void anInvalidClaimIsNamed(String claim, Object value, String reason, Vertx vertx) {
    assertEquals(
        reason,
        TestAuthenticators.refuse(TestAuthenticators.ofSecret(vertx), Tokens.claim(claim, value)));
  }

  @Test
  void clocksMayDifferByTheLeeway(Vertx vertx) {
    long now = Instant.now().getEpochSecond();
    var authenticator = TestAuthenticators.ofSecret(vertx);
    TestAuthenticators.accept(authenticator, Tokens.claim("exp", now - 2));
    TestAuthenticators.accept(authenticator, Tokens.claim("nbf", now + 3));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "e30.e30.",
        "bnVsbA.e30.x",
        "e30.e30.x",
        "!.e30.x"
      })
  void malformedTokensAreRejectedWithoutBeingQuoted(String text, Vertx vertx) {
    String reason = TestAuthenticators.refuse(TestAuthenticators.ofSecret(vertx), text);
    assertTrue(reason.contains("token"), reason);
    assertFalse(text.length() > 3 && reason.contains(text), reason);
  }

  @Test
  void aTooLongTokenIsNotParsed(Vertx vertx) {
    assertEquals(
        "the token is longer than 8192 characters",
        TestAuthenticators.refuse(
            TestAuthenticators.ofSecret(vertx), Tokens.claim("sub", "x".repeat(8192))));
  }

  static Stream<String> unsignedTokens() {
    var claims = Tokens.claims(Map.of());
    return Stream.of("none", "None", "NONE", "nOnE", "HS1", "")
        .map(alg -> Tokens.unsigned(Map.of("alg", alg), claims))
        .flatMap(token -> Stream.of(token + ".", token + ".c2lnbmVk"));
  }

  @ParameterizedTest
  @MethodSource("unsignedTokens")
  void algNoneIsRejected(String token, Vertx vertx) {
    assertEquals(
        "the token's algorithm is not accepted",
        TestAuthenticators.refuse(TestAuthenticators.ofSecret(vertx), token));
  }

  @Test
  void aCriticalExtensionIsRejected(Vertx vertx) {
    Map<String, Object> header = Map.of("alg", "HS256", "crit", List.of("b64"));
    String token = Tokens.hs256(header, Tokens.SECRET, Tokens.claims(Map.of()));
    assertEquals(
        "the token asks for unknown extensions",
        TestAuthenticators.refuse(TestAuthenticators.ofSecret(vertx), token));
  }

  @Test
  void aModifiedTokenIsRejected(Vertx vertx) {
    var authenticator = TestAuthenticators.ofSecret(vertx);
    String[] good = Tokens.claim("sub", "u1").split("\\.");
    String[] other = Tokens.claim("sub", "admin").split("\\.");
    String unknown = "the token's signature is not of a known key";
    assertEquals(
        unknown,
        TestAuthenticators.refuse(authenticator, good[0] + "." + other[1] + "." + good[2]));
    assertEquals(
        unknown,
        TestAuthenticators.refuse(authenticator, good[0] + "." + good[1] + "." + other[2]));
    assertEquals(
        unknown, TestAuthenticators.refuse(authenticator, good[0] + "." + good[1] + ".AAAA"));
    TestAuthenticators.accept(authenticator, String.join(".", good));
  }

  @Test
  void everySecretVerifiesAndTheFirstSigns(Vertx vertx) {
    String newer = Tokens.SECRET + " new";
    var config = TestAuthenticators.config(List.of(newer, Tokens.SECRET), List.of());
    var authenticator = TestAuthenticators.start(vertx, config);
    TestAuthenticators.accept(authenticator, Tokens.hs256(newer, Tokens.claims(Map.of())));
    TestAuthenticators.accept(authenticator, Tokens.hs256(Tokens.SECRET, Tokens.claims(Map.of())));
    String issued = TokenIssuer.of(config).issue("u", Set.of(), Set.of(), Duration.ofMinutes(1));
    TestAuthenticators.accept(TestAuthenticators.start(vertx, AuthConfig.ofSecret(newer)), issued);
    TestAuthenticators.refuse(
        authenticator, Tokens.hs256(Tokens.SECRET + "!", Tokens.claims(Map.of())));
  }

  @Test
  void issuerAndAudienceMustMatchWhenConfigured(Vertx vertx) {
    var authenticator =
        TestAuthenticators.start(
            vertx,
            Settings.of(
                AuthConfig.class,
                "jwt-secret=" + Tokens.SECRET,
                "jwt-issuer=us",
                "jwt-audience=boards"));
    TestAuthenticators.accept(authenticator, token(Map.of("iss", "us", "aud", "boards")));
    TestAuthenticators.accept(
        authenticator, token(Map.of("iss", "us", "aud", List.of("x", "boards"))));
    String issuer = "the token's iss is not the expected one";
    assertEquals(
        issuer,
        TestAuthenticators.refuse(authenticator, token(Map.of("iss", "them", "aud", "boards"))));
    assertEquals(issuer, TestAuthenticators.refuse(authenticator, token(Map.of("aud", "boards"))));
    String audience = "the token's aud is not the expected one";
    assertEquals(
        audience,
        TestAuthenticators.refuse(authenticator, token(Map.of("iss", "us", "aud", List.of("x")))));
    assertEquals(
        audience, TestAuthenticators.refuse(authenticator, token(Map.of("iss", "us", "aud", 7))));
    assertEquals(audience, TestAuthenticators.refuse(authenticator, token(Map.of("iss", "us"))));
  }

  @Test
  void aVerifiedTokenIsCachedUntilItExpires(Vertx vertx) {
    var keys = new ArrayList<>(List.of(KeyFile.secret(Tokens.SECRET)));
    var set = new KeySet(vertx, AuthConfig.ofSecret(Tokens.SECRET), keys, List.of(), 2);
    String token = Tokens.claim("sub", "u1");
    Principal first = set.verify(token, Instant.now());
    assertSame(first, set.verify(token, Instant.now()));
    assertThrows(Unauthenticated.class, () -> set.verify(token, Instant.now().plusSeconds(120)));
    set.verify(Tokens.claim("sub", "u2"), Instant.now());
    set.verify(Tokens.claim("sub", "u3"), Instant.now());
    Principal again = set.verify(token, Instant.now());
    assertEquals(first, again);
    assertFalse(first == again, "the least recently used one was forgotten");
  }

  private static String token(Map<String, Object> claims) {
    return Tokens.hs256(Tokens.SECRET, Tokens.claims(new HashMap<>(claims)));
  }
}
