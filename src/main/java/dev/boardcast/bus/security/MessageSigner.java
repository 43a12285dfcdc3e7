package dev.boardcast.bus.security;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/**
 * Signs messages with a key of each secret, so that a node which has one of them in common accepts
 * them, and verifies them with those of all. Without a secret, signatures are empty and every one
 * is accepted. Thread safe.
 */
public final class MessageSigner {
  private static final int MAC_BYTES = 32;

  /** Most bytes of a signature: one code of {@value #MAC_BYTES} bytes for each secret. */
  public static final int MAX_SIGNATURE_BYTES = ClusterSecret.MAX_SECRETS * MAC_BYTES;

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
   * @return at most {@link #MAX_SIGNATURE_BYTES}
   */
  public byte[] sign(String address, long sentMillis, byte[] nonce, byte[] message) {
    var signature = ByteBuffer.allocate(keys.size() * MAC_BYTES);
    for (byte[] key : keys) signature.put(mac(key, address, sentMillis, nonce, message));
    return signature.array();
  }

  /**
   * Whether a node signed this with a secret that this one has too. Takes the same time for every
   * wrong signature of a length.
   */
  public boolean verify(
      String address, long sentMillis, byte[] nonce, byte[] message, byte[] signature) {
    if (keys.isEmpty()) return true;
    if (signature.length > MAX_SIGNATURE_BYTES || signature.length % MAC_BYTES != 0) return false;
    boolean isValid = false;
    for (byte[] key : keys) {
      byte[] expected = mac(key, address, sentMillis, nonce, message);
      for (int from = 0; from < signature.length; from += MAC_BYTES) {
        byte[] part = Arrays.copyOfRange(signature, from, from + MAC_BYTES);
        isValid |= MessageDigest.isEqual(expected, part);
      }
    }
    return isValid;
  }

  private static byte[] mac(
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
