package dev.boardcast.auth;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Whose tokens are believed.
 *
 * @param required whether ingest asks for the role {@code ingest}; the tasks board always asks for
 *     a token; default true
 * @param secrets HS256 secrets, newest first: the first signs, all verify; at least 32 bytes each
 * @param keyFiles PEM files with RSA or EC public keys, or files with one HS256 secret; read again
 *     when they change
 * @param jwksUrl where to fetch public keys, every few minutes and when an unknown key id appears
 * @param issuer the {@code iss} a token must have
 * @param audience the {@code aud} a token must have
 * @param leeway how far clocks may differ; default 5 s
 */
public record AuthConfig(
    boolean required,
    List<String> secrets,
    List<Path> keyFiles,
    Optional<String> jwksUrl,
    Optional<String> issuer,
    Optional<String> audience,
    Duration leeway) {

  public AuthConfig {
    secrets = List.copyOf(secrets);
    keyFiles = List.copyOf(keyFiles);
    for (String secret : secrets) {
      if (secret.getBytes(java.nio.charset.StandardCharsets.UTF_8).length < 32) {
        throw new IllegalArgumentException(
            "jwt-secret must be at least 32 bytes, was " + secret.length() + " characters");
      }
    }
    if (secrets.isEmpty() && keyFiles.isEmpty() && jwksUrl.isEmpty()) {
      throw new IllegalArgumentException(
          "one of jwt-secret, jwt-keys, jwt-jwks-url must be set, was none");
    }
  }

  /** One shared secret, everything else by default. */
  public static AuthConfig ofSecret(String secret) {
    return new AuthConfig(
        true,
        List.of(secret),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Duration.ofSeconds(5));
  }
}
