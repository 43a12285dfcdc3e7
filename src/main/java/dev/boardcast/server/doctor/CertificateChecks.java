package dev.boardcast.server.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Checks files of certificates: validity of each, and that each is signed by the next. */
final class CertificateChecks {
  private static final Duration SOON = Duration.ofDays(14);

  private final Clock clock;

  CertificateChecks(Clock clock) {
    this.clock = clock;
  }

  /**
   * @param setting that names the file
   * @param isChain whether the certificates form a chain, unlike those of authorities
   */
  List<Finding> check(String setting, Path file, boolean isChain) {
    List<X509Certificate> certificates;
    try (InputStream in = Files.newInputStream(file)) {
      certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toList();
    } catch (IOException | GeneralSecurityException unreadable) {
      return List.of(
          Finding.problem(
              "%s %s cannot be read: name a PEM file that this user can read"
                  .formatted(setting, file)));
    }
    if (certificates.isEmpty()) {
      return List.of(Finding.problem("%s %s has no certificate".formatted(setting, file)));
    }
    var findings = new ArrayList<Finding>();
    for (int i = 0; i < certificates.size(); i++) {
      findings.add(validity(setting, certificates.get(i)));
      if (isChain && i > 0 && !isSignedBy(certificates.get(i - 1), certificates.get(i))) {
        findings.add(
            Finding.problem(
                "%s: certificate %d of %s is not the issuer of the one before: put the chain in order, the server's first"
                    .formatted(setting, i + 1, file)));
      }
    }
    return findings;
  }

  private Finding validity(String setting, X509Certificate certificate) {
    String name = setting + ": certificate " + certificate.getSubjectX500Principal().getName();
    Instant now = clock.instant();
    Instant end = certificate.getNotAfter().toInstant();
    if (now.isBefore(certificate.getNotBefore().toInstant())) {
      return Finding.problem(
          name
              + " is not valid before "
              + certificate.getNotBefore().toInstant()
              + ": check the clock, or wait");
    }
    if (now.isAfter(end)) return Finding.problem(name + " expired at " + end + ": renew it");
    return now.plus(SOON).isAfter(end)
        ? Finding.warning(
            name + " expires at " + end + ": renew it; a node reads it again by itself")
        : Finding.ok(name + " is valid until " + end);
  }

  private static boolean isSignedBy(X509Certificate certificate, X509Certificate issuer) {
    try {
      certificate.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException other) {
      return false;
    }
  }
}
