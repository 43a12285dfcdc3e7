package dev.boardcast.auth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Authenticator.Unauthenticated;
import dev.boardcast.spi.Principal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Turns the claims of a token into a {@link Principal}, or names the invalid claim. */
final class Claims {
  private static final int MAX_NAME = 200;
  private static final int MAX_NAMES = 1000;
  private static final int MAX_CLAIMS = 100;
  private static final int MAX_VALUES = 100;
  private static final Set<String> REGISTERED =
      Set.of("iss", "sub", "aud", "exp", "nbf", "iat", "jti");
  private static final double MAX_SECONDS = 253_402_300_799d; // the year 9999

  private final JsonNode payload;
  private final Instant expires;
  private final Instant issued;
  private final Instant notBefore;

  /**
   * Fails with {@link Unauthenticated} when a time is not a number, which Vert.x does not check.
   */
  Claims(JsonNode payload) {
    this.payload = payload;
    this.expires = time("exp").orElse(Instant.MAX);
    this.issued = time("iat").orElse(Instant.EPOCH);
    this.notBefore = time("nbf").orElse(Instant.EPOCH);
  }

  /**
   * Returns the principal of a token whose signature is valid; fails with {@link Unauthenticated}.
   *
   * @param keyId the key that made the signature
   */
  Principal principal(AuthConfig config, ExpectedClaims expected, String keyId, Instant now) {
    check(config, expected, now);
    return new Principal(
        user(config.userClaim()),
        names(config.teamsClaim()),
        names(config.rolesClaim()),
        issued,
        expires,
        tokenId(),
        Optional.of(keyId),
        others(config));
  }

  /**
   * Other claims with a text, a whole number, a boolean or a list of them, for rules of streams and
   * parameters of boards. Values that do not fit are left out; a claim without any that does is
   * still there, so that it is not taken for one that the token does not have.
   */
  private Map<String, Set<String>> others(AuthConfig config) {
    Map<String, Set<String>> others = new HashMap<>();
    for (var claim : payload.properties()) {
      String name = claim.getKey();
      boolean isKnown =
          REGISTERED.contains(name)
              || name.equals(config.userClaim().text())
              || name.equals(config.teamsClaim().text())
              || name.equals(config.rolesClaim().text());
      if (isKnown) continue;
      boolean fits = name.length() <= MAX_NAME && others.size() < MAX_CLAIMS;
      others.put(name, fits ? values(claim.getValue()) : Set.of());
    }
    return others.isEmpty() ? Map.of() : others;
  }

  private static Set<String> values(JsonNode claim) {
    if (isValue(claim)) return Set.of(claim.asText());
    if (!claim.isArray() || claim.size() > MAX_VALUES) return Set.of();
    var values = new HashSet<String>();
    for (JsonNode each : claim) {
      if (isValue(each)) values.add(each.asText());
    }
    return values;
  }

  private static boolean isValue(JsonNode claim) {
    boolean isPlain = claim.isTextual() || claim.isIntegralNumber() || claim.isBoolean();
    return isPlain && isName(claim.asText());
  }

  /**
   * Checks what no signature makes valid: fails with {@link Unauthenticated} when the token has
   * expired, is not valid yet, or is of another issuer or for another audience.
   */
  void check(AuthConfig config, ExpectedClaims expected, Instant now) {
    if (expires.equals(Instant.MAX) && !config.allowsNoExpiry()) {
      throw new Unauthenticated("the token has no exp; jwt-allow-no-exp would accept it");
    }
    Instant latest = now.plus(config.leeway());
    if (expired(expires, config, now)) throw new Unauthenticated("the token has expired");
    if (notBefore.isAfter(latest) || issued.isAfter(latest)) {
      throw new Unauthenticated("the token is not valid yet");
    }
    if (expected.issuer().isPresent() && !expected.issuer().get().equals(text("iss"))) {
      throw new Unauthenticated("the token's iss is not the expected one");
    }
    if (!expected.audiences().isEmpty() && !isForAny(expected.audiences())) {
      throw new Unauthenticated("the token's aud is not the expected one");
    }
  }

  static boolean expired(Instant expires, AuthConfig config, Instant now) {
    return !expires.equals(Instant.MAX) && !now.isBefore(expires.plus(config.leeway()));
  }

  private String user(ClaimPath claim) {
    String user = claim.find(payload).map(JsonNode::textValue).orElse(null);
    if (user == null || !isName(user)) {
      throw new Unauthenticated(
          "the token's " + claim + " must be 1 to " + MAX_NAME + " characters");
    }
    return user;
  }

  private Optional<String> tokenId() {
    JsonNode id = payload.path("jti");
    if (id.isMissingNode()) return Optional.empty();
    if (id.isTextual() && isName(id.textValue())) return Optional.of(id.textValue());
    throw new Unauthenticated("the token's jti must be 1 to " + MAX_NAME + " characters");
  }

  /**
   * Names become parts of stream names and are stored: control characters are not allowed, nor
   * halves of surrogate pairs, which become the same replacement in UTF-8, whatever they were.
   */
  private static boolean isName(String text) {
    return !text.isBlank()
        && text.length() <= MAX_NAME
        && text.codePoints().noneMatch(c -> Character.isISOControl(c) || isHalf(c));
  }

  private static boolean isHalf(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  private String text(String claim) {
    return payload.path(claim).textValue();
  }

  private boolean isForAny(Set<String> audiences) {
    JsonNode claim = payload.path("aud");
    if (claim.isTextual()) return audiences.contains(claim.textValue());
    for (JsonNode each : claim) {
      if (each.isTextual() && audiences.contains(each.textValue())) return true;
    }
    return false;
  }

  /** A list of names, or, as {@code scope} is (RFC 8693), one string with spaces between. */
  private Set<String> names(ClaimPath claim) {
    JsonNode found = claim.find(payload).orElse(null);
    if (found == null) return Set.of();
    List<String> names = null;
    if (found.isTextual()) {
      names = Stream.of(found.textValue().split(" ")).filter(name -> !name.isEmpty()).toList();
    } else if (found.isArray() && found.size() <= MAX_NAMES) {
      names = new ArrayList<>();
      for (JsonNode each : found) names.add(each.textValue());
    }
    boolean fits =
        names != null
            && names.size() <= MAX_NAMES
            && names.stream().allMatch(name -> name != null && isName(name));
    if (fits) return Set.copyOf(names);
    throw new Unauthenticated(
        "the token's %s must be at most %d strings of 1 to %d characters"
            .formatted(claim, MAX_NAMES, MAX_NAME));
  }

  private Optional<Instant> time(String claim) {
    JsonNode node = payload.path(claim);
    if (node.isMissingNode()) return Optional.empty();
    double seconds = node.isNumber() ? node.doubleValue() : Double.NaN;
    // Also false for NaN.
    if (seconds >= 0 && seconds <= MAX_SECONDS) {
      return Optional.of(Instant.ofEpochMilli((long) (seconds * 1000)));
    }
    throw new Unauthenticated("the token's " + claim + " must be a number of seconds");
  }
}
