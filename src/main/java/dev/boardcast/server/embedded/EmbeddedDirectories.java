package dev.boardcast.server.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * The layout of a data directory.
 *
 * @param root absolute and without symbolic links: processes are recognised by it
 */
record EmbeddedDirectories(Path root) {

  /**
   * Creates the directories that are missing, closed to other users of this machine.
   *
   * @throws EmbeddedServerException if they cannot be written
   */
  static EmbeddedDirectories in(Path dataDir) {
    try {
      var directories = new EmbeddedDirectories(Files.createDirectories(dataDir).toRealPath());
      createPrivate(directories.redis());
      createPrivate(directories.logs());
      createPrivate(directories.users());
      return directories;
    } catch (IOException cause) {
      throw unusable(dataDir, cause);
    }
  }

  static EmbeddedServerException unusable(Path dataDir, IOException cause) {
    return new EmbeddedServerException(
        "data-dir must be a folder this user can write, was "
            + dataDir.toAbsolutePath()
            + " ("
            + cause
            + ")",
        cause);
  }

  /** PostgreSQL's data directory; exists only if it is complete. */
  Path postgres() {
    return root.resolve("postgres");
  }

  Path redis() {
    return root.resolve("redis");
  }

  Path logs() {
    return root.resolve("logs");
  }

  /** One {@link UsageLock} file per running node. */
  Path users() {
    return root.resolve("users");
  }

  /** The file of the {@link InterProcessLock} that is held to start, stop or count. */
  Path lock() {
    return root.resolve("servers.lock");
  }

  /** The stored {@link EmbeddedEndpoints}. */
  Path endpoints() {
    return root.resolve("servers.properties");
  }

  EmbeddedProcess postgresProcess() {
    return new EmbeddedProcess(postgres().resolve("postmaster.pid"), "postgres", postgres());
  }

  EmbeddedProcess redisProcess() {
    return new EmbeddedProcess(
        redis().resolve("redis.pid"), "redis-server", redis().resolve("redis.conf"));
  }

  /** Writes a file that only its owner can read, and forces it to disk. */
  static void writePrivately(Path file, String text) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(file);
    var view = file.toFile();
    if (!view.setReadable(false, false) || !view.setReadable(true, true)) {
      throw new IOException("cannot make private: " + file);
    }
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      channel.force(true);
    }
  }

  /** Deletes a directory with its content, if it exists. */
  static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) return;
    try (Stream<Path> files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }

  private static void createPrivate(Path directory) throws IOException {
    Files.createDirectories(directory);
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }
  }
}
