package dev.boardcast.auth;

import dev.boardcast.spi.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs tokens with an HS256 secret. Immutable and thread safe. */
public final class TokenIssuer {
  private static final String HEADER = part(Json.encode(Map.of("alg", "HS256", "typ", "JWT")));

  private final byte[] secret;
  private final Optional<String> issuer;
  private final Optional<String> audience;

  public TokenIssuer(String secret, Optional<String> issuer, Optional<String> audience) {
    this.secret = secret.getBytes(StandardCharsets.UTF_8);
    this.issuer = issuer;
    this.audience = audience;
  }

  /**
   * Returns an issuer whose tokens a node with this configuration accepts. It signs with the first
   * secret, else with that of the first key file that holds one. Blocks.
   *
   * @throws IllegalArgumentException when there is no secret to sign with
   */
  public static TokenIssuer of(AuthConfig config) {
    return new TokenIssuer(secretOf(config), config.issuer(), config.audience());
  }

  /** Issues a token that is valid from now on. */
  public String issue(String user, Set<String> teams, Set<String> roles, Duration validFor) {
    return issue(user, teams, roles, Instant.now(), validFor);
  }

  /** Issues a token dated {@code issuedAt}, in whole seconds. */
  public String issue(
      String user, Set<String> teams, Set<String> roles, Instant issuedAt, Duration validFor) {
    var claims = new LinkedHashMap<String, Object>();
    claims.put("sub", user);
    claims.put("teams", new TreeSet<>(teams));
    claims.put("roles", new TreeSet<>(roles));
    claims.put("iat", issuedAt.getEpochSecond());
    claims.put("exp", issuedAt.plus(validFor).getEpochSecond());
    issuer.ifPresent(name -> claims.put("iss", name));
    audience.ifPresent(name -> claims.put("aud", name));
    String signed = HEADER + "." + part(Json.encode(claims));
    return signed + "." + part(mac(signed));
  }

  private byte[] mac(String text) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException defect) {
      throw new IllegalStateException("HmacSHA256 is missing", defect);
    }
  }

  private static String secretOf(AuthConfig config) {
    if (!config.secrets().isEmpty()) return config.secrets().get(0);
    for (Path file : config.keyFiles()) {
      try {
        String content = Files.readString(file);
        if (!KeyFile.isPem(content)) return KeyFile.secretOf(content);
      } catch (IOException unreadable) {
        throw new IllegalArgumentException("jwt-keys " + file + " cannot be read", unreadable);
      }
    }
    throw new IllegalArgumentException(
        "tokens are signed elsewhere: neither jwt-secret nor a jwt-keys file holds a secret");
  }

  private static String part(String json) {
    return part(json.getBytes(StandardCharsets.UTF_8));
  }

  private static String part(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
