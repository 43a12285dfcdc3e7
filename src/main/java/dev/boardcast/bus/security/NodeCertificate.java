package dev.boardcast.bus.security;

import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * The identity of one process in its cluster: a key that never leaves its memory, with a
 * certificate of the newest secret's authority, and the authorities of all its secrets. Immutable.
 *
 * <p>With several secrets, each older authority certifies the next newer one. So a node that has
 * not been restarted yet, and trusts the oldest only, accepts this one too.
 */
final class NodeCertificate {
  private final KeyPair keys;
  private final List<X509Certificate> chain = new ArrayList<>();
  private final List<X509Certificate> trusted;

  private NodeCertificate(List<CertificateAuthority> newestFirst) throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    keys = generator.generateKeyPair();
    chain.add(newestFirst.get(0).issue(keys.getPublic()));
    for (int i = 1; i < newestFirst.size(); i++) {
      chain.add(newestFirst.get(i).certify(newestFirst.get(i - 1)));
    }
    trusted = newestFirst.stream().map(CertificateAuthority::root).toList();
  }

  /** A new key and certificate of a cluster's authorities. */
  static NodeCertificate create(ClusterSecret secret) {
    try {
      var authorities = new ArrayList<CertificateAuthority>();
      for (byte[] seed : secret.keys("ca")) authorities.add(new CertificateAuthority(seed));
      return new NodeCertificate(authorities);
    } catch (GeneralSecurityException defect) {
      throw new IllegalStateException("this Java cannot make Ed25519 certificates", defect);
    }
  }

  /** The node's certificate, then those by which older authorities vouch for newer ones. */
  List<X509Certificate> chain() {
    return List.copyOf(chain);
  }

  /** What it shows to other nodes. */
  PemKeyCertOptions keyOptions() {
    try {
      return new PemKeyCertOptions()
          .setKeyValue(Pem.key(keys.getPrivate()))
          .setCertValue(Pem.certificates(chain));
    } catch (CertificateEncodingException defect) {
      throw new IllegalStateException(defect);
    }
  }

  /** The authorities whose nodes it accepts. */
  PemTrustOptions trustOptions() {
    try {
      var options = new PemTrustOptions();
      for (X509Certificate root : trusted) {
        options.addCertValue(Pem.certificates(List.of(root)));
      }
      return options;
    } catch (CertificateEncodingException defect) {
      throw new IllegalStateException(defect);
    }
  }
}
