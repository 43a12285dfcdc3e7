package dev.boardcast.server.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where the embedded servers keep what they have, one folder for each purpose.
 *
 * @param dir absolute, without links: processes are recognised by it
 */
public record EmbeddedDirectories(Path dir) {

  /**
   * Makes the folders that are missing, closed to other users of this machine.
   *
   * @throws EmbeddedFailure when the place cannot be written
   */
  public static EmbeddedDirectories in(Path dataDir) {
    try {
      var home = new EmbeddedDirectories(Files.createDirectories(dataDir).toRealPath());
      makePrivate(home.redis());
      makePrivate(home.logs());
      makePrivate(home.users());
      return home;
    } catch (IOException cause) {
      throw unusable(dataDir, cause);
    }
  }

  static EmbeddedFailure unusable(Path dataDir, IOException cause) {
    return new EmbeddedFailure(
        "data-dir must be a folder this user can write, was "
            + dataDir.toAbsolutePath()
            + " ("
            + cause
            + ")",
        cause);
  }

  /** PostgreSQL's own folder; made by its initialisation, so it exists only when complete. */
  Path postgres() {
    return dir.resolve("postgres");
  }

  Path redis() {
    return dir.resolve("redis");
  }

  Path logs() {
    return dir.resolve("logs");
  }

  /** One locked file per running node. */
  Path users() {
    return dir.resolve("users");
  }

  /** The unpacked programs, unless told otherwise. */
  Path binaries() {
    return dir.resolve("binaries");
  }

  /** Held by whoever starts, stops or counts. */
  Path gate() {
    return dir.resolve("servers.lock");
  }

  /** Ports and password. */
  Path settings() {
    return dir.resolve("servers.properties");
  }

  public EmbeddedProcess postgresProcess() {
    return new EmbeddedProcess(postgres().resolve("postmaster.pid"), "postgres", postgres());
  }

  public EmbeddedProcess redisProcess() {
    return new EmbeddedProcess(
        redis().resolve("redis.pid"), "redis-server", redis().resolve("redis.conf"));
  }

  private static void makePrivate(Path folder) throws IOException {
    Files.createDirectories(folder);
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }
  }
}
