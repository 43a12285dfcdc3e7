package dev.boardcast.testing;

import dev.boardcast.database.DatabaseConfig;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** A pgbouncer in front of a database, on a free port. */
public final class PgBouncer implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final Process process;
  private final DatabaseConfig config;

  private PgBouncer(Process process, DatabaseConfig config) {
    this.process = process;
    this.config = config;
  }

  /**
   * Starts pgbouncer; where it is not installed the test is skipped, or fails if {@code CI} is set.
   *
   * @param directory empty; for its files
   * @param settings lines of its configuration, such as {@code pool_mode = session}
   */
  public static PgBouncer start(DatabaseConfig db, Path directory, String... settings)
      throws IOException {
    Optional<Path> program = program();
    String missing = "no pgbouncer: install it on the path";
    if (program.isEmpty() && System.getenv("CI") != null) Assertions.fail(missing);
    Assumptions.assumeTrue(program.isPresent(), missing);
    int port = FreePorts.one();
    var server = URI.create(db.postgresUri());
    String[] login = server.getUserInfo().split(":", 2);
    Path users =
        Files.writeString(
            directory.resolve("users.txt"), "\"%s\" \"%s\"\n".formatted(login[0], login[1]));
    Path file =
        Files.writeString(
            directory.resolve("pgbouncer.ini"),
            """
            [databases]
            * = host=127.0.0.1 port=%d
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = %d
            unix_socket_dir =
            auth_type = scram-sha-256
            auth_file = %s
            max_client_conn = 100
            default_pool_size = 20
            %s
            """
                .formatted(server.getPort(), port, users, String.join("\n", settings)));
    var command = new ArrayList<String>();
    // It does not run as root.
    if (System.getProperty("user.name").equals("root")) command.addAll(List.of("unshare", "-U"));
    command.addAll(List.of(program.get().toString(), file.toString()));
    Path log = directory.resolve("pgbouncer.log");
    var process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    String uri = db.postgresUri().replace(":" + server.getPort() + "/", ":" + port + "/");
    var bouncer = new PgBouncer(process, DatabaseConfig.at(uri, db.redisUri()));
    Awaitility.await()
        .atMost(TIMEOUT)
        .failFast("pgbouncer has ended: see " + log, () -> !process.isAlive())
        .until(() -> accepts(port));
    return bouncer;
  }

  /** The database through it. */
  public DatabaseConfig database() {
    return config;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
  }

  private static boolean accepts(int port) {
    try {
      new Socket("127.0.0.1", port).close();
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  private static Optional<Path> program() {
    return Stream.of((System.getenv("PATH") + ":/usr/sbin").split(":"))
        .map(folder -> Path.of(folder, "pgbouncer"))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
