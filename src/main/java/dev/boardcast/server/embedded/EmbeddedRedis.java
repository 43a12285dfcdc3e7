package dev.boardcast.server.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Redis with an append-only file in the data directory. Its release has known vulnerabilities in
 * scripting and other commands, so it has one user, who may use the commands of Boardcast only; the
 * default user is off.
 */
final class EmbeddedRedis extends EmbeddedServer {
  /** The one user. */
  static final String USER = "boardcast";

  // Those of RedisSnapshots and of the client's handshake.
  private static final List<String> COMMANDS =
      List.of(
          "hello", "auth", "select", "ping", "hget", "hset", "pexpire", "watch", "unwatch", "multi",
          "exec");
  private static final Duration START_LIMIT = Duration.ofSeconds(20);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
  private static final int REPLY_MILLIS = 1000;

  private final Path directory;
  private final Path program;
  private final int databases;
  private final List<String> moreCommands;

  /**
   * @param moreCommands that the user may use too
   */
  EmbeddedRedis(
      EmbeddedDirectories directories,
      Path program,
      EmbeddedEndpoints endpoints,
      int databases,
      List<String> moreCommands) {
    super(
        "Redis",
        endpoints,
        directories.redisProcess(),
        new EmbeddedLog(directories.logs().resolve("redis.log")));
    this.directory = directories.redis();
    this.program = program;
    this.databases = databases;
    this.moreCommands = List.copyOf(moreCommands);
  }

  @Override
  public void start() {
    // One that was started by an earlier release has a user who may do everything.
    if (isAlive() && acceptsDefaultUser()) stop();
    if (!isAlive()) launch();
    var deadline = new PollingWait(START_LIMIT);
    while (!answers()) {
      boolean died = !process.lines().isEmpty() && !isAlive();
      if (died || deadline.isOver()) throw log.failure("Redis did not start");
      deadline.pause();
    }
  }

  @Override
  void stop() {
    process
        .find()
        .ifPresent(
            running -> {
              running.destroy();
              if (!process.awaitEnd(running, STOP_LIMIT)) kill(running);
            });
  }

  @Override
  public void kill() {
    process.find().ifPresent(this::kill);
  }

  private void kill(ProcessHandle running) {
    running.destroyForcibly();
    process.awaitEnd(running, STOP_LIMIT);
  }

  private void launch() {
    process.deletePidFile();
    configure();
    command.run("starting Redis", "", List.of(program.toString(), process.argument().toString()));
  }

  private boolean answers() {
    return isAlive() && accepts(USER + " " + endpoints.redisPassword());
  }

  private boolean acceptsDefaultUser() {
    return accepts(endpoints.password());
  }

  /** Whether it lets someone in with these credentials, and answers a command. */
  private boolean accepts(String credentials) {
    try (var socket = new Socket()) {
      socket.setSoTimeout(REPLY_MILLIS);
      socket.connect(endpoints.redisAddress(), REPLY_MILLIS);
      var in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      socket
          .getOutputStream()
          .write(("AUTH " + credentials + "\r\nPING\r\n").getBytes(StandardCharsets.US_ASCII));
      return "+OK".equals(in.readLine()) && "+PONG".equals(in.readLine());
    } catch (IOException notYet) {
      return false;
    }
  }

  private String allowed() {
    return Stream.concat(COMMANDS.stream(), moreCommands.stream())
        .map(command -> "+" + command)
        .collect(Collectors.joining(" "));
  }

  // As a daemon it is in a session of its own, which Ctrl-C does not reach.
  private void configure() {
    try {
      EmbeddedDirectories.writePrivately(
          process.argument(),
          """
          bind 127.0.0.1
          port %d
          user default reset off
          user %s reset on >%s ~* %s
          maxclients 512
          client-output-buffer-limit normal 32mb 16mb 10
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
                  endpoints.redisPort(),
                  USER,
                  endpoints.redisPassword(),
                  allowed(),
                  process.pidFile(),
                  log.file(),
                  directory,
                  databases));
    } catch (IOException cause) {
      throw EmbeddedDirectories.unusable(directory, cause);
    }
  }
}
