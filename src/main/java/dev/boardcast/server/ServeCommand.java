package dev.boardcast.server;

import dev.boardcast.Boardcast;
import dev.boardcast.BoardcastOptions;
import dev.boardcast.Boards;
import dev.boardcast.Role;
import dev.boardcast.boards.yaml.InvalidBoardFileException;
import dev.boardcast.server.settings.AuthSettings;
import dev.boardcast.server.settings.ClusterSettings;
import dev.boardcast.server.settings.DatabaseSettings;
import dev.boardcast.server.settings.EffectiveSettings;
import dev.boardcast.server.settings.InvalidSettingException;
import dev.boardcast.server.settings.NodeSettings;
import dev.boardcast.server.settings.SettingOptions;
import dev.boardcast.spi.BoardModule;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  @Spec private CommandSpec spec;

  ServeCommand(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Integer call() throws InterruptedException {
    EffectiveSettings settings = SettingOptions.values(spec);
    Logging.configure(settings);
    BoardcastOptions options;
    try {
      options = check(settings);
    } catch (IOException unwritable) {
      return fail("data-dir " + settings.get(NodeSettings.DATA_DIR) + " cannot be written");
    }
    List<BoardModule> boards = boards(settings);
    Optional<String> unusable = unusablePort(settings, options);
    if (unusable.isPresent()) return fail(unusable.get());

    var process = new NodeProcess(settings, clock);
    // On SIGTERM and SIGINT; the JVM then exits with 143 or 130.
    Runtime.getRuntime().addShutdownHook(new Thread(process::stop, "boardcast-stop"));
    try {
      Boardcast node = get(process.start(options, boards));
      print("Boardcast ready on http://" + options.host() + ":" + node.httpPort());
      get(node.closed());
      return 0;
    } catch (ExecutionException failure) {
      return reportFailedStart(failure.getCause(), settings, options);
    } finally {
      process.stop();
    }
  }

  /** Checks everything that can be checked before anything is started. */
  private static BoardcastOptions check(EffectiveSettings settings) throws IOException {
    ClusterSettings.config(settings);
    var database = DatabaseSettings.config(settings, "postgresql://embedded", "redis://embedded");
    var options = NodeSettings.config(settings, database, AuthSettings.config(settings));
    if (options.httpPort() == options.gatewayPort() && options.httpPort() != 0) {
      throw InvalidSettingException.value(
          NodeSettings.GATEWAY_PORT.name(),
          Integer.toString(options.gatewayPort()),
          "the same as http-port",
          "another port, or 0 for any free one");
    }
    return options;
  }

  private static List<BoardModule> boards(EffectiveSettings settings) {
    var boards = new ArrayList<BoardModule>(Boards.found());
    boards.addAll(NodeSettings.boards(settings));
    return boards;
  }

  private static Optional<String> unusablePort(
      EffectiveSettings settings, BoardcastOptions options) {
    return PortCheck.problem(NodeSettings.HTTP_PORT, options.host(), options.httpPort())
        .or(
            () ->
                options.roles().contains(Role.GATEWAY)
                    ? PortCheck.problem(
                        NodeSettings.GATEWAY_PORT, options.host(), options.gatewayPort())
                    : Optional.empty())
        .or(
            () ->
                // Nodes that share a range of ports use the next one if a port is taken.
                ClusterSettings.config(settings)
                    .filter(cluster -> !cluster.sharesPorts())
                    .flatMap(
                        cluster ->
                            PortCheck.problem(
                                ClusterSettings.PORT, cluster.host(), cluster.port())));
  }

  private int reportFailedStart(
      Throwable failure, EffectiveSettings settings, BoardcastOptions options) {
    LoggerFactory.getLogger(ServeCommand.class).debug("The start failed", failure);
    if (failure instanceof InvalidBoardFileException invalid) {
      throw InvalidSettingException.of(invalid.getMessage());
    }
    // A port may have been taken after it was checked.
    return fail(unusablePort(settings, options).orElseGet(() -> reason(failure)));
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

  private static <T> T get(Future<T> future) throws InterruptedException, ExecutionException {
    return future.toCompletionStage().toCompletableFuture().get();
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
