package dev.boardcast.bus.security;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Derives keys from a secret: HKDF with SHA-256, RFC 5869. Stateless and thread safe. */
final class Hkdf {
  private static final String HMAC = "HmacSHA256";
  private static final int HASH_BYTES = 32;
  private static final int MAX_BLOCKS = 255;

  private Hkdf() {}

  /**
   * Derives one key.
   *
   * @param salt not secret; may be empty
   * @param info what the key is for: keys of different uses are independent
   * @param length of the key in bytes, at most 8160
   */
  static byte[] derive(byte[] secret, byte[] salt, byte[] info, int length) {
    if (length < 1 || length > MAX_BLOCKS * HASH_BYTES) {
      throw new IllegalArgumentException("a key of " + length + " bytes");
    }
    byte[] pseudorandom = hmac(salt.length == 0 ? new byte[HASH_BYTES] : salt, secret);
    byte[] key = new byte[length];
    byte[] block = new byte[0];
    for (int written = 0, index = 1; written < length; index++) {
      block = hmac(pseudorandom, block, info, new byte[] {(byte) index});
      int taken = Math.min(block.length, length - written);
      System.arraycopy(block, 0, key, written, taken);
      written += taken;
    }
    Arrays.fill(pseudorandom, (byte) 0);
    return key;
  }

  /** HMAC-SHA256 of the concatenated parts. */
  static byte[] hmac(byte[] key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      for (byte[] part : parts) mac.update(part);
      return mac.doFinal();
    } catch (GeneralSecurityException defect) {
      throw new IllegalStateException("every Java has " + HMAC, defect);
    }
  }
}
