package dev.boardcast.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The SHA-256 of a token: identifies the token without revealing it. */
record TokenDigest(long first, long second, long third, long fourth) {
  static TokenDigest of(String token) {
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
      var words = ByteBuffer.wrap(sum);
      return new TokenDigest(words.getLong(), words.getLong(), words.getLong(), words.getLong());
    } catch (NoSuchAlgorithmException defect) {
      throw new IllegalStateException(defect);
    }
  }
}
