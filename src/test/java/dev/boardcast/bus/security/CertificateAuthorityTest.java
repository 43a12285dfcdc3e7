package dev.boardcast.bus.security;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificateAuthorityTest {
  private static final String OLD = "the older secret of this cluster of 32+ bytes";
  private static final String NEW = "the newer secret of this cluster of 32+ bytes";
  private static final String OTHER = "the secret of quite another cluster of 32+ bytes";

  @ParameterizedTest(name = "RFC 8032, section 7.1, {0}")
  @CsvSource({
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
        + " d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
        + " 3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,"
        + " fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"
  })
  void theKeyOfASeedIsThatOfTheStandard(String seed, String publicKey) throws Exception {
    byte[] encoded =
        CertificateAuthority.keyPair(HexFormat.of().parseHex(seed)).getPublic().getEncoded();
    assertEquals(publicKey, HexFormat.of().formatHex(encoded).substring(encoded.length * 2 - 64));
  }

  @Test
  void everyNodeOfASecretHasTheSameAuthority() throws Exception {
    byte[] seed = new ClusterSecret(List.of(OLD)).keys("ca").get(0);
    assertArrayEquals(
        new CertificateAuthority(seed).root().getEncoded(),
        new CertificateAuthority(seed).root().getEncoded());
    assertNotEquals(
        new CertificateAuthority(seed).root().getSubjectX500Principal(),
        new CertificateAuthority(new ClusterSecret(List.of(NEW)).keys("ca").get(0))
            .root()
            .getSubjectX500Principal());
  }

  @Test
  void everyProcessHasACertificateOfItsOwn() throws Exception {
    var secret = new ClusterSecret(List.of(OLD));
    X509Certificate one = NodeCertificate.create(secret).chain().get(0);
    X509Certificate two = NodeCertificate.create(secret).chain().get(0);
    assertNotEquals(one.getPublicKey(), two.getPublicKey());
    assertNotEquals(one.getSerialNumber(), two.getSerialNumber());
    assertEquals(-1, one.getBasicConstraints(), "a node cannot certify others");
  }

  @ParameterizedTest(name = "a node with {0} accepts one with {1}")
  @CsvSource({
    "old, old",
    "old, new+old",
    "new+old, old",
    "new+old, new+old",
    "new+old, new",
    "new, new+old",
    "new, new"
  })
  void nodesOfNeighboringStepsOfARotationTrustEachOther(String one, String other) throws Exception {
    var chain = chain(other);
    X509TrustManager manager = trustManager(one);
    assertDoesNotThrow(() -> manager.checkClientTrusted(chain, "EC"));
    assertDoesNotThrow(() -> manager.checkServerTrusted(chain, "UNKNOWN"));
  }

  @ParameterizedTest(name = "a node with {0} refuses one with {1}")
  @CsvSource({"old, new", "new, old", "old, other", "new+old, other", "other, new+old"})
  void nodesWithoutACommonSecretRefuseEachOther(String one, String other) throws Exception {
    var chain = chain(other);
    X509TrustManager manager = trustManager(one);
    assertThrows(CertificateException.class, () -> manager.checkClientTrusted(chain, "EC"));
    assertThrows(CertificateException.class, () -> manager.checkServerTrusted(chain, "UNKNOWN"));
  }

  @Test
  void aNodeOfAnotherAuthorityWithTheSameNameIsRefused() throws Exception {
    var ca = new CertificateAuthority(new ClusterSecret(List.of(OLD)).keys("ca").get(0));
    X509Certificate forged =
        NodeCertificate.create(new ClusterSecret(List.of(OTHER))).chain().get(0);
    assertThrows(Exception.class, () -> forged.verify(ca.root().getPublicKey()));
  }

  private static X509Certificate[] chain(String names) {
    return NodeCertificate.create(secret(names)).chain().toArray(X509Certificate[]::new);
  }

  private static X509TrustManager trustManager(String names) throws Exception {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (byte[] seed : secret(names).keys("ca")) {
      X509Certificate root = new CertificateAuthority(seed).root();
      store.setCertificateEntry(root.getSubjectX500Principal().getName(), root);
    }
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return (X509TrustManager) factory.getTrustManagers()[0];
  }

  private static ClusterSecret secret(String names) {
    return new ClusterSecret(
        Stream.of(names.split("\\+"))
            .map(name -> name.equals("old") ? OLD : name.equals("new") ? NEW : OTHER)
            .toList());
  }
}
