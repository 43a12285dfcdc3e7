package dev.boardcast.auth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Authenticator.Unauthenticated;
import dev.boardcast.spi.Json;
import java.io.IOException;
import java.util.Base64;
import java.util.Set;

/** The header and payload of a signed token; nothing is verified. */
record CompactJws(JsonNode header, JsonNode payload) {
  /** Longest accepted token, in characters. */
  static final int MAX_LENGTH = 8192;

  /** The accepted algorithms; {@code none} is not one. */
  private static final Set<String> ALGORITHMS =
      Set.of("HS256", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512");

  /** Whether it is signed with a shared secret, which no public key set has. */
  boolean isBySecret() {
    return header.path("alg").asText().equals("HS256");
  }

  /** Splits a token; fails with {@link Unauthenticated} when it is not a signed JWT. */
  static CompactJws parse(String token) {
    if (token == null || token.isEmpty()) throw new Unauthenticated("a token is required");
    if (token.length() > MAX_LENGTH) {
      throw new Unauthenticated("the token is longer than " + MAX_LENGTH + " characters");
    }
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) throw new Unauthenticated("the token is not a JWT of three parts");
    var jws = new CompactJws(part(parts[0], "header"), part(parts[1], "payload"));
    jws.checkHeader();
    if (parts[2].isEmpty()) throw new Unauthenticated("the token is not signed");
    return jws;
  }

  private void checkHeader() {
    if (!ALGORITHMS.contains(header.path("alg").asText())) {
      throw new Unauthenticated("the token's algorithm is not accepted");
    }
    if (header.has("crit")) throw new Unauthenticated("the token asks for unknown extensions");
    if (header.has("kid") && !header.get("kid").isTextual()) {
      throw new Unauthenticated("the token's kid is not a string");
    }
  }

  private static JsonNode part(String text, String name) {
    try {
      JsonNode node = Json.MAPPER.readTree(Base64.getUrlDecoder().decode(text));
      if (node.isObject()) return node;
    } catch (IOException | IllegalArgumentException broken) {
      // Reported below without the parser's message, which may quote the token.
    }
    throw new Unauthenticated("the token's " + name + " is not a JSON object in base64url");
  }
}
