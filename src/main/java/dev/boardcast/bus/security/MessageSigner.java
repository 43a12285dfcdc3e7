package dev.boardcast.bus.security;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/**
 * Signs messages with a key of the newest secret, and verifies them with those of all. Without a
 * secret, signatures are empty and every one is accepted. Thread safe.
 */
public final class MessageSigner {
  private static final byte[] NONE = new byte[0];

  private final List<byte[]> keys;

  private MessageSigner(List<byte[]> keys) {
    this.keys = keys;
  }

  /** For a cluster without a secret. */
  public static MessageSigner none() {
    return new MessageSigner(List.of());
  }

  public static MessageSigner of(ClusterSecret secret) {
    return new MessageSigner(secret.keys("bus message"));
  }

  /** Whether messages must be signed. */
  public boolean isRequired() {
    return !keys.isEmpty();
  }

  /**
   * Signs a message.
   *
   * @param address that it is sent to: it is valid at no other
   */
  public byte[] sign(String address, long sentMillis, byte[] nonce, byte[] message) {
    return keys.isEmpty() ? NONE : signature(keys.get(0), address, sentMillis, nonce, message);
  }

  /** Whether a node of the cluster signed this. Takes the same time for every wrong signature. */
  public boolean verify(
      String address, long sentMillis, byte[] nonce, byte[] message, byte[] signature) {
    if (keys.isEmpty()) return true;
    boolean isValid = false;
    for (byte[] key : keys) {
      byte[] expected = signature(key, address, sentMillis, nonce, message);
      isValid |= MessageDigest.isEqual(expected, signature);
    }
    return isValid;
  }

  private static byte[] signature(
      byte[] key, String address, long sentMillis, byte[] nonce, byte[] message) {
    byte[] to = address.getBytes(StandardCharsets.UTF_8);
    // Lengths first, so that no part can be read as the end of the one before.
    byte[] head =
        ByteBuffer.allocate(Long.BYTES + 2 * Integer.BYTES)
            .putLong(sentMillis)
            .putInt(to.length)
            .putInt(nonce.length)
            .array();
    return Hkdf.hmac(key, head, to, nonce, message);
  }
}
