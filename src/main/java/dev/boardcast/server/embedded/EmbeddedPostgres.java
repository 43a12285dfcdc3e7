package dev.boardcast.server.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** PostgreSQL in the data directory. */
final class EmbeddedPostgres extends EmbeddedServer {
  /** The role, a superuser, and the database. */
  static final String NAME = "boardcast";

  // Crash recovery replays up to max_wal_size.
  private static final Duration START_LIMIT = Duration.ofSeconds(120);
  private static final Duration RETRY_LIMIT = Duration.ofSeconds(5);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
  private static final int STATUS_LINE = 7;
  private static final Path PROCESSES = Path.of("/proc");

  private final Path directory;
  private final Path bin;
  private final boolean durable;

  /**
   * @param durable whether commits wait for the disk
   */
  EmbeddedPostgres(
      EmbeddedDirectories directories, Path bin, EmbeddedEndpoints endpoints, boolean durable) {
    super(
        "PostgreSQL",
        endpoints,
        directories.postgresProcess(),
        new EmbeddedLog(directories.logs().resolve("postgres.log")));
    this.directory = directories.postgres();
    this.bin = bin;
    this.durable = durable;
  }

  @Override
  public void start() {
    if (!Files.exists(directory)) initialise();
    var deadline = new PollingWait(START_LIMIT);
    var retries = new PollingWait(RETRY_LIMIT);
    Process launcher = null;
    while (!isReady()) {
      if (deadline.isOver()) throw log.failure("PostgreSQL was not ready in " + START_LIMIT);
      if (launcher == null ? !isAlive() : mayRetry(launcher, retries)) launcher = launch();
      deadline.pause();
    }
  }

  @Override
  void stop() {
    process
        .find()
        .ifPresent(
            running -> {
              if (!signalStop("fast") || !process.awaitEnd(running, STOP_LIMIT)) kill(running);
            });
  }

  @Override
  public void kill() {
    process.find().ifPresent(this::kill);
  }

  private void kill(ProcessHandle running) {
    if (!signalStop("immediate") || !process.awaitEnd(running, STOP_LIMIT)) {
      running.destroyForcibly();
      process.awaitEnd(running, STOP_LIMIT);
    }
  }

  private boolean isReady() {
    var lines = process.lines();
    return lines.size() > STATUS_LINE
        && lines.get(STATUS_LINE).strip().equals("ready")
        && isAlive();
  }

  /** Whether pg_ctl failed for a reason that is gone now; throws for any other failure. */
  private boolean mayRetry(Process launcher, PollingWait retries) {
    if (launcher.isAlive() || launcher.exitValue() == 0) return false;
    if (!retries.isOver() && log.tail().contains("shared memory block")) {
      killOrphanBackends();
      return true;
    }
    throw log.failure("PostgreSQL did not start");
  }

  // pg_ctl starts the server in a session of its own, which Ctrl-C does not reach. The pid file
  // says that the server is ready, long before pg_ctl does; pg_ctl's exit code says that it failed.
  private Process launch() {
    process.deletePidFile();
    configure();
    var limit = Long.toString(START_LIMIT.toSeconds());
    return command.start(pgCtl("start", "-w", "-t", limit, "-l", log.file().toString()));
  }

  /** False if pg_ctl itself was ended, as a second Ctrl-C may do. */
  private boolean signalStop(String mode) {
    try {
      command.run("stopping PostgreSQL", "", pgCtl("stop", "-W", "-m", mode));
      return true;
    } catch (EmbeddedServerException failure) {
      return false;
    }
  }

  private List<String> pgCtl(String... arguments) {
    var all = new ArrayList<>(List.of(bin.resolve("pg_ctl").toString()));
    all.addAll(List.of(arguments));
    all.addAll(List.of("-s", "-D", directory.toString()));
    return EmbeddedCommand.unprivileged(all);
  }

  /**
   * Kills backends that outlived a killed PostgreSQL: one that computes does not notice, and no
   * server starts while it holds the shared memory. It can no longer commit. Linux only.
   */
  private void killOrphanBackends() {
    if (!Files.isDirectory(PROCESSES)) return;
    try (var processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
      for (var each : processes) {
        if (isBackend(each)) {
          ProcessHandle.of(Long.parseLong(each.getFileName().toString()))
              .ifPresent(ProcessHandle::destroyForcibly);
        }
      }
    } catch (IOException cause) {
      throw new EmbeddedServerException("cannot list processes", cause);
    }
  }

  private boolean isBackend(Path process) {
    try {
      Path program = Files.readSymbolicLink(process.resolve("exe"));
      return program.getFileName().toString().startsWith("postgres")
          && Files.readSymbolicLink(process.resolve("cwd")).equals(directory);
    } catch (IOException endedOrForeign) {
      return false;
    }
  }

  private void configure() {
    try {
      Files.writeString(
          directory.resolve("boardcast.conf"),
          """
          listen_addresses = '127.0.0.1'
          port = %d
          unix_socket_directories = ''
          max_connections = 300
          shared_buffers = 128MB
          max_wal_size = 512MB
          jit = off
          fsync = %2$s
          full_page_writes = %2$s
          synchronous_commit = on
          """
              .formatted(endpoints.postgresPort(), durable ? "on" : "off"));
    } catch (IOException cause) {
      throw EmbeddedDirectories.unusable(directory, cause);
    }
  }

  /** Creates the data directory under another name and renames it when it is complete. */
  private void initialise() {
    Path unfinished = directory.resolveSibling("postgres.unfinished");
    Path password = directory.resolveSibling("postgres.password");
    try {
      EmbeddedDirectories.delete(unfinished);
      EmbeddedDirectories.writePrivately(password, endpoints.password());
      command.run("initdb", "", EmbeddedCommand.unprivileged(initdb(unfinished, password)));
      command.run(
          "creating the database",
          "CREATE DATABASE " + NAME + ";\n",
          EmbeddedCommand.unprivileged(
              List.of(
                  bin.resolve("postgres").toString(),
                  "--single",
                  "-D",
                  unfinished.toString(),
                  "template1")));
      Files.writeString(
          unfinished.resolve("postgresql.conf"),
          "include = 'boardcast.conf'\n",
          StandardOpenOption.APPEND);
      Files.move(unfinished, directory, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException cause) {
      throw EmbeddedDirectories.unusable(directory, cause);
    } finally {
      password.toFile().delete();
    }
  }

  private List<String> initdb(Path target, Path password) {
    return List.of(
        bin.resolve("initdb").toString(),
        "-D",
        target.toString(),
        "-U",
        NAME,
        "--pwfile",
        password.toString(),
        "--auth=scram-sha-256",
        "-E",
        "UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions",
        durable ? "--sync-method=fsync" : "--no-sync");
  }
}
