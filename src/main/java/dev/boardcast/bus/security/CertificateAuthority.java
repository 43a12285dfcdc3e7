package dev.boardcast.bus.security;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A certificate authority whose Ed25519 key is a seed that every node derives from the cluster
 * secret. So each node issues a certificate to itself, and trusts those of the others. Thread safe.
 *
 * <p>Certificates do not expire, which RFC 5280 writes as the last second of the year 9999: a
 * node's key is in the memory of one process, and clocks that differ must not split a cluster. What
 * ends trust is that the secret is replaced.
 */
final class CertificateAuthority {
  private static final String ED25519 = "Ed25519";
  private static final byte[] ALGORITHM = Der.sequence(Der.objectIdentifier(0x2b, 0x65, 0x70));
  private static final byte[] COMMON_NAME = Der.objectIdentifier(0x55, 0x04, 0x03);
  private static final byte[] KEY_USAGE = Der.objectIdentifier(0x55, 0x1d, 0x0f);
  private static final byte[] BASIC_CONSTRAINTS = Der.objectIdentifier(0x55, 0x1d, 0x13);
  private static final byte[] VALIDITY =
      Der.sequence(Der.utcTime("000101000000Z"), Der.generalizedTime("99991231235959Z"));
  private static final byte[] VERSION_3 = Der.tagged(0, Der.integer(BigInteger.TWO));
  private static final BigInteger ROOT_SERIAL = BigInteger.ONE;
  private static final int SERIAL_BITS = 127;
  private static final int FINGERPRINT_BYTES = 12;

  // Bits of the extension keyUsage, from the highest on: digitalSignature is 0, keyCertSign is 5.
  private static final byte[] DIGITAL_SIGNATURE = Der.bits(7, new byte[] {(byte) 0x80});
  private static final byte[] CERTIFICATE_SIGNING = Der.bits(2, new byte[] {0x04});

  private final KeyPair keys;
  private final byte[] name;
  private final SecureRandom random = new SecureRandom();
  private final X509Certificate root;

  /**
   * @param seed the private key of RFC 8032, 32 bytes
   */
  CertificateAuthority(byte[] seed) throws GeneralSecurityException {
    keys = keyPair(seed);
    name = name("Boardcast cluster " + fingerprint(keys.getPublic()));
    root = certificate(ROOT_SERIAL, name, keys.getPublic(), true);
  }

  /** The certificate by which others trust this authority: the same on every node. */
  X509Certificate root() {
    return root;
  }

  /** Certifies a node's key, for both ends of a connection. */
  X509Certificate issue(PublicKey key) throws GeneralSecurityException {
    return certificate(serial(), name("Boardcast node"), key, false);
  }

  /** Certifies a newer authority: nodes that trust only this one then trust its nodes. */
  X509Certificate certify(CertificateAuthority newer) throws GeneralSecurityException {
    return certificate(serial(), newer.name, newer.keys.getPublic(), true);
  }

  /** The key pair of a seed. */
  static KeyPair keyPair(byte[] seed) throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance(ED25519);
    generator.initialize(NamedParameterSpec.ED25519, new FixedRandom(seed));
    return generator.generateKeyPair();
  }

  private X509Certificate certificate(
      BigInteger serial, byte[] subject, PublicKey key, boolean isAuthority)
      throws GeneralSecurityException {
    byte[] content =
        Der.sequence(
            VERSION_3,
            Der.integer(serial),
            ALGORITHM,
            name,
            VALIDITY,
            subject,
            key.getEncoded(),
            Der.tagged(3, extensions(isAuthority)));
    var signature = Signature.getInstance(ED25519);
    signature.initSign(keys.getPrivate());
    signature.update(content);
    byte[] encoded = Der.sequence(content, ALGORITHM, Der.bits(0, signature.sign()));
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(encoded));
  }

  private static byte[] extensions(boolean isAuthority) {
    byte[] constraints = isAuthority ? Der.sequence(Der.bool(true)) : Der.sequence();
    return Der.sequence(
        critical(BASIC_CONSTRAINTS, constraints),
        critical(KEY_USAGE, isAuthority ? CERTIFICATE_SIGNING : DIGITAL_SIGNATURE));
  }

  private static byte[] critical(byte[] extension, byte[] value) {
    return Der.sequence(extension, Der.bool(true), Der.octets(value));
  }

  private static byte[] name(String commonName) {
    return Der.sequence(Der.set(Der.sequence(COMMON_NAME, Der.text(commonName))));
  }

  private BigInteger serial() {
    return new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS - 1);
  }

  private static String fingerprint(PublicKey key) throws GeneralSecurityException {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
    return HexFormat.of().formatHex(Arrays.copyOf(hash, FINGERPRINT_BYTES));
  }

  /** Gives the seed as the random bytes of which a key is made. */
  private static final class FixedRandom extends SecureRandom {
    private final byte[] seed;

    FixedRandom(byte[] seed) {
      this.seed = seed.clone();
    }

    @Override
    public void nextBytes(byte[] bytes) {
      if (bytes.length != seed.length) {
        throw new IllegalStateException("a key of " + bytes.length + " bytes");
      }
      System.arraycopy(seed, 0, bytes, 0, seed.length);
    }
  }
}
