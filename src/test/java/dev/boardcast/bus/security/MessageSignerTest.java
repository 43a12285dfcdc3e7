package dev.boardcast.bus.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageSignerTest {
  private static final String OLD = "the older secret of this cluster of 32+ bytes";
  private static final String NEW = "the newer secret of this cluster of 32+ bytes";
  private static final String ADDRESS = "it.orders";
  private static final byte[] NONCE = {1, 2, 3};
  private static final byte[] MESSAGE = {4, 5, 6};

  @ParameterizedTest(name = "[{0}] signs, [{1}] accepts: {2}")
  @CsvSource({
    "old, old, true",
    "old, new+old, true",
    "old, new, false",
    "new+old, old, true",
    "new+old, new+old, true",
    "new+old, new, true",
    "new, old, false",
    "new, new+old, true",
    "new, new, true"
  })
  void nodesWithACommonSecretAcceptEachOther(String sender, String receiver, boolean isAccepted) {
    byte[] signature = signer(sender).sign(ADDRESS, 7, NONCE, MESSAGE);
    assertEquals(isAccepted, signer(receiver).verify(ADDRESS, 7, NONCE, MESSAGE, signature));
  }

  @Test
  void whatWasSignedCannotBeChanged() {
    MessageSigner signer = signer("new+old");
    byte[] signature = signer.sign(ADDRESS, 7, NONCE, MESSAGE);
    assertFalse(signer.verify("it.others", 7, NONCE, MESSAGE, signature));
    assertFalse(signer.verify(ADDRESS, 8, NONCE, MESSAGE, signature));
    assertFalse(signer.verify(ADDRESS, 7, new byte[] {1, 2, 4}, MESSAGE, signature));
    assertFalse(signer.verify(ADDRESS, 7, NONCE, new byte[] {4, 5, 7}, signature));
  }

  @Test
  void partsOfASignatureAreComparedAsAWhole() {
    MessageSigner signer = signer("old");
    byte[] signature = signer.sign(ADDRESS, 7, NONCE, MESSAGE);
    assertFalse(signer.verify(ADDRESS, 7, NONCE, MESSAGE, new byte[0]));
    assertFalse(signer.verify(ADDRESS, 7, NONCE, MESSAGE, Arrays.copyOf(signature, 31)));
    assertFalse(signer.verify(ADDRESS, 7, NONCE, MESSAGE, Arrays.copyOf(signature, 33)));
    assertFalse(signer.verify(ADDRESS, 7, NONCE, MESSAGE, new byte[32]));
    byte[] tooMany = Arrays.copyOf(signature, MessageSigner.MAX_SIGNATURE_BYTES + 32);
    assertFalse(signer.verify(ADDRESS, 7, NONCE, MESSAGE, tooMany));
  }

  @Test
  void aSignatureOfAllSecretsHasTheLargestLength() {
    var secrets = IntStream.range(0, ClusterSecret.MAX_SECRETS).mapToObj(i -> i + OLD).toList();
    MessageSigner signer = MessageSigner.of(new ClusterSecret(secrets));
    byte[] signature = signer.sign(ADDRESS, 7, NONCE, MESSAGE);
    assertEquals(MessageSigner.MAX_SIGNATURE_BYTES, signature.length);
    var last = MessageSigner.of(new ClusterSecret(List.of(secrets.get(secrets.size() - 1))));
    assertTrue(last.verify(ADDRESS, 7, NONCE, MESSAGE, signature));
  }

  @Test
  void withoutASecretNothingIsSigned() {
    assertEquals(0, MessageSigner.none().sign(ADDRESS, 7, NONCE, MESSAGE).length);
    assertTrue(MessageSigner.none().verify(ADDRESS, 7, NONCE, MESSAGE, new byte[0]));
  }

  private static MessageSigner signer(String names) {
    var secrets =
        List.of(names.split("\\+")).stream().map(n -> n.equals("old") ? OLD : NEW).toList();
    return MessageSigner.of(new ClusterSecret(secrets));
  }
}
