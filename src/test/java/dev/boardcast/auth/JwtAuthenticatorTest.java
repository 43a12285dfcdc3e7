package dev.boardcast.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.auth.Authenticator.Unauthenticated;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class JwtAuthenticatorTest {
  private static final JwtAuthenticator.Timing QUICK =
      new JwtAuthenticator.Timing(
          Duration.ofMillis(20),
          Duration.ofMinutes(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(3));

  @TempDir private Path directory;

  @Test
  void aTokenOfOurOwnIssuerComesBackAsItsPrincipal(Vertx vertx) {
    var config = AuthConfig.ofSecret(Tokens.SECRET);
    Instant now = Instant.ofEpochSecond(Instant.now().getEpochSecond());
    String token =
        TokenIssuer.of(config)
            .issue("u1", Set.of("t1", "t2"), Set.of("ingest"), now, Duration.ofHours(1));
    assertEquals(
        new Principal("u1", Set.of("t1", "t2"), Set.of("ingest"), now, now.plusSeconds(3600)),
        accept(start(vertx, config), token));
  }

  static Stream<Arguments> badClaims() {
    long now = Instant.now().getEpochSecond();
    String names = "must be at most 1000 strings of 1 to 200 characters";
    return Stream.of(
        Arguments.of("sub", null, "the token's sub must be 1 to 200 characters"),
        Arguments.of("sub", " ", "the token's sub must be 1 to 200 characters"),
        Arguments.of("sub", 7, "the token's sub must be 1 to 200 characters"),
        Arguments.of("sub", "x".repeat(201), "the token's sub must be 1 to 200 characters"),
        Arguments.of("exp", now - 60, "the token has expired"),
        Arguments.of("exp", "soon", "the token's exp must be a number of seconds"),
        Arguments.of("exp", -1, "the token's exp must be a number of seconds"),
        Arguments.of("exp", 1e300, "the token's exp must be a number of seconds"),
        Arguments.of("nbf", now + 60, "the token is not valid yet"),
        Arguments.of("iat", now + 60, "the token is not valid yet"),
        Arguments.of("iat", true, "the token's iat must be a number of seconds"),
        Arguments.of("teams", "t1", "the token's teams " + names),
        Arguments.of("teams", List.of(1), "the token's teams " + names),
        Arguments.of("teams", List.of(""), "the token's teams " + names),
        Arguments.of("roles", Map.of(), "the token's roles " + names),
        Arguments.of("roles", Collections.nCopies(1001, "a"), "the token's roles " + names));
  }

  @ParameterizedTest
  @MethodSource("badClaims")
  void aWrongClaimIsNamed(String claim, Object value, String reason, Vertx vertx) {
    assertEquals(reason, refuse(ofSecret(vertx), Tokens.claim(claim, value)));
  }

  @Test
  void clocksMayDifferByTheLeeway(Vertx vertx) {
    long now = Instant.now().getEpochSecond();
    var authenticator = ofSecret(vertx);
    accept(authenticator, Tokens.claim("exp", now - 2));
    accept(authenticator, Tokens.claim("nbf", now + 3));
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
  void whatIsNoTokenIsRefusedWithoutBeingRepeated(String text, Vertx vertx) {
    String reason = refuse(ofSecret(vertx), text);
    assertTrue(reason.contains("token"), reason);
    assertFalse(text.length() > 3 && reason.contains(text), reason);
  }

  @Test
  void aLongTokenIsNotLookedAt(Vertx vertx) {
    assertEquals(
        "the token is longer than 8192 characters",
        refuse(ofSecret(vertx), Tokens.claim("sub", "x".repeat(8192))));
  }

  static Stream<String> unsignedTokens() {
    var claims = Tokens.claims(Map.of());
    return Stream.of("none", "None", "NONE", "nOnE", "HS1", "")
        .map(alg -> Tokens.unsigned(Map.of("alg", alg), claims))
        .flatMap(token -> Stream.of(token + ".", token + ".c2lnbmVk"));
  }

  @ParameterizedTest
  @MethodSource("unsignedTokens")
  void algNoneIsNoSignature(String token, Vertx vertx) {
    assertEquals("the token's algorithm is not accepted", refuse(ofSecret(vertx), token));
  }

  @Test
  void aCriticalExtensionIsNotPassedOver(Vertx vertx) {
    Map<String, Object> header = Map.of("alg", "HS256", "crit", List.of("b64"));
    String token = Tokens.hs256(header, Tokens.SECRET, Tokens.claims(Map.of()));
    assertEquals("the token asks for unknown extensions", refuse(ofSecret(vertx), token));
  }

  @Test
  void anyChangedPartOfATokenBreaksIt(Vertx vertx) {
    var authenticator = ofSecret(vertx);
    String[] good = Tokens.claim("sub", "u1").split("\\.");
    String[] other = Tokens.claim("sub", "admin").split("\\.");
    String unknown = "the token's signature is not of a known key";
    assertEquals(unknown, refuse(authenticator, good[0] + "." + other[1] + "." + good[2]));
    assertEquals(unknown, refuse(authenticator, good[0] + "." + good[1] + "." + other[2]));
    assertEquals(unknown, refuse(authenticator, good[0] + "." + good[1] + ".AAAA"));
    accept(authenticator, String.join(".", good));
  }

  @Test
  void everySecretVerifiesAndTheFirstSigns(Vertx vertx) {
    String newer = Tokens.SECRET + " new";
    var config = config(List.of(newer, Tokens.SECRET), List.of());
    var authenticator = start(vertx, config);
    accept(authenticator, Tokens.hs256(newer, Tokens.claims(Map.of())));
    accept(authenticator, Tokens.hs256(Tokens.SECRET, Tokens.claims(Map.of())));
    String issued = TokenIssuer.of(config).issue("u", Set.of(), Set.of(), Duration.ofMinutes(1));
    accept(start(vertx, AuthConfig.ofSecret(newer)), issued);
    refuse(authenticator, Tokens.hs256(Tokens.SECRET + "!", Tokens.claims(Map.of())));
  }

  @Test
  void issuerAndAudienceMustFitWhereTheyAreAskedFor(Vertx vertx) {
    var authenticator =
        start(
            vertx,
            new AuthConfig(
                true,
                List.of(Tokens.SECRET),
                List.of(),
                Optional.empty(),
                Optional.of("us"),
                Optional.of("boards"),
                Duration.ofSeconds(5)));
    accept(authenticator, token(Map.of("iss", "us", "aud", "boards")));
    accept(authenticator, token(Map.of("iss", "us", "aud", List.of("x", "boards"))));
    String issuer = "the token's iss is not the expected one";
    assertEquals(issuer, refuse(authenticator, token(Map.of("iss", "them", "aud", "boards"))));
    assertEquals(issuer, refuse(authenticator, token(Map.of("aud", "boards"))));
    String audience = "the token's aud is not the expected one";
    assertEquals(audience, refuse(authenticator, token(Map.of("iss", "us", "aud", List.of("x")))));
    assertEquals(audience, refuse(authenticator, token(Map.of("iss", "us", "aud", 7))));
    assertEquals(audience, refuse(authenticator, token(Map.of("iss", "us"))));
  }

  @Test
  void publicKeysOfBothFamiliesVerify(Vertx vertx) throws Exception {
    var rsa = Tokens.rsa();
    var small = Tokens.ec("secp256r1");
    var large = Tokens.ec("secp384r1");
    Path two = write("two.pem", Tokens.pem(rsa.getPublic()) + Tokens.pem(small.getPublic()));
    Path one = write("one.pem", Tokens.pem(large.getPublic()));
    var authenticator = start(vertx, config(List.of(), List.of(two, one)));
    var claims = Tokens.claims(Map.of());
    accept(authenticator, Tokens.signed("RS256", "", rsa, claims));
    accept(authenticator, Tokens.signed("RS512", "any", rsa, claims));
    accept(authenticator, Tokens.signed("ES256", "", small, claims));
    accept(authenticator, Tokens.signed("ES384", "", large, claims));
    refuse(authenticator, Tokens.signed("RS256", "", Tokens.rsa(), claims));
    refuse(authenticator, Tokens.signed("ES256", "", Tokens.ec("secp256r1"), claims));
  }

  @Test
  void aPublicKeyIsNoSecret(Vertx vertx) throws Exception {
    String pem = Tokens.pem(Tokens.rsa().getPublic());
    Path file = write("public.pem", pem);
    var authenticator = start(vertx, config(List.of(), List.of(file)));
    for (String secret : List.of(pem, pem.strip(), pem.replace("\n", ""))) {
      refuse(authenticator, Tokens.hs256(secret, Tokens.claims(Map.of())));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> TokenIssuer.of(config(List.of(), List.of(file))),
        "nothing to sign with");
  }

  @Test
  void aReplacedKeyFileCountsWithoutARestart(Vertx vertx) throws Exception {
    Path file = write("key", Tokens.SECRET + "\n");
    var authenticator = start(vertx, config(List.of(), List.of(file)));
    String before = Tokens.hs256(Tokens.SECRET, Tokens.claims(Map.of()));
    String after = Tokens.hs256(Tokens.SECRET + " new", Tokens.claims(Map.of()));
    accept(authenticator, before);
    refuse(authenticator, after);
    write("key", Tokens.SECRET + " new\n");
    until(vertx, authenticator, after, true);
    until(vertx, authenticator, before, false);
  }

  @Test
  void aBrokenKeyFileKeepsTheFormerKeys(Vertx vertx) throws Exception {
    Path file = write("key", Tokens.SECRET);
    Path other = write("other", Tokens.SECRET + " other");
    var authenticator = start(vertx, config(List.of(), List.of(file, other)));
    write("key", "short");
    write("other", Tokens.SECRET + " third");
    until(vertx, authenticator, Tokens.hs256(Tokens.SECRET + " third", claims()), true);
    accept(authenticator, Tokens.hs256(Tokens.SECRET, claims()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "too short",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        "-----BEGIN PUBLIC KEY-----\ncut off in the middle of a line",
      })
  void aUselessKeyFileEndsTheStartAndIsNamed(String content, Vertx vertx) throws Exception {
    Path file = write("key", content);
    var failure =
        assertThrows(
            CompletionException.class, () -> start(vertx, config(List.of(), List.of(file))));
    String reason = failure.getCause().getMessage();
    assertTrue(reason.startsWith("jwt-keys " + file + ": expected "), reason);
    assertFalse(reason.contains("AAAA"), reason);
  }

  @Test
  void aKnownTokenIsLookedUpUntilItExpires(Vertx vertx) {
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

  private static Map<String, Object> claims() {
    return Tokens.claims(Map.of());
  }

  private static AuthConfig config(List<String> secrets, List<Path> files) {
    return new AuthConfig(
        true,
        secrets,
        files,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Duration.ofSeconds(5));
  }

  private static JwtAuthenticator ofSecret(Vertx vertx) {
    return start(vertx, AuthConfig.ofSecret(Tokens.SECRET));
  }

  private static JwtAuthenticator start(Vertx vertx, AuthConfig config) {
    return await(JwtAuthenticator.start(vertx, config, QUICK));
  }

  private static Principal accept(Authenticator authenticator, String token) {
    return await(authenticator.authenticate(token));
  }

  private static String refuse(Authenticator authenticator, String token) {
    var failure = assertThrows(CompletionException.class, () -> accept(authenticator, token));
    return assertThrows(
            Unauthenticated.class,
            () -> {
              throw failure.getCause();
            })
        .getMessage();
  }

  private static void until(Vertx vertx, Authenticator who, String token, boolean accepted) {
    await(again(vertx, who, token, accepted));
  }

  private static Future<Void> again(Vertx vertx, Authenticator who, String token, boolean wanted) {
    return who.authenticate(token)
        .transform(
            answer ->
                answer.succeeded() == wanted
                    ? Future.succeededFuture()
                    : vertx.timer(10).compose(later -> again(vertx, who, token, wanted)));
  }

  private static <T> T await(Future<T> future) {
    return future
        .toCompletionStage()
        .toCompletableFuture()
        .orTimeout(10, java.util.concurrent.TimeUnit.SECONDS)
        .join();
  }

  private Path write(String name, String content) throws java.io.IOException {
    return Files.writeString(directory.resolve(name), content);
  }
}
