package dev.boardcast.auth;

import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.Set;

/** Refuses public keys whose signatures can be forged: see RFC 7518, 3.3 and 3.4. */
final class KeyStrength {
  static final int MIN_RSA_BITS = 2048;

  private static final BigInteger MIN_EXPONENT = BigInteger.valueOf(3);
  private static final Set<String> CURVES = Set.of("P-256", "P-384", "P-521");

  private KeyStrength() {}

  /**
   * @throws IllegalArgumentException naming what is weak
   */
  static void require(RSAPublicKey key) {
    require(key.getModulus(), key.getPublicExponent());
  }

  /**
   * @throws IllegalArgumentException naming what is weak
   */
  static void require(JsonObject jwk) {
    switch (jwk.getString("kty", "")) {
      case "RSA" -> require(number(jwk, "n"), number(jwk, "e"));
      case "EC" -> {
        if (!CURVES.contains(jwk.getString("crv"))) {
          throw new IllegalArgumentException("expected a curve P-256, P-384 or P-521");
        }
      }
      default -> throw new IllegalArgumentException("expected an RSA or EC key");
    }
  }

  private static void require(BigInteger modulus, BigInteger exponent) {
    int bits = modulus.bitLength();
    if (bits < MIN_RSA_BITS) {
      throw new IllegalArgumentException(
          "expected an RSA key of at least " + MIN_RSA_BITS + " bits, was of " + bits);
    }
    if (exponent.compareTo(MIN_EXPONENT) < 0 || !exponent.testBit(0)) {
      throw new IllegalArgumentException("expected an RSA key with an odd exponent of at least 3");
    }
  }

  private static BigInteger number(JsonObject jwk, String member) {
    if (jwk.getValue(member) instanceof String text) {
      return new BigInteger(1, Base64.getUrlDecoder().decode(text));
    }
    throw new IllegalArgumentException("expected " + member + " in base64url");
  }
}
