package dev.boardcast.server.embedded;

import java.io.IOException;
import java.io.StringReader;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Where the servers listen on the loopback address, and their passwords: stored in the data
 * directory, the same for all nodes that share it. Other users of this machine reach the loopback
 * address too.
 *
 * @param redisPassword another than that of PostgreSQL; a data directory of release 0.2 or before
 *     has none, and gets one
 */
record EmbeddedEndpoints(int postgresPort, int redisPort, String password, String redisPassword) {
  private static final int PASSWORD_BYTES = 20;
  // Below the ports that the system gives to outgoing connections: there, a client that connects to
  // a stopped server may get connected to itself, and then occupies the server's port.
  private static final int MIN_PORT = 20_000;
  private static final int MAX_PORT = 29_999;
  private static final int ATTEMPTS = 200;

  /**
   * Reads the stored ones, or creates them. A port that another program took meanwhile is replaced.
   *
   * @param isUnused whether no other node uses the servers; else no port can be replaced
   */
  static EmbeddedEndpoints of(EmbeddedDirectories directories, boolean isUnused) {
    Path file = directories.endpoints();
    try {
      if (!Files.exists(file)) return create(directories).save(file);
      var stored = read(file);
      var usable = stored.withUsablePorts(directories);
      if (usable.equals(stored))
        return stored.redisPassword == null ? stored.complete(file) : stored;
      if (isUnused) return usable.complete(file);
      throw new EmbeddedServerException(
          "another program took port %d or %d of the embedded servers, which other nodes still use"
              .formatted(stored.postgresPort, stored.redisPort));
    } catch (IOException cause) {
      throw EmbeddedDirectories.unusable(file, cause);
    }
  }

  InetSocketAddress redisAddress() {
    return address(redisPort);
  }

  private static EmbeddedEndpoints create(EmbeddedDirectories directories) {
    if (Files.exists(directories.postgres())) {
      throw new EmbeddedServerException(
          "%s with the password of %s is missing: restore it, or delete both to start over"
              .formatted(directories.endpoints(), directories.postgres()));
    }
    int postgres = freePort(0);
    return new EmbeddedEndpoints(postgres, freePort(postgres), newPassword(), newPassword());
  }

  private EmbeddedEndpoints complete(Path file) throws IOException {
    String redis = redisPassword == null ? newPassword() : redisPassword;
    return new EmbeddedEndpoints(postgresPort, redisPort, password, redis).save(file);
  }

  private static String newPassword() {
    var password = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(password);
    return HexFormat.of().formatHex(password);
  }

  private EmbeddedEndpoints withUsablePorts(EmbeddedDirectories directories) {
    return new EmbeddedEndpoints(
        usablePort(directories.postgresProcess(), postgresPort, redisPort),
        usablePort(directories.redisProcess(), redisPort, postgresPort),
        password,
        redisPassword);
  }

  private static int usablePort(EmbeddedProcess server, int port, int other) {
    return server.find().isPresent() || isFree(port) ? port : freePort(other);
  }

  private static int freePort(int other) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(MIN_PORT, MAX_PORT + 1);
      if (port != other && isFree(port)) return port;
    }
    throw new EmbeddedServerException(
        "no free port found between " + MIN_PORT + " and " + MAX_PORT);
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.bind(address(port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }

  private static InetSocketAddress address(int port) {
    return new InetSocketAddress("127.0.0.1", port);
  }

  private static EmbeddedEndpoints read(Path file) throws IOException {
    var properties = new Properties();
    properties.load(new StringReader(Files.readString(file)));
    try {
      return new EmbeddedEndpoints(
          Integer.parseInt(properties.getProperty("postgres.port")),
          Integer.parseInt(properties.getProperty("redis.port")),
          properties.getProperty("password"),
          properties.getProperty("redis.password"));
    } catch (NumberFormatException cause) {
      throw new EmbeddedServerException(file + " is damaged: a port is not a number", cause);
    }
  }

  // Renamed when it is complete on disk: a lost password cannot be replaced.
  private EmbeddedEndpoints save(Path file) throws IOException {
    var text =
        "postgres.port=%d%nredis.port=%d%npassword=%s%nredis.password=%s%n"
            .formatted(postgresPort, redisPort, password, redisPassword);
    Path next = file.resolveSibling(file.getFileName() + ".next");
    EmbeddedDirectories.writePrivately(next, text);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    return this;
  }
}
