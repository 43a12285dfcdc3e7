package dev.boardcast.auth;

import dev.boardcast.spi.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Creates valid and invalid tokens and keys, independently of the code under test. */
public final class Tokens {
  public static final String SECRET = "a secret of at least thirty-two bytes";

  private Tokens() {}

  public static KeyPair rsa() {
    return rsa(2048);
  }

  static KeyPair rsa(int bits) {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException defect) {
      throw new IllegalStateException(defect);
    }
  }

  static KeyPair ec(String curve) {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException defect) {
      throw new IllegalStateException(defect);
    }
  }

  public static String pem(PublicKey key) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  public static Map<String, Object> jwk(String kid, PublicKey key) {
    var rsa = (RSAPublicKey) key;
    return Map.of(
        "kty",
        "RSA",
        "use",
        "sig",
        "alg",
        "RS256",
        "kid",
        kid,
        "n",
        base64(unsigned(rsa.getModulus().toByteArray())),
        "e",
        base64(unsigned(rsa.getPublicExponent().toByteArray())));
  }

  private static byte[] unsigned(byte[] number) {
    return number[0] == 0 ? java.util.Arrays.copyOfRange(number, 1, number.length) : number;
  }

  /** Claims of a valid token with some replaced; a null value removes a claim. */
  public static Map<String, Object> claims(Map<String, Object> other) {
    var claims = new LinkedHashMap<String, Object>();
    claims.put("sub", "u1");
    claims.put("exp", Instant.now().getEpochSecond() + 60);
    claims.putAll(other);
    claims.values().removeIf(value -> value == null);
    return claims;
  }

  static String claim(String name, Object value) {
    var other = new HashMap<String, Object>();
    other.put(name, value);
    return hs256(SECRET, claims(other));
  }

  public static String hs256(String secret, Map<String, Object> claims) {
    return hs256(Map.of("alg", "HS256", "typ", "JWT"), secret, claims);
  }

  public static String hs256(
      Map<String, Object> header, String secret, Map<String, Object> claims) {
    try {
      String signed = unsigned(header, claims);
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return signed + "." + base64(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException defect) {
      throw new IllegalStateException(defect);
    }
  }

  public static String unsigned(Map<String, Object> header, Map<String, Object> claims) {
    return base64(ascii(header)) + "." + base64(ascii(claims));
  }

  /** With escapes: UTF-8 has no halves of surrogate pairs. */
  private static byte[] ascii(Map<String, Object> part) {
    var text = new StringBuilder();
    for (char c : Json.encode(part).toCharArray()) {
      text.append(c < 0x7f ? String.valueOf(c) : "\\u%04x".formatted((int) c));
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  public static String signed(
      String algorithm, String kid, KeyPair keys, Map<String, Object> claims) {
    try {
      var header =
          kid.isEmpty()
              ? Map.<String, Object>of("alg", algorithm)
              : Map.<String, Object>of("alg", algorithm, "kid", kid);
      String signed = unsigned(header, claims);
      var signature =
          Signature.getInstance(
              "SHA"
                  + algorithm.substring(2)
                  + (algorithm.startsWith("ES") ? "withECDSAinP1363Format" : "withRSA"));
      signature.initSign(keys.getPrivate());
      signature.update(signed.getBytes(StandardCharsets.UTF_8));
      return signed + "." + base64(signature.sign());
    } catch (GeneralSecurityException defect) {
      throw new IllegalStateException(defect);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
