package dev.boardcast.auth.revocation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 of a salt and a user, which says whether a known name is meant but not which name. Its
 * text is {@code <salt>:<hash>} in hexadecimal.
 */
public record UserDigest(String salt, String hash) {
  /** The digest of a user. */
  public static UserDigest of(String salt, String user) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      byte[] hash = sha.digest((salt + user).getBytes(StandardCharsets.UTF_8));
      return new UserDigest(salt, HexFormat.of().formatHex(hash));
    } catch (NoSuchAlgorithmException everyPlatformHasIt) {
      throw new IllegalStateException(everyPlatformHasIt);
    }
  }

  /** Reads what {@link #text} has written. */
  static UserDigest parse(String text) {
    int colon = text.indexOf(':');
    return new UserDigest(text.substring(0, colon), text.substring(colon + 1));
  }

  /** Salt and hash. */
  String text() {
    return salt + ":" + hash;
  }
}
