package dev.boardcast.auth;

import dev.boardcast.spi.Json;
import dev.boardcast.spi.StreamGrant;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs tokens with an HS256 secret. Immutable and thread safe. */
public final class TokenIssuer {
  private static final String USER = "sub";
  private static final String HEADER = part(Json.encode(Map.of("alg", "HS256", "typ", "JWT")));

  private final byte[] secret;
  private final Optional<String> issuer;
  private final Optional<String> audience;
  private final List<String> claims;

  /** Issues tokens with the claims {@code sub}, {@code teams} and {@code roles}. */
  public TokenIssuer(String secret, Optional<String> issuer, Optional<String> audience) {
    this(secret, issuer, audience, List.of(USER, "teams", "roles"));
  }

  private TokenIssuer(
      String secret, Optional<String> issuer, Optional<String> audience, List<String> claims) {
    this.secret = secret.getBytes(StandardCharsets.UTF_8);
    this.issuer = issuer;
    this.audience = audience;
    this.claims = claims;
  }

  /**
   * Returns an issuer whose tokens a node with this configuration accepts. It signs with the first
   * secret, else with that of the first key file that holds one. Blocks.
   *
   * @throws IllegalArgumentException when there is no secret to sign with
   */
  public static TokenIssuer of(AuthConfig config) {
    // A claim with exactly the configured name comes before one in an object.
    return new TokenIssuer(
        secretOf(config),
        config.issuer(),
        config.audience(),
        List.of(config.userClaim().text(), config.teamsClaim().text(), config.rolesClaim().text()));
  }

  /** Issues a token that is valid from now on. */
  public String issue(String user, Set<String> teams, Set<String> roles, Duration validFor) {
    return issue(user, teams, roles, Instant.now(), validFor);
  }

  /** Issues a token dated {@code issuedAt}, in whole seconds. */
  public String issue(
      String user, Set<String> teams, Set<String> roles, Instant issuedAt, Duration validFor) {
    return issue(user, teams, roles, Set.of(), issuedAt, validFor);
  }

  /**
   * Issues a token that is also a channel token for some streams, where their rules accept one.
   *
   * @param topics names of streams
   */
  public String issue(
      String user, Set<String> teams, Set<String> roles, Set<String> topics, Duration validFor) {
    return issue(user, teams, roles, topics, Instant.now(), validFor);
  }

  private String issue(
      String user,
      Set<String> teams,
      Set<String> roles,
      Set<String> topics,
      Instant issuedAt,
      Duration validFor) {
    var payload = new LinkedHashMap<String, Object>();
    payload.put(USER, user);
    payload.put(claims.get(1), new TreeSet<>(teams));
    // Both may be one claim.
    payload.merge(
        claims.get(2),
        new TreeSet<>(roles),
        (some, others) -> Stream.of(teams, roles).flatMap(Set::stream).distinct().toList());
    payload.put(claims.get(0), user);
    if (!topics.isEmpty()) payload.put(StreamGrant.TOPICS, new TreeSet<>(topics));
    payload.put("iat", issuedAt.getEpochSecond());
    payload.put("exp", issuedAt.plus(validFor).getEpochSecond());
    issuer.ifPresent(name -> payload.put("iss", name));
    audience.ifPresent(name -> payload.put("aud", name));
    String signed = HEADER + "." + part(Json.encode(payload));
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
