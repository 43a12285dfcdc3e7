package dev.boardcast.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.config.Settings;
import dev.boardcast.spi.Authenticator;
import dev.boardcast.spi.Json;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.junit5.VertxExtension;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class JwksClientIT {
  private final AtomicInteger asked = new AtomicInteger();
  private volatile List<Map<String, Object>> published = List.of();
  private volatile int status = 200;
  private volatile Future<Void> gate = Future.succeededFuture();
  private volatile String named = "";
  private HttpServer server;

  @BeforeEach
  void serve(Vertx vertx) {
    server =
        await(
            vertx
                .createHttpServer()
                .requestHandler(
                    request -> {
                      asked.incrementAndGet();
                      Map<String, ?> answer =
                          request.path().startsWith("/.well-known/")
                              ? Map.of("issuer", named, "jwks_uri", address() + "/keys")
                              : Map.of("keys", published);
                      String body = Json.encode(answer);
                      gate.onComplete(open -> request.response().setStatusCode(status).end(body));
                    })
                .listen(0, "127.0.0.1"));
  }

  @Test
  void aTokenSignedByAPublishedKeyIsAccepted(Vertx vertx) {
    KeyPair keys = Tokens.rsa();
    published = List.of(Tokens.jwk("k1", keys.getPublic()));
    var authenticator = start(vertx, Duration.ofSeconds(10));
    assertEquals("u1", await(authenticator.authenticate(token("k1", keys))).user());
    assertEquals("u1", await(authenticator.authenticate(token("", keys))).user());
  }

  @Test
  void aNewKeyIsFetchedWhenATokenNamesIt(Vertx vertx) {
    KeyPair older = Tokens.rsa();
    KeyPair newer = Tokens.rsa();
    published = List.of(Tokens.jwk("k1", older.getPublic()));
    var authenticator = start(vertx, Duration.ZERO);
    await(authenticator.authenticate(token("k1", older)));
    published = List.of(Tokens.jwk("k2", newer.getPublic()));
    await(authenticator.authenticate(token("k2", newer)));
    refused(Authenticator.Unauthenticated.class, authenticator, token("k1", older));
  }

  @Test
  void aNewKeyWithTheSameIdIsFetched(Vertx vertx) {
    KeyPair older = Tokens.rsa();
    KeyPair newer = Tokens.rsa();
    published = List.of(Tokens.jwk("k1", older.getPublic()));
    var authenticator = start(vertx, Duration.ZERO);
    published = List.of(Tokens.jwk("k1", newer.getPublic()));
    await(authenticator.authenticate(token("k1", newer)));
  }

  @Test
  void forgedTokensDoNotCauseRepeatedFetches(Vertx vertx) {
    published = List.of(Tokens.jwk("k1", Tokens.rsa().getPublic()));
    var authenticator = start(vertx, Duration.ofMinutes(1));
    KeyPair stranger = Tokens.rsa();
    for (int i = 0; i < 20; i++) {
      refused(Authenticator.Unauthenticated.class, authenticator, token("k" + i, stranger));
    }
    assertEquals(1, asked.get());
  }

  @Test
  void concurrentTokensShareOneFetch(Vertx vertx) {
    KeyPair keys = Tokens.rsa();
    published = List.of(Tokens.jwk("k1", Tokens.rsa().getPublic()));
    var authenticator = start(vertx, Duration.ZERO);
    published = List.of(Tokens.jwk("k2", keys.getPublic()));
    String token = token("k2", keys);
    // On one event loop: all are authenticated before the first response can arrive.
    Future<?> all =
        vertx
            .timer(1)
            .compose(
                now ->
                    Future.all(
                        IntStream.range(0, 50)
                            .mapToObj(n -> authenticator.authenticate(token))
                            .toList()));
    await(all);
    assertEquals(2, asked.get());
  }

  @Test
  void aFetchInProgressIsNotTakenForOneThatWasAskedForLater(Vertx vertx) {
    KeyPair kept = Tokens.rsa();
    KeyPair gone = Tokens.rsa();
    var both = List.of(Tokens.jwk("kept", kept.getPublic()), Tokens.jwk("gone", gone.getPublic()));
    published = both;
    var authenticator = start(vertx, Duration.ZERO);
    await(authenticator.authenticate(token("gone", gone)));
    Promise<Void> answered = Promise.promise();
    gate = answered.future();
    authenticator.refresh();
    Awaitility.await().until(() -> asked.get() == 2);
    // The request in progress gets the older list, and is answered after the withdrawal.
    published = List.of(both.get(0));
    authenticator.refresh();
    authenticator.refresh();
    answered.complete();
    Awaitility.await().until(() -> asked.get() == 3);
    Awaitility.await().until(() -> isRefused(authenticator, token("gone", gone)));
    await(authenticator.authenticate(token("kept", kept)));
  }

  @Test
  void anEmptyKeySetWithdrawsAllKeys(Vertx vertx) {
    KeyPair keys = Tokens.rsa();
    published = List.of(Tokens.jwk("k1", keys.getPublic()));
    var authenticator = start(vertx, Duration.ofMinutes(1));
    String token = token("k1", keys);
    await(authenticator.authenticate(token));
    published = List.of();
    authenticator.refresh();
    Awaitility.await().until(() -> isRefused(authenticator, token));
  }

  @Test
  void anUnreachableUrlDoesNotDelayTheStartAndRecovers(Vertx vertx) {
    KeyPair keys = Tokens.rsa();
    published = List.of(Tokens.jwk("k1", keys.getPublic()));
    status = 503;
    var authenticator = start(vertx, Duration.ofMinutes(1));
    refused(Authenticator.Unavailable.class, authenticator, token("k1", keys));
    status = 200;
    await(again(vertx, authenticator, token("k1", keys)));
  }

  @Test
  void whileTheUrlIsAwayATokenOfAnUnknownKeyIsNotCalledInvalid(Vertx vertx) {
    KeyPair known = Tokens.rsa();
    KeyPair other = Tokens.rsa();
    published = List.of(Tokens.jwk("k1", known.getPublic()));
    var authenticator = start(vertx, Duration.ZERO);
    status = 503;
    refused(Authenticator.Unavailable.class, authenticator, token("k2", other));
    refused(Authenticator.Unavailable.class, authenticator, token("", other));
    await(authenticator.authenticate(token("k1", known)));
    // What no key makes valid: a forgery in the name of a known key, one by a secret, an old token.
    refused(Authenticator.Unauthenticated.class, authenticator, token("k1", other));
    refused(
        Authenticator.Unauthenticated.class,
        authenticator,
        Tokens.hs256("another secret of thirty-two bytes", Tokens.claims(Map.of())));
    var old = Tokens.claims(Map.of("exp", 1));
    refused(
        Authenticator.Unauthenticated.class,
        authenticator,
        Tokens.signed("RS256", "k2", other, old));
    status = 200;
    Awaitility.await()
        .untilAsserted(
            () -> refused(Authenticator.Unauthenticated.class, authenticator, token("k2", other)));
  }

  @Test
  void aWeakKeyOfAKeySetIsIgnored(Vertx vertx) {
    KeyPair weak = Tokens.rsa(1024);
    KeyPair good = Tokens.rsa(2048);
    var unit = new HashMap<>(Tokens.jwk("k3", good.getPublic()));
    unit.put("e", "AQ");
    published =
        List.of(Tokens.jwk("k1", weak.getPublic()), Tokens.jwk("k2", good.getPublic()), unit);
    var authenticator = start(vertx, Duration.ofMinutes(1));
    await(authenticator.authenticate(token("k2", good)));
    refused(Authenticator.Unauthenticated.class, authenticator, token("k1", weak));
    published = List.of(Tokens.jwk("k1", weak.getPublic()));
    authenticator.refresh();
    // The set was fetched: it is not away, but has no key that can be used.
    Awaitility.await().until(() -> isRefused(authenticator, token("k2", good)));
    refused(Authenticator.Unauthenticated.class, authenticator, token("k1", weak));
  }

  @Test
  void aSharedSecretInAKeySetIsIgnored(Vertx vertx) {
    String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]);
    published =
        List.of(
            Map.of("kty", "oct", "alg", "HS256", "kid", "k0", "k", secret),
            Tokens.jwk("k1", Tokens.rsa().getPublic()));
    var authenticator = start(vertx, Duration.ofMinutes(1));
    String token =
        Tokens.hs256(Map.of("alg", "HS256", "kid", "k0"), "\0".repeat(32), Tokens.claims(Map.of()));
    refused(Authenticator.Unauthenticated.class, authenticator, token);
  }

  @Test
  void theResultArrivesOnTheCallersContext(Vertx vertx) {
    KeyPair keys = Tokens.rsa();
    published = List.of(Tokens.jwk("k1", Tokens.rsa().getPublic()));
    var authenticator = start(vertx, Duration.ZERO);
    published = List.of(Tokens.jwk("k2", keys.getPublic()));
    var context = vertx.getOrCreateContext();
    var same = io.vertx.core.Promise.<Boolean>promise();
    context.runOnContext(
        run ->
            authenticator
                .authenticate(token("k2", keys))
                .onComplete(answer -> same.complete(Vertx.currentContext() == context)));
    assertTrue(await(same.future()));
  }

  @Test
  void keysOfAProviderVouchForItAndItsClientOnly(Vertx vertx) {
    KeyPair keys = Tokens.rsa();
    published = List.of(Tokens.jwk("k1", keys.getPublic()));
    named = address();
    String secret = "a secret of more than thirty-two bytes";
    var authenticator = provided(vertx, "jwt-secret=" + secret, "jwt-issuer=own");
    var right = Map.<String, Object>of("iss", named, "aud", List.of("another", "pages"));
    assertEquals("u1", await(authenticator.authenticate(token(keys, right))).user());
    for (String claim : right.keySet()) {
      for (String other : List.of("own", "https://evil.example")) {
        var claims = new HashMap<>(right);
        claims.put(claim, other);
        refused(Authenticator.Unauthenticated.class, authenticator, token(keys, claims));
      }
    }
    // The node's own keys: each has its own issuer, and cannot speak for the other.
    String own = Tokens.hs256(secret, Tokens.claims(Map.of("iss", "own")));
    assertEquals("u1", await(authenticator.authenticate(own)).user());
    String borrowed = Tokens.hs256(secret, Tokens.claims(right));
    refused(Authenticator.Unauthenticated.class, authenticator, borrowed);
  }

  @Test
  void theMetadataOfAnotherIssuerIsNotTaken(Vertx vertx) {
    KeyPair keys = Tokens.rsa();
    published = List.of(Tokens.jwk("k1", keys.getPublic()));
    named = "https://evil.example";
    var authenticator = provided(vertx);
    assertTrue(authenticator.isKeySetAway());
    var right = Map.<String, Object>of("iss", address(), "aud", "pages");
    refused(Authenticator.Unavailable.class, authenticator, token(keys, right));
    named = address();
    await(again(vertx, authenticator, token(keys, right)));
    assertFalse(authenticator.isKeySetAway());
  }

  private JwtAuthenticator provided(Vertx vertx, String... more) {
    var given = new ArrayList<>(List.of(more));
    given.add("oidc-issuer=" + address());
    given.add("oidc-client-id=pages");
    return start(vertx, Duration.ZERO, given.toArray(String[]::new));
  }

  private String address() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  private static String token(KeyPair keys, Map<String, Object> claims) {
    return Tokens.signed("RS256", "k1", keys, Tokens.claims(claims));
  }

  private static String token(String kid, KeyPair keys) {
    return Tokens.signed("RS256", kid, keys, Tokens.claims(Map.of()));
  }

  private JwtAuthenticator start(Vertx vertx, Duration pause) {
    return start(vertx, pause, "jwt-jwks-url=" + address() + "/keys");
  }

  private static JwtAuthenticator start(Vertx vertx, Duration pause, String... given) {
    var config = Settings.of(AuthConfig.class, given);
    var timing =
        new JwtAuthenticator.Timing(
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofMillis(50),
            pause,
            Duration.ofSeconds(3));
    return await(JwtAuthenticator.start(vertx, config, timing));
  }

  private static Future<Void> again(Vertx vertx, Authenticator who, String token) {
    return who.authenticate(token)
        .transform(
            answer ->
                answer.succeeded()
                    ? Future.succeededFuture()
                    : vertx.timer(10).compose(later -> again(vertx, who, token)));
  }

  private static boolean isRefused(Authenticator authenticator, String token) {
    return await(authenticator.authenticate(token).map(false).otherwise(true));
  }

  private static void refused(
      Class<? extends Throwable> how, Authenticator authenticator, String token) {
    var failure =
        assertThrows(CompletionException.class, () -> await(authenticator.authenticate(token)));
    assertInstanceOf(how, failure.getCause());
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
