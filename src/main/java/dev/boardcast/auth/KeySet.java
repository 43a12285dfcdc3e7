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
 * Verifies tokens by a fixed set of keys, and caches the tokens it has verified. Thread safe.
 *
 * <p>Changed keys make a new set, so no token that a removed key signed stays cached.
 */
final class KeySet {
  private final AuthConfig config;
  private final Optional<JWTAuth> signatures;
  // By digest, so that a heap dump shows no tokens.
  private final Map<TokenDigest, Principal> verified;

  /**
   * @param maxCached size of the cache of verified tokens, least recently used first out
   */
  KeySet(
      Vertx vertx,
      AuthConfig config,
      List<PubSecKeyOptions> keys,
      List<JsonObject> jwks,
      int maxCached) {
    this.config = config;
    var options =
        new JWTAuthOptions()
            .setPubSecKeys(keys)
            .setJwks(jwks)
            // Claims checks the claims; only the signature counts here.
            .setJWTOptions(new JWTOptions().setIgnoreExpiration(true));
    // Without any key, Vert.x would accept unsigned tokens.
    this.signatures =
        keys.isEmpty() && jwks.isEmpty()
            ? Optional.empty()
            : Optional.of(JWTAuth.create(vertx, options));
    this.verified =
        new LinkedHashMap<>(256, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<TokenDigest, Principal> eldest) {
            return size() > maxCached;
          }
        };
  }

  /** No key of this set made the signature; a newer set may have it. */
  static final class UnknownSignature extends RuntimeException {
    UnknownSignature() {
      super("the token's signature is not of a known key", null, false, false);
    }
  }

  boolean isEmpty() {
    return signatures.isEmpty();
  }

  /**
   * Verifies a token and returns its principal.
   *
   * @throws Unauthenticated when the token is invalid with any key
   * @throws UnknownSignature when it might be valid with other keys
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
