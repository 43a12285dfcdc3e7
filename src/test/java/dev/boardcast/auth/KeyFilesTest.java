package dev.boardcast.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class KeyFilesTest {
  @TempDir private Path directory;

  @Test
  void publicKeysOfBothFamiliesVerify(Vertx vertx) throws Exception {
    var rsa = Tokens.rsa();
    var small = Tokens.ec("secp256r1");
    var large = Tokens.ec("secp384r1");
    Path two = write("two.pem", Tokens.pem(rsa.getPublic()) + Tokens.pem(small.getPublic()));
    Path one = write("one.pem", Tokens.pem(large.getPublic()));
    var authenticator =
        TestAuthenticators.start(vertx, TestAuthenticators.config(List.of(), List.of(two, one)));
    var claims = Tokens.claims(Map.of());
    TestAuthenticators.accept(authenticator, Tokens.signed("RS256", "", rsa, claims));
    TestAuthenticators.accept(authenticator, Tokens.signed("RS512", "any", rsa, claims));
    TestAuthenticators.accept(authenticator, Tokens.signed("ES256", "", small, claims));
    TestAuthenticators.accept(authenticator, Tokens.signed("ES384", "", large, claims));
    TestAuthenticators.refuse(authenticator, Tokens.signed("RS256", "", Tokens.rsa(), claims));
    TestAuthenticators.refuse(
        authenticator, Tokens.signed("ES256", "", Tokens.ec("secp256r1"), claims));
  }

  @Test
  void aPublicKeyIsNotASecret(Vertx vertx) throws Exception {
    String pem = Tokens.pem(Tokens.rsa().getPublic());
    Path file = write("public.pem", pem);
    var authenticator =
        TestAuthenticators.start(vertx, TestAuthenticators.config(List.of(), List.of(file)));
    for (String secret : List.of(pem, pem.strip(), pem.replace("\n", ""))) {
      TestAuthenticators.refuse(authenticator, Tokens.hs256(secret, Tokens.claims(Map.of())));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> TokenIssuer.of(TestAuthenticators.config(List.of(), List.of(file))),
        "nothing to sign with");
  }

  @Test
  void aReplacedKeyFileIsUsedWithoutARestart(Vertx vertx) throws Exception {
    Path file = write("key", Tokens.SECRET + "\n");
    var authenticator =
        TestAuthenticators.start(vertx, TestAuthenticators.config(List.of(), List.of(file)));
    String before = Tokens.hs256(Tokens.SECRET, Tokens.claims(Map.of()));
    String after = Tokens.hs256(Tokens.SECRET + " new", Tokens.claims(Map.of()));
    TestAuthenticators.accept(authenticator, before);
    TestAuthenticators.refuse(authenticator, after);
    write("key", Tokens.SECRET + " new\n");
    TestAuthenticators.until(vertx, authenticator, after, true);
    TestAuthenticators.until(vertx, authenticator, before, false);
  }

  @Test
  void anInvalidKeyFileKeepsThePreviousKeys(Vertx vertx) throws Exception {
    Path file = write("key", Tokens.SECRET);
    Path other = write("other", Tokens.SECRET + " other");
    var authenticator =
        TestAuthenticators.start(vertx, TestAuthenticators.config(List.of(), List.of(file, other)));
    write("key", "short");
    write("other", Tokens.SECRET + " third");
    TestAuthenticators.until(
        vertx, authenticator, Tokens.hs256(Tokens.SECRET + " third", claims()), true);
    TestAuthenticators.accept(authenticator, Tokens.hs256(Tokens.SECRET, claims()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "too short",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        "-----BEGIN PUBLIC KEY-----\ncut off in the middle of a line",
      })
  void anUnusableKeyFileFailsTheStartAndIsNamed(String content, Vertx vertx) throws Exception {
    Path file = write("key", content);
    var failure =
        assertThrows(
            CompletionException.class,
            () ->
                TestAuthenticators.start(
                    vertx, TestAuthenticators.config(List.of(), List.of(file))));
    String reason = failure.getCause().getMessage();
    assertTrue(reason.startsWith("jwt-keys " + file + ": expected "), reason);
    assertFalse(reason.contains("AAAA"), reason);
  }

  @Test
  void aShortKeyFailsTheStartAndIsNamed(Vertx vertx) throws Exception {
    String good = Tokens.pem(Tokens.rsa().getPublic());
    Path file = write("key", good + Tokens.pem(Tokens.rsa(1024).getPublic()));
    var failure =
        assertThrows(
            CompletionException.class,
            () ->
                TestAuthenticators.start(
                    vertx, TestAuthenticators.config(List.of(), List.of(file))));
    assertEquals(
        "jwt-keys " + file + ": expected an RSA key of at least 2048 bits, was of 1024",
        failure.getCause().getMessage());
  }

  private static Map<String, Object> claims() {
    return Tokens.claims(Map.of());
  }

  private Path write(String name, String content) throws java.io.IOException {
    return Files.writeString(directory.resolve(name), content);
  }
}
