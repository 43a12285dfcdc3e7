package dev.boardcast.bus.security;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The secrets of a cluster, newest first. A node proves itself by all of them, and accepts each, so
 * that a secret is replaced by two rolling restarts: with the new and the old one, then with the
 * new one alone. Immutable; never shown.
 */
public final class ClusterSecret {
  /** Fewest bytes of a secret. */
  public static final int MIN_BYTES = 32;

  /** Most secrets that are accepted at the same time. */
  public static final int MAX_SECRETS = 8;

  private static final byte[] SALT = "boardcast cluster v1".getBytes(StandardCharsets.US_ASCII);

  private final List<byte[]> secrets;

  /**
   * @param newestFirst at least one, at most {@link #MAX_SECRETS}, each of at least {@link
   *     #MIN_BYTES} bytes in UTF-8
   * @throws IllegalArgumentException for other ones; its message has none of them
   */
  public ClusterSecret(List<String> newestFirst) {
    if (newestFirst.isEmpty() || newestFirst.size() > MAX_SECRETS) {
      throw new IllegalArgumentException("1 to " + MAX_SECRETS + " secrets are expected");
    }
    secrets = newestFirst.stream().map(secret -> secret.getBytes(StandardCharsets.UTF_8)).toList();
    for (byte[] secret : secrets) {
      if (secret.length < MIN_BYTES) {
        throw new IllegalArgumentException("a secret has at least " + MIN_BYTES + " bytes");
      }
    }
  }

  /**
   * Keys for one use, one of each secret, newest first.
   *
   * @param use such as {@code "ca"}: keys of different uses are independent of each other
   */
  public List<byte[]> keys(String use) {
    byte[] info = use.getBytes(StandardCharsets.UTF_8);
    return secrets.stream().map(secret -> Hkdf.derive(secret, SALT, info, MIN_BYTES)).toList();
  }

  @Override
  public String toString() {
    return "(hidden)";
  }
}
