package dev.boardcast.server.embedded;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Properties;

/**
 * What all nodes of a data dir must agree on.
 *
 * @param password of both servers: other users of this machine reach the loopback address too
 */
record EmbeddedSettings(int postgresPort, int redisPort, String password) {

  /**
   * Reads them, or makes them up. A port that another program took meanwhile is replaced, but only
   * while nobody uses it.
   *
   * @param alone whether no other node uses these servers
   */
  static EmbeddedSettings of(EmbeddedDirectories home, boolean alone) {
    try {
      if (!Files.exists(home.settings())) return fresh(home).saved(home.settings());
      var known = read(home.settings());
      var usable = known.withFreePorts(home);
      if (usable.equals(known)) return known;
      if (alone) return usable.saved(home.settings());
      throw new EmbeddedFailure(
          "another program took port %d or %d of the embedded servers, which other nodes still use"
              .formatted(known.postgresPort, known.redisPort));
    } catch (IOException cause) {
      throw EmbeddedDirectories.unusable(home.settings(), cause);
    }
  }

  private static EmbeddedSettings fresh(EmbeddedDirectories home) {
    if (Files.exists(home.postgres())) {
      throw new EmbeddedFailure(
          "%s with the password of %s is missing: put it back, or remove both to begin anew"
              .formatted(home.settings(), home.postgres()));
    }
    var password = new byte[20];
    new SecureRandom().nextBytes(password);
    int postgres = EmbeddedPort.pick(0);
    return new EmbeddedSettings(
        postgres, EmbeddedPort.pick(postgres), HexFormat.of().formatHex(password));
  }

  private EmbeddedSettings withFreePorts(EmbeddedDirectories home) {
    return new EmbeddedSettings(
        usable(home.postgresProcess(), postgresPort, redisPort),
        usable(home.redisProcess(), redisPort, postgresPort),
        password);
  }

  private static int usable(EmbeddedProcess server, int port, int other) {
    return server.find().isPresent() || EmbeddedPort.isFree(port) ? port : EmbeddedPort.pick(other);
  }

  private static EmbeddedSettings read(Path file) throws IOException {
    var text = new Properties();
    text.load(new StringReader(Files.readString(file)));
    try {
      return new EmbeddedSettings(
          Integer.parseInt(text.getProperty("postgres.port")),
          Integer.parseInt(text.getProperty("redis.port")),
          text.getProperty("password"));
    } catch (NumberFormatException cause) {
      throw new EmbeddedFailure(file + " is damaged: a port is not a number", cause);
    }
  }

  // Complete on disk before it gets its name: the password cannot be made up again.
  private EmbeddedSettings saved(Path file) throws IOException {
    var text =
        "postgres.port=%d%nredis.port=%d%npassword=%s%n"
            .formatted(postgresPort, redisPort, password);
    Path next = file.resolveSibling(file.getFileName() + ".next");
    writePrivately(next, text);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    return this;
  }

  /** Writes a file only its owner can read, down to the disk. */
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
}
