package dev.boardcast.auth;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/** Creates the secret that a node uses when no key is configured. */
public final class SecretFile {
  private static final String NAME = "jwt.secret";

  private SecretFile() {}

  /** Returns the path of the secret's file, which may not exist. */
  public static Path in(Path dataDir) {
    return dataDir.resolve(NAME);
  }

  /**
   * Returns the secret's file in {@code dataDir}, created if missing and readable by its owner
   * only. Processes that start at the same time use the same secret: the first complete file stays.
   *
   * @throws IOException when the directory cannot be written
   */
  public static Path ensure(Path dataDir) throws IOException {
    Path file = in(dataDir);
    if (Files.exists(file)) return file;
    Files.createDirectories(dataDir);
    var onlyOwner =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Path draft = Files.createTempFile(dataDir, NAME, ".draft", onlyOwner);
    try {
      byte[] random = new byte[32];
      new SecureRandom().nextBytes(random);
      Files.writeString(draft, Base64.getUrlEncoder().withoutPadding().encodeToString(random));
      // A link fails when the file exists; a rename would replace what another process wrote.
      Files.createLink(file, draft);
    } catch (FileAlreadyExistsException other) {
      // Another process was first: its secret is used.
    } finally {
      Files.delete(draft);
    }
    return file;
  }
}
