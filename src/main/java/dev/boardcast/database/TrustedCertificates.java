package dev.boardcast.database;

import io.vertx.core.net.TrustOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Reads the certificate authorities of a server that a node connects to. */
public final class TrustedCertificates {
  private TrustedCertificates() {}

  /**
   * The authorities of a PEM file, or those that Java trusts. Reads the file: once, so a new one
   * needs a restart.
   *
   * @param setting that names the file, for the message
   * @throws IllegalArgumentException when the file cannot be read or has no certificate
   */
  public static TrustOptions of(String setting, Optional<Path> file) {
    return TrustOptions.wrap(manager(setting, file));
  }

  /** As {@link #of}. */
  static X509ExtendedTrustManager manager(String setting, Optional<Path> file) {
    try {
      KeyStore authorities = null;
      if (file.isPresent()) {
        authorities = KeyStore.getInstance("PKCS12");
        authorities.load(null, null);
        int number = 0;
        for (Certificate each : read(setting, file.get())) {
          authorities.setCertificateEntry("authority" + number++, each);
        }
      }
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      // Without a store, it takes the authorities of Java.
      factory.init(authorities);
      return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    } catch (GeneralSecurityException | IOException defect) {
      throw new IllegalStateException(defect);
    }
  }

  private static Collection<? extends Certificate> read(String setting, Path file) {
    try {
      var found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
      if (found.isEmpty()) throw new CertificateException("empty");
      return found;
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(setting + " " + file + ": cannot be read", unreadable);
    } catch (CertificateException invalid) {
      throw new IllegalArgumentException(
          setting + " " + file + ": has no certificate in PEM form", invalid);
    }
  }
}
