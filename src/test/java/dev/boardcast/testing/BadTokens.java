package dev.boardcast.testing;

import static dev.boardcast.auth.Tokens.claims;
import static dev.boardcast.auth.Tokens.hs256;
import static dev.boardcast.auth.Tokens.unsigned;

import dev.boardcast.auth.Tokens;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Invalid tokens by name, for a node that has {@link Cluster#SECRET} and a public RSA key. */
public final class BadTokens {
  private BadTokens() {}

  /**
   * @param known the pair whose public key the node has
   */
  public static Map<String, String> all(KeyPair known) {
    long now = Instant.now().getEpochSecond();
    String good = hs256(Cluster.SECRET, claims(Map.of()));
    var tokens = new LinkedHashMap<String, String>();
    tokens.put("expired", with(Map.of("exp", now - 60)));
    tokens.put("not-yet", with(Map.of("nbf", now + 600)));
    tokens.put("alg-none", unsigned(Map.of("alg", "none"), claims(Map.of())) + ".");
    tokens.put("alg-none-signed", withAlgorithm("none", Cluster.SECRET));
    tokens.put("other-secret", hs256("another secret of thirty-two bytes", claims(Map.of())));
    tokens.put("rs256-by-secret", withAlgorithm("RS256", Cluster.SECRET));
    tokens.put("hs256-by-public-key", withAlgorithm("HS256", Tokens.pem(known.getPublic())));
    tokens.put("other-claims", otherClaims(good));
    tokens.put("other-rsa-key", Tokens.signed("RS256", "", Tokens.rsa(), claims(Map.of())));
    var noSubject = new LinkedHashMap<String, Object>(claims(Map.of()));
    noSubject.remove("sub");
    tokens.put("no-subject", hs256(Cluster.SECRET, noSubject));
    tokens.put("no-text-subject", with(Map.of("sub", 7)));
    tokens.put("nul-subject", with(Map.of("sub", "a\0b")));
    tokens.put("nul-team", with(Map.of("teams", List.of("a\0b"))));
    tokens.put("teams-no-list", with(Map.of("teams", 7)));
    tokens.put("half-pair-subject", with(Map.of("sub", "a\ud800")));
    tokens.put("half-pair-role", with(Map.of("roles", List.of("\udc00"))));
    tokens.put("exp-no-number", with(Map.of("exp", "never")));
    tokens.put("no-jwt", "no-jwt");
    return tokens;
  }

  private static String with(Map<String, Object> other) {
    return hs256(Cluster.SECRET, claims(other));
  }

  private static String withAlgorithm(String algorithm, String secret) {
    return hs256(Map.of("alg", algorithm, "typ", "JWT"), secret, claims(Map.of()));
  }

  /** A valid signature with claims that it was not made for. */
  private static String otherClaims(String good) {
    String[] parts = good.split("\\.");
    String more =
        new String(Base64.getUrlDecoder().decode(parts[1])).replace("{", "{\"roles\":[\"admin\"],");
    String payload = Base64.getUrlEncoder().withoutPadding().encodeToString(more.getBytes());
    return parts[0] + "." + payload + "." + parts[2];
  }
}
