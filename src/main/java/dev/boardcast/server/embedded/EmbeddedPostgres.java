package dev.boardcast.server.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** PostgreSQL in the data dir, on the loopback address only. */
final class EmbeddedPostgres implements EmbeddedServer {
  /** The role, a superuser, and the database. */
  static final String NAME = "boardcast";

  // Recovery after a crash reads back what was not yet in the tables: up to max_wal_size.
  private static final Duration START_LIMIT = Duration.ofSeconds(120);
  private static final Duration RETRY_LIMIT = Duration.ofSeconds(5);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
  private static final int STATUS_LINE = 7;

  private final Path dir;
  private final Path bin;
  private final EmbeddedSettings settings;
  private final boolean durable;
  private final EmbeddedProcess process;
  private final EmbeddedLog log;
  private final EmbeddedCommand command;

  EmbeddedPostgres(EmbeddedDirectories home, Path bin, EmbeddedSettings settings, boolean durable) {
    this.dir = home.postgres();
    this.bin = bin;
    this.settings = settings;
    this.durable = durable;
    this.process = home.postgresProcess();
    this.log = new EmbeddedLog(home.logs().resolve("postgres.log"));
    this.command = new EmbeddedCommand(log);
  }

  @Override
  public String name() {
    return "PostgreSQL";
  }

  @Override
  public boolean alive() {
    return process.find().isPresent();
  }

  @Override
  public void start() {
    if (!Files.exists(dir)) initialise();
    var deadline = new PollingWait(START_LIMIT);
    var patience = new PollingWait(RETRY_LIMIT);
    Process starter = null;
    while (!isReady()) {
      if (deadline.passed()) throw log.failure("PostgreSQL was not ready in " + START_LIMIT);
      if (starter == null ? !alive() : hasFailed(starter, patience)) starter = launch();
      deadline.pause();
    }
  }

  @Override
  public void stop() {
    if (!alive()) return;
    if (!control("fast") || !process.awaitEnd(STOP_LIMIT)) kill();
  }

  @Override
  public void kill() {
    if (!alive()) return;
    if (!control("immediate") || !process.awaitEnd(STOP_LIMIT)) {
      process.find().ifPresent(ProcessHandle::destroyForcibly);
      process.awaitEnd(STOP_LIMIT);
    }
  }

  private boolean isReady() {
    var lines = process.lines();
    return lines.size() > STATUS_LINE && lines.get(STATUS_LINE).strip().equals("ready") && alive();
  }

  /** Whether it ended without a server, though another try may help. */
  private boolean hasFailed(Process starter, PollingWait patience) {
    if (starter.isAlive() || starter.exitValue() == 0) return false;
    if (!patience.passed() && log.tail().contains("shared memory block")) {
      OrphanBackends.end(dir);
      return true;
    }
    throw log.failure("PostgreSQL did not start");
  }

  // pg_ctl puts the server into a session of its own, out of reach of Ctrl-C. That it runs is read
  // from the pid file, long before pg_ctl looks; that it failed is told by pg_ctl.
  private Process launch() {
    process.forget();
    configure();
    var limit = Long.toString(START_LIMIT.toSeconds());
    return command.start(pgCtl("start", "-w", "-t", limit, "-l", log.file().toString()));
  }

  /** Whether it was told to stop; a second Ctrl-C may end the messenger. */
  private boolean control(String mode) {
    try {
      command.run("stopping PostgreSQL", "", pgCtl("stop", "-W", "-m", mode));
      return true;
    } catch (EmbeddedFailure untold) {
      return false;
    }
  }

  private List<String> pgCtl(String... arguments) {
    var all = new ArrayList<>(List.of(bin.resolve("pg_ctl").toString()));
    all.addAll(List.of(arguments));
    all.addAll(List.of("-s", "-D", dir.toString()));
    return EmbeddedCommand.unprivileged(all);
  }

  private void configure() {
    try {
      Files.writeString(
          dir.resolve("boardcast.conf"),
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
              .formatted(settings.postgresPort(), durable ? "on" : "off"));
    } catch (IOException cause) {
      throw EmbeddedDirectories.unusable(dir, cause);
    }
  }

  /** Made elsewhere and moved here when complete, so a half-made one is never taken for whole. */
  private void initialise() {
    Path unfinished = dir.resolveSibling("postgres.unfinished");
    Path password = dir.resolveSibling("postgres.password");
    try {
      EmbeddedBinaries.delete(unfinished);
      EmbeddedSettings.writePrivately(password, settings.password());
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
      Files.move(unfinished, dir, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException cause) {
      throw EmbeddedDirectories.unusable(dir, cause);
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
