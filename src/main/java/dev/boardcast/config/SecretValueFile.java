package dev.boardcast.config;

import dev.boardcast.config.SettingValues.Value;
import dev.boardcast.spi.InvalidSettingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;

/**
 * Reads the value of a secret setting from a file. A line break at its end does not count, since
 * editors add one.
 *
 * <p>A file that every user of the machine may change is refused, since any of them could choose
 * the secret. One that every user may read is accepted: orchestrators mount secrets that way into
 * containers that have one user.
 */
public final class SecretValueFile {
  private static final int MAX_BYTES = 65_536;

  private SecretValueFile() {}

  /**
   * Reads the file.
   *
   * @param key the setting or option that names the file
   * @throws InvalidSettingException when it cannot be read, is too long, or may be changed by every
   *     user; names the file and never its content
   */
  public static String read(String key, Value named) {
    try {
      var file = Path.of(named.text().strip());
      if (isChangeableByEveryUser(file)) {
        throw unusable(key, named, "a file that only its owner can change (chmod o-w)");
      }
      if (Files.size(file) > MAX_BYTES) {
        throw unusable(key, named, "a file of at most " + MAX_BYTES + " bytes");
      }
      String content = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      return content.replaceFirst("\\r?\\n$", "");
    } catch (IOException | InvalidPathException unreadable) {
      throw unusable(key, named, "a file that can be read");
    }
  }

  private static boolean isChangeableByEveryUser(Path file) throws IOException {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_WRITE);
  }

  private static InvalidSettingException unusable(String key, Value named, String expected) {
    return new InvalidSettingException(key, named.text(), named.source(), expected);
  }
}
