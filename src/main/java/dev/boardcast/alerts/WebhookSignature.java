package dev.boardcast.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs what is sent, by HMAC with SHA-256. */
final class WebhookSignature {
  private static final String ALGORITHM = "HmacSHA256";

  private WebhookSignature() {}

  /**
   * The header {@code Boardcast-Signature}: the signature of the time in seconds, a full stop, and
   * the body.
   */
  static String header(String secret, Instant at, byte[] body) {
    Mac mac = mac(secret);
    mac.update((at.getEpochSecond() + ".").getBytes(UTF_8));
    return "v1=" + HexFormat.of().formatHex(mac.doFinal(body));
  }

  /** The signature of a text, safe in a URL. */
  static String ofText(String secret, String text) {
    byte[] signature = mac(secret).doFinal(text.getBytes(UTF_8));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
  }

  private static Mac mac(String secret) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.getBytes(UTF_8), ALGORITHM));
      return mac;
    } catch (GeneralSecurityException defect) {
      throw new IllegalStateException(defect);
    }
  }
}
