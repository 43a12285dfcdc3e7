package dev.boardcast.server;

import dev.boardcast.Boardcast;
import dev.boardcast.Boards;
import dev.boardcast.Role;
import dev.boardcast.admin.AdminConfig;
import dev.boardcast.boards.yaml.InvalidBoardFileException;
import dev.boardcast.server.command.Arguments;
import dev.boardcast.server.settings.EffectiveSettings;
import dev.boardcast.server.settings.SettingOptions;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.web.PortReservation;
import dev.boardcast.web.TlsConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs a node until it is closed or the process gets a signal. */
@Command(
    name = "serve",
    description = "Starts a node: the default command.",
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
  private static final int FAILED = 1;

  private final Clock clock;
  private final SettingOptions options;

  @Spec private CommandSpec spec;

  ServeCommand(Clock clock, SettingOptions options) {
    this.clock = clock;
    this.options = options;
  }

  @Override
  public Integer call() throws InterruptedException {
    EffectiveSettings given = options.values(spec);
    Logging.configure(given);
    given.warnings().forEach(LoggerFactory.getLogger(ServeCommand.class)::warn);
    EffectiveSettings settings;
    try {
      settings = ProgramDefaults.withKey(given);
    } catch (IOException unwritable) {
      return fail("data-dir " + given.get("data-dir", Path.class) + " cannot be written");
    }
    if (ProgramDefaults.isBroadcast(settings)) {
      boolean isDemo = settings.get("demo", Boolean.class);
      if (isDemo || settings.isGiven("boards-dir")) {
        String key = isDemo ? "demo" : "boards-dir";
        return fail(key + " cannot be used in mode broadcast, which has no boards");
      }
    }
    List<BoardModule> boards = boards(settings);
    Optional<String> unusable = unusablePort(settings);
    if (unusable.isPresent()) return fail(unusable.get());

    Runnable unwatch = OutOfMemoryExit.install();
    Runnable unname = LogContext.install();
    try {
      return serve(settings, boards);
    } finally {
      unname.run();
      unwatch.run();
    }
  }

  private int serve(EffectiveSettings settings, List<BoardModule> boards)
      throws InterruptedException {
    var run = new NodeRun(() -> new NodeProcess(settings, clock));
    // On SIGTERM and SIGINT; the JVM then exits with 143 or 130.
    Runtime.getRuntime().addShutdownHook(new Thread(run::stop, "boardcast-stop"));
    try {
      run.untilClosed(boards, node -> print("Boardcast ready on " + address(settings, node)));
      return 0;
    } catch (ExecutionException failure) {
      return reportFailedStart(failure.getCause(), settings);
    } finally {
      run.stop();
    }
  }

  private static String address(EffectiveSettings settings, Boardcast node) {
    return settings.bind(TlsConfig.class).scheme()
        + "://"
        + bracketed(settings.get("host", String.class))
        + ":"
        + node.httpPort();
  }

  /** As a URL writes it: the colons of an address of IPv6 are not that of the port. */
  private static String bracketed(String host) {
    return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
  }

  private static List<BoardModule> boards(EffectiveSettings settings) {
    if (ProgramDefaults.isBroadcast(settings)) return List.of();
    var boards = new ArrayList<BoardModule>(Boards.found());
    try {
      boards.addAll(Boards.ofFiles(settings.get("boards-dir", Path.class)));
    } catch (IllegalArgumentException invalid) {
      throw Arguments.invalid(invalid.getMessage());
    }
    return boards;
  }

  /** Found before anything is started, which takes seconds. */
  private static Optional<String> unusablePort(EffectiveSettings settings) {
    return unusableServerPort(settings)
        .or(() -> unusableClusterPort(settings, settings.get("host", String.class)));
  }

  private static Optional<String> unusableServerPort(EffectiveSettings settings) {
    String host = settings.get("host", String.class);
    var ports = new ArrayList<>(List.of("http-port"));
    if (settings.get("roles", Set.class).contains(Role.GATEWAY)) ports.add("gateway-port");
    return Stream.concat(
            ports.stream().map(port -> unusablePort(settings, port, host)),
            Stream.of(unusableAdminPort(settings)))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> unusableAdminPort(EffectiveSettings settings) {
    var admin = settings.bind(AdminConfig.class);
    return admin.port().flatMap(port -> PortReservation.problem("admin-port", admin.host(), port));
  }

  private static Optional<String> unusableClusterPort(EffectiveSettings settings, String host) {
    // Nodes that share a range of ports use the next one if a port is taken.
    boolean hasFixedPort =
        settings.isGiven("cluster-members") || settings.isGiven("cluster-kubernetes");
    if (!hasFixedPort || !settings.get("cluster", Boolean.class)) return Optional.empty();
    var own = settings.get("cluster-host", Optional.class);
    return unusablePort(settings, "cluster-port", own.isPresent() ? own.get().toString() : host);
  }

  private static Optional<String> unusablePort(
      EffectiveSettings settings, String key, String host) {
    return PortReservation.problem(key, host, settings.get(key, Integer.class));
  }

  private int reportFailedStart(Throwable failure, EffectiveSettings settings) {
    LoggerFactory.getLogger(ServeCommand.class).debug("The start failed", failure);
    if (failure instanceof InvalidSettingException invalid) throw invalid;
    if (failure instanceof InvalidBoardFileException invalid) {
      throw Arguments.invalid(invalid.getMessage());
    }
    String reason = reason(failure);
    // A port may have been taken after it was checked; that of the cluster is this node's own.
    return fail(
        reason.contains("Address already in use")
            ? unusableServerPort(settings).orElse(reason)
            : reason);
  }

  private int fail(String reason) {
    var err = spec.commandLine().getErr();
    err.println("boardcast: cannot start: " + reason.replaceAll("\\s*[\\r\\n]+\\s*", " "));
    err.flush();
    return FAILED;
  }

  private void print(String line) {
    var out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }

  /** The message of the innermost cause that has one. */
  private static String reason(Throwable failure) {
    List<Throwable> causes = Stream.iterate(failure, c -> c != null, Throwable::getCause).toList();
    String inner =
        causes.stream()
            .filter(cause -> cause.getMessage() != null)
            .reduce((outer, deeper) -> deeper)
            .map(Throwable::getMessage)
            .orElse(failure.getClass().getSimpleName());
    return inner.contains("ServerSocket bind has failed")
        ? "cluster-port: none of the ports there is free (" + inner + ")"
        : inner;
  }
}
