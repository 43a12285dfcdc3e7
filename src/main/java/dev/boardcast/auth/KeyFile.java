package dev.boardcast.auth;

import io.vertx.ext.auth.PubSecKeyOptions;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Parses key files: PEM blocks with public keys, or one HS256 secret.
 *
 * <p>The content of the file decides which, never a token: a public key cannot be used as a secret.
 */
final class KeyFile {
  private static final int MIN_SECRET = 32;
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN ([A-Z ]+)-----([^-]+)-----END \\1-----");

  private KeyFile() {}

  /**
   * Parses the content of a key file.
   *
   * @throws IllegalArgumentException when it is neither; the message does not quote the content
   */
  static List<PubSecKeyOptions> parse(String content) {
    return isPem(content) ? publicKeys(content) : List.of(secret(secretOf(content)));
  }

  /** Returns an HS256 key. */
  static PubSecKeyOptions secret(String secret) {
    return new PubSecKeyOptions().setAlgorithm("HS256").setBuffer(secret);
  }

  /** Returns the secret of a file that holds one. */
  static String secretOf(String content) {
    String secret = content.strip();
    if (isPem(content) || secret.getBytes(StandardCharsets.UTF_8).length < MIN_SECRET) {
      throw new IllegalArgumentException(
          "expected PEM public keys, or one secret of at least " + MIN_SECRET + " bytes");
    }
    return secret;
  }

  static boolean isPem(String content) {
    return content.contains("-----BEGIN");
  }

  private static List<PubSecKeyOptions> publicKeys(String content) {
    var keys = new ArrayList<PubSecKeyOptions>();
    var blocks = PEM.matcher(content);
    while (blocks.find()) {
      if (!blocks.group(1).equals("PUBLIC KEY")) {
        throw new IllegalArgumentException(
            "expected PEM blocks PUBLIC KEY only, was " + blocks.group(1));
      }
      String pem = blocks.group().strip();
      algorithms(publicKey(blocks.group(2)))
          .map(name -> new PubSecKeyOptions().setAlgorithm(name).setBuffer(pem))
          .forEach(keys::add);
    }
    if (keys.isEmpty())
      throw new IllegalArgumentException("expected a complete PEM block PUBLIC KEY");
    return keys;
  }

  private static PublicKey publicKey(String base64) {
    try {
      var spec = new X509EncodedKeySpec(Base64.getMimeDecoder().decode(base64));
      for (String family : List.of("RSA", "EC")) {
        try {
          return KeyFactory.getInstance(family).generatePublic(spec);
        } catch (java.security.spec.InvalidKeySpecException other) {
          // Not of this family; the next may fit.
        }
      }
    } catch (GeneralSecurityException | IllegalArgumentException broken) {
      // Reported below.
    }
    throw new IllegalArgumentException("expected an RSA or EC public key");
  }

  private static Stream<String> algorithms(PublicKey key) {
    if (key instanceof RSAPublicKey rsa) {
      KeyStrength.require(rsa);
      return Stream.of("RS256", "RS384", "RS512");
    }
    var curve = (ECPublicKey) key;
    return switch (curve.getParams().getOrder().bitLength()) {
      case 256 -> Stream.of("ES256");
      case 384 -> Stream.of("ES384");
      case 521 -> Stream.of("ES512");
      default -> throw new IllegalArgumentException("expected a curve P-256, P-384 or P-521");
    };
  }
}
