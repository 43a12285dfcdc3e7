package dev.boardcast.auth;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Verifies the tokens of one key, for one or more algorithms.
 *
 * @param id what operators call the key: the {@code kid} in a key set, or the first 32 hex digits
 *     of its thumbprint (RFC 7638, SHA-256); of a PEM file, the first 32 hex digits of the SHA-256
 *     of the key in DER; of a secret, {@code secret-} and 16 hex digits that do not reveal it
 * @param fingerprint tells whether two keys of one id are the same key
 */
record SigningKey(String id, String fingerprint, JWTAuth signatures) {
  private static final int PUBLIC_DIGITS = 32;
  private static final int SECRET_DIGITS = 16;

  /** The keys of options, in their order: options of one key differ in the algorithm only. */
  static List<SigningKey> of(Vertx vertx, List<PubSecKeyOptions> options) {
    Map<String, List<PubSecKeyOptions>> byContent = new LinkedHashMap<>();
    for (PubSecKeyOptions each : options) {
      byContent.computeIfAbsent(each.getBuffer().toString(), first -> new ArrayList<>()).add(each);
    }
    return byContent.entrySet().stream()
        .map(
            entry -> {
              String id = idOf(entry.getKey());
              return new SigningKey(id, id, auth(vertx, entry.getValue(), List.of()));
            })
        .toList();
  }

  /**
   * A public key of a key set.
   *
   * @throws RuntimeException when the key is weak, or cannot be used
   */
  static SigningKey of(Vertx vertx, JsonObject jwk) {
    KeyStrength.require(jwk);
    String thumbprint = thumbprint(jwk);
    String id = jwk.getString("kid", thumbprint.substring(0, PUBLIC_DIGITS));
    return new SigningKey(id, thumbprint, auth(vertx, List.of(), List.of(jwk)));
  }

  /** Whether this key has signed the token. */
  boolean signed(String token) {
    try {
      return signatures.authenticate(new TokenCredentials(token)).succeeded();
    } catch (RuntimeException malformed) {
      return false;
    }
  }

  private static JWTAuth auth(Vertx vertx, List<PubSecKeyOptions> keys, List<JsonObject> jwks) {
    return JWTAuth.create(
        vertx,
        new JWTAuthOptions()
            .setPubSecKeys(keys)
            .setJwks(jwks)
            // Claims checks the claims; only the signature counts here.
            .setJWTOptions(new JWTOptions().setIgnoreExpiration(true)));
  }

  /** As RFC 7638 defines it, of public keys only. */
  private static String thumbprint(JsonObject jwk) {
    List<String> members =
        switch (jwk.getString("kty", "")) {
          case "RSA" -> List.of("e", "kty", "n");
          case "EC" -> List.of("crv", "kty", "x", "y");
          case "OKP" -> List.of("crv", "kty", "x");
          default -> throw new IllegalArgumentException("not a public key");
        };
    var canonical = new JsonObject();
    for (String member : members) {
      canonical.put(member, Objects.requireNonNull(jwk.getString(member), member));
    }
    return sha256(canonical.encode().getBytes(StandardCharsets.UTF_8));
  }

  private static String idOf(String content) {
    if (!KeyFile.isPem(content)) return "secret-" + secretDigest(content);
    String body = content.replaceAll("-----[A-Z ]+-----", "");
    return sha256(Base64.getMimeDecoder().decode(body)).substring(0, PUBLIC_DIGITS);
  }

  private static String secretDigest(String secret) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] sum = mac.doFinal("boardcast key id".getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sum).substring(0, SECRET_DIGITS);
    } catch (GeneralSecurityException defect) {
      throw new IllegalStateException(defect);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException defect) {
      throw new IllegalStateException(defect);
    }
  }
}
