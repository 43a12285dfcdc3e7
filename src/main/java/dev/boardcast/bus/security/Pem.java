package dev.boardcast.bus.security;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;

/** Writes keys and certificates as PEM (RFC 7468). Stateless. */
final class Pem {
  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private Pem() {}

  static Buffer key(PrivateKey key) {
    return Buffer.buffer(block("PRIVATE KEY", key.getEncoded()));
  }

  static Buffer certificates(List<X509Certificate> certificates)
      throws CertificateEncodingException {
    var text = new StringBuilder();
    for (X509Certificate certificate : certificates) {
      text.append(block("CERTIFICATE", certificate.getEncoded()));
    }
    return Buffer.buffer(text.toString());
  }

  private static String block(String label, byte[] content) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, LINES.encodeToString(content), label);
  }
}
