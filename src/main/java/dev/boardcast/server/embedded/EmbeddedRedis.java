package dev.boardcast.server.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Redis with an append-only file in the data dir, on the loopback address only. */
final class EmbeddedRedis implements EmbeddedServer {
  private static final Duration START_LIMIT = Duration.ofSeconds(20);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
  private static final int ANSWER_MILLIS = 1000;

  private final Path dir;
  private final Path program;
  private final EmbeddedSettings settings;
  private final int databases;
  private final EmbeddedProcess process;
  private final EmbeddedLog log;
  private final EmbeddedCommand command;

  EmbeddedRedis(EmbeddedDirectories home, Path program, EmbeddedSettings settings, int databases) {
    this.dir = home.redis();
    this.program = program;
    this.settings = settings;
    this.databases = databases;
    this.process = home.redisProcess();
    this.log = new EmbeddedLog(home.logs().resolve("redis.log"));
    this.command = new EmbeddedCommand(log);
  }

  @Override
  public String name() {
    return "Redis";
  }

  @Override
  public boolean alive() {
    return process.find().isPresent();
  }

  @Override
  public void start() {
    if (!alive()) launch();
    var deadline = new PollingWait(START_LIMIT);
    while (!answers()) {
      boolean died = !process.lines().isEmpty() && !alive();
      if (died || deadline.passed()) throw log.failure("Redis did not start");
      deadline.pause();
    }
  }

  @Override
  public void stop() {
    process.find().ifPresent(ProcessHandle::destroy);
    if (!process.awaitEnd(STOP_LIMIT)) kill();
  }

  @Override
  public void kill() {
    process.find().ifPresent(ProcessHandle::destroyForcibly);
    process.awaitEnd(STOP_LIMIT);
  }

  // As a daemon it has a session of its own, out of reach of Ctrl-C.
  private void launch() {
    process.forget();
    configure();
    command.run("starting Redis", "", List.of(program.toString(), process.mark().toString()));
  }

  private boolean answers() {
    if (!alive()) return false;
    try (var socket = new Socket()) {
      socket.setSoTimeout(ANSWER_MILLIS);
      socket.connect(EmbeddedPort.address(settings.redisPort()), ANSWER_MILLIS);
      var in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      socket
          .getOutputStream()
          .write(
              ("AUTH " + settings.password() + "\r\nPING\r\n").getBytes(StandardCharsets.US_ASCII));
      return "+OK".equals(in.readLine()) && "+PONG".equals(in.readLine());
    } catch (IOException notYet) {
      return false;
    }
  }

  private void configure() {
    try {
      EmbeddedSettings.writePrivately(
          process.mark(),
          """
          bind 127.0.0.1
          port %d
          requirepass %s
          daemonize yes
          set-proc-title no
          pidfile "%s"
          logfile "%s"
          dir "%s"
          databases %d
          appendonly yes
          appendfsync everysec
          save ""
          maxmemory 256mb
          maxmemory-policy volatile-lru
          """
              .formatted(
                  settings.redisPort(),
                  settings.password(),
                  process.pidFile(),
                  log.file(),
                  dir,
                  databases));
    } catch (IOException cause) {
      throw EmbeddedDirectories.unusable(dir, cause);
    }
  }
}
