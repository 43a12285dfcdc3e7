package dev.boardcast.auth;

import dev.boardcast.spi.Authenticator.Unauthenticated;
import dev.boardcast.spi.Principal;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.PubSecKeyOptions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies tokens by a fixed set of keys, and caches the tokens it has verified. Thread safe.
 *
 * <p>Changed keys make a new set, so no token that a removed key signed stays cached.
 */
final class KeySet {
  private static final Logger LOG = LoggerFactory.getLogger(KeySet.class);

  private static final String UNKNOWN = "the token's signature is not of a known key";

  private final AuthConfig config;
  private final List<SigningKey> keys;
  private final Set<SigningKey> published;
  private final Set<String> ids;
  private final AtomicBoolean warned = new AtomicBoolean();
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
    var all = new ArrayList<>(SigningKey.of(vertx, keys));
    var fetched = new LinkedHashSet<SigningKey>();
    for (JsonObject jwk : jwks) {
      try {
        fetched.add(SigningKey.of(vertx, jwk));
      } catch (IllegalArgumentException weak) {
        LOG.warn(
            "the key {} of the key set cannot be used: {}",
            jwk.getString("kid"),
            weak.getMessage());
      } catch (RuntimeException unusable) {
        LOG.warn("the key {} of the key set cannot be used", jwk.getString("kid"));
      }
    }
    all.addAll(fetched);
    this.published = Set.copyOf(fetched);
    this.keys = List.copyOf(all);
    this.ids = all.stream().map(SigningKey::id).collect(Collectors.toUnmodifiableSet());
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
    private final boolean isOfUnknownKey;

    UnknownSignature(boolean isOfUnknownKey) {
      super(UNKNOWN, null, false, false);
      this.isOfUnknownKey = isOfUnknownKey;
    }

    /** Whether the token names no key of this set, so that it may be valid. */
    boolean isOfUnknownKey() {
      return isOfUnknownKey;
    }
  }

  /** Whether a key with this id is in the set. */
  boolean contains(String keyId) {
    return ids.contains(keyId);
  }

  /** The ids of keys of this set that are missing in another set, or are other keys there. */
  Set<String> withdrawnIn(KeySet other) {
    var fingerprints = new HashSet<String>();
    other.keys.forEach(key -> fingerprints.add(key.id() + " " + key.fingerprint()));
    return keys.stream()
        .filter(key -> !fingerprints.contains(key.id() + " " + key.fingerprint()))
        .map(SigningKey::id)
        .collect(Collectors.toUnmodifiableSet());
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
    CompactJws jws = CompactJws.parse(token);
    var claims = new Claims(jws.payload());
    String named = jws.header().path("kid").textValue();
    Optional<SigningKey> signer = signerOf(token, named);
    if (signer.isEmpty()) {
      // Files are followed without being asked to.
      if (jws.isBySecret()) {
        claims.check(config, ExpectedClaims.ofOwnKeys(config), now);
        throw new Unauthenticated(UNKNOWN);
      }
      claims.check(config, ExpectedClaims.ofKeySet(config), now);
      throw new UnknownSignature(named == null || !ids.contains(named));
    }
    ExpectedClaims expected =
        published.contains(signer.get())
            ? ExpectedClaims.ofKeySet(config)
            : ExpectedClaims.ofOwnKeys(config);
    Principal principal = claims.principal(config, expected, signer.get().id(), now);
    synchronized (verified) {
      verified.put(digest, principal);
    }
    boolean outlivesRevocation =
        principal.expiresAt().isAfter(now.plus(config.revocationDuration()));
    if (outlivesRevocation && !warned.getAndSet(true)) {
      LOG.warn(
          "a token is valid for longer than auth-revocation-duration: a revocation would end first");
    }
    return principal;
  }

  /** A token that names a key of this set must be signed by that one. */
  private Optional<SigningKey> signerOf(String token, String named) {
    boolean isKnown = named != null && ids.contains(named);
    return keys.stream()
        .filter(key -> !isKnown || key.id().equals(named))
        .filter(key -> key.signed(token))
        .findFirst();
  }
}
