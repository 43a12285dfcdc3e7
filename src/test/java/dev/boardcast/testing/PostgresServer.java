package dev.boardcast.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of its own on a free port, which can have a streaming standby and become one.
 * It trusts every login; its commits do not wait for the disk. Calls block.
 */
public final class PostgresServer implements AutoCloseable {
  private static final String NAME = "boardcast";
  private static final int LIMIT_SECONDS = 60;

  private final Path bin;
  private final Path directory;
  private final int port;

  private PostgresServer(Path bin, Path directory) throws IOException {
    this.bin = bin;
    this.directory = directory.toAbsolutePath();
    port = FreePorts.one();
  }

  /**
   * Starts a server of the version that comes with Boardcast.
   *
   * @param directory for its data; does not exist yet
   */
  public static PostgresServer start(Path directory) throws Exception {
    return start(programs(), directory);
  }

  /**
   * As {@link #start(Path)}, of another version.
   *
   * @param bin with {@code initdb}, {@code pg_ctl} and {@code postgres}
   */
  public static PostgresServer start(Path bin, Path directory) throws Exception {
    var server = new PostgresServer(bin, directory);
    server.run("initdb", "-U", NAME, "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync", "-D");
    server.start();
    new Sql(server.uri("postgres")).run("CREATE DATABASE " + NAME);
    return server;
  }

  /**
   * Stops this server for a copy, and starts it again with a standby that follows it. Commits wait
   * for the standby from now on.
   */
  public PostgresServer addStandby(Path target) throws Exception {
    new Sql(uri()).run("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
    stop();
    var standby = new PostgresServer(bin, target);
    copy(directory, standby.directory);
    standby.follow(this);
    start();
    standby.start();
    return standby;
  }

  /** Stops this server for a copy of its data, and starts it again; the copy is not started. */
  public PostgresServer copy(Path target) throws Exception {
    stop();
    var copy = new PostgresServer(bin, target);
    copy(directory, copy.directory);
    start();
    return copy;
  }

  /** Makes it the standby of another one when it starts next. */
  public void follow(PostgresServer primary) throws IOException {
    Files.writeString(directory.resolve("standby.signal"), "");
    String settings =
        """
        primary_conninfo = 'host=127.0.0.1 port=%d user=%s application_name=standby'
        synchronous_standby_names = ''
        """
            .formatted(primary.port, NAME);
    Files.writeString(
        directory.resolve("postgresql.auto.conf"),
        settings,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING);
  }

  /** Makes a standby take writes; returns when it does. */
  public void promote() throws SQLException {
    new Sql(uri("postgres")).column("SELECT pg_promote()");
  }

  public void start() throws IOException, InterruptedException {
    Files.writeString(
        directory.resolve("postgresql.conf"),
        """
        listen_addresses = '127.0.0.1'
        port = %d
        unix_socket_directories = ''
        fsync = off
        shared_buffers = 32MB
        max_connections = 100
        """
            .formatted(port));
    run("pg_ctl", "start", "-w", "-s", "-l", directory + ".log", "-D");
  }

  /** Ends connections and stops; a standby gets all before that. */
  public void stop() throws IOException, InterruptedException {
    run("pg_ctl", "stop", "-w", "-s", "-m", "fast", "-D");
  }

  public int port() {
    return port;
  }

  /** The address of its database. */
  public String uri() {
    return uri(NAME);
  }

  /** The address of one of its databases. */
  public String uri(String database) {
    return "postgresql://" + NAME + ":any@127.0.0.1:" + port + "/" + database;
  }

  @Override
  public void close() throws IOException {
    if (!Files.exists(directory.resolve("postmaster.pid"))) return;
    try {
      run("pg_ctl", "stop", "-w", "-s", "-m", "immediate", "-D");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Runs one of the programs; the last argument is followed by the data directory. */
  private void run(String program, String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    // PostgreSQL does not run as root.
    if (System.getProperty("user.name").equals("root")) command.addAll(List.of("unshare", "-U"));
    command.add(bin.resolve(program).toString());
    command.addAll(List.of(arguments));
    command.add(directory.toString());
    Path output = Path.of(directory + "." + program + ".out");
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(program + " failed: " + Files.readString(output));
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.copy(file, target, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private static Path programs() throws IOException {
    Services.get();
    try (var unpacked = Files.newDirectoryStream(TestServers.BINARIES, "postgres-*")) {
      return unpacked.iterator().next().resolve("bin").toAbsolutePath();
    }
  }
}
