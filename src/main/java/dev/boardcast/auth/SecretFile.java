package dev.boardcast.auth;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/** The secret a node makes for itself when it is given no key. */
public final class SecretFile {
  private static final String NAME = "jwt.secret";

  private SecretFile() {}

  /** Where it is, or would be. */
  public static Path in(Path dataDir) {
    return dataDir.resolve(NAME);
  }

  /**
   * The secret's file in {@code dataDir}, made when absent. Only its owner may read it. Processes
   * that start at once agree: the file appears whole, and the first one stays.
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
      // A link fails when the name is taken; a rename would replace what another just wrote.
      Files.createLink(file, draft);
    } catch (FileAlreadyExistsException other) {
      // Another process was first: its secret counts.
    } finally {
      Files.delete(draft);
    }
    return file;
  }
}
