package dev.boardcast.auth;

import dev.boardcast.spi.Authenticator.Unauthenticated;
import dev.boardcast.spi.Principal;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The keys of one moment and the tokens already verified by them. Changed keys are a new set, so
 * nothing verified by a withdrawn key is remembered. Safe from any thread.
 */
final class KeySet {
  private final AuthConfig config;
  private final Optional<JWTAuth> signatures;
  // By digest: a dump of the memory shows nobody's token.
  private final Map<TokenDigest, Principal> verified;

  /**
   * @param remembered most verified tokens kept, the least recently used goes first
   */
  KeySet(
      Vertx vertx,
      AuthConfig config,
      List<PubSecKeyOptions> keys,
      List<JsonObject> jwks,
      int remembered) {
    this.config = config;
    var options =
        new JWTAuthOptions()
            .setPubSecKeys(keys)
            .setJwks(jwks)
            // Claims are judged by Claims; here the signature counts.
            .setJWTOptions(new JWTOptions().setIgnoreExpiration(true));
    // Without any key the library would take unsigned tokens.
    this.signatures =
        keys.isEmpty() && jwks.isEmpty()
            ? Optional.empty()
            : Optional.of(JWTAuth.create(vertx, options));
    this.verified =
        new LinkedHashMap<>(256, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<TokenDigest, Principal> eldest) {
            return size() > remembered;
          }
        };
  }

  /** No key here made this signature; another set may know it. */
  static final class UnknownSignature extends RuntimeException {
    UnknownSignature() {
      super("the token's signature is not of a known key", null, false, false);
    }
  }

  boolean isEmpty() {
    return signatures.isEmpty();
  }

  /**
   * The principal of a token.
   *
   * @throws Unauthenticated when the token is wrong whatever the keys
   * @throws UnknownSignature when it might be right by other keys
   */
  Principal verify(String token, Instant now) {
    var digest = TokenDigest.of(token);
    Principal known;
    synchronized (verified) {
      known = verified.get(digest);
    }
    if (known != null && !Claims.expired(known.expiresAt(), config, now)) return known;
    var claims = new Claims(CompactJws.parse(token).payload());
    if (!isSigned(token)) throw new UnknownSignature();
    Principal principal = claims.principal(config, now);
    synchronized (verified) {
      verified.put(digest, principal);
    }
    return principal;
  }

  private boolean isSigned(String token) {
    try {
      return signatures.isPresent()
          && signatures.get().authenticate(new TokenCredentials(token)).succeeded();
    } catch (RuntimeException malformed) {
      return false;
    }
  }
}
