package dev.boardcast.server;

import dev.boardcast.BoardcastOptions;
import dev.boardcast.Boards;
import dev.boardcast.Role;
import dev.boardcast.boards.yaml.InvalidBoardFileException;
import dev.boardcast.server.settings.AuthSettings;
import dev.boardcast.server.settings.BoardSettings;
import dev.boardcast.server.settings.ClusterSettings;
import dev.boardcast.server.settings.DatabaseSettings;
import dev.boardcast.server.settings.EffectiveSettings;
import dev.boardcast.server.settings.InvalidSettingException;
import dev.boardcast.server.settings.NodeSettings;
import dev.boardcast.server.settings.SettingOptions;
import dev.boardcast.spi.BoardModule;
import java.io.IOException;
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

/** Runs a node until the process is told to end. */
@Command(
    name = "serve",
    description = "Starts a node: the default command.",
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
  private static final int FAILED = 1;

  private final Bootstrap parts;

  @Spec private CommandSpec spec;

  ServeCommand(Bootstrap parts) {
    this.parts = parts;
  }

  @Override
  public Integer call() throws InterruptedException {
    EffectiveSettings values = SettingOptions.values(spec);
    Logging.configure(values);
    BoardcastOptions config;
    try {
      config = config(values);
    } catch (IOException unwritable) {
      return fail("data-dir " + values.get(NodeSettings.DATA_DIR) + " cannot be written");
    }
    var boards = new ArrayList<BoardModule>(Boards.of(BoardSettings.config(values)));
    boards.addAll(NodeSettings.boards(values));
    Optional<String> problem = portProblem(values, config);
    if (problem.isPresent()) return fail(problem.get());
    return run(values, new NodeProcess(values, parts), config, boards);
  }

  private int run(
      EffectiveSettings values,
      NodeProcess launch,
      BoardcastOptions config,
      List<BoardModule> boards)
      throws InterruptedException {
    // Our order of stopping, on SIGTERM and SIGINT; the JVM then ends with 143 or 130.
    var hook = new Thread(launch::stop, "boardcast-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      RunningNode node =
          launch.start(config, boards).toCompletionStage().toCompletableFuture().get();
      var out = spec.commandLine().getOut();
      out.println("Boardcast ready on http://" + config.host() + ":" + node.httpPort());
      out.flush();
      // For ever, unless an operator tells it to leave.
      node.closed().toCompletionStage().toCompletableFuture().get();
      launch.stop();
      return 0;
    } catch (ExecutionException failure) {
      LoggerFactory.getLogger(ServeCommand.class).debug("The start failed", failure.getCause());
      if (failure.getCause() instanceof InvalidBoardFileException bad) {
        launch.stop();
        throw InvalidSettingException.of(bad.getMessage());
      }
      // A port may have been taken since it was looked at.
      int code = fail(portProblem(values, config).orElseGet(() -> reason(failure.getCause())));
      launch.stop();
      return code;
    }
  }

  /** Everything that can be checked before anything is started. */
  private static BoardcastOptions config(EffectiveSettings values) throws IOException {
    ClusterSettings.config(values);
    BoardSettings.config(values);
    var db = DatabaseSettings.config(values, "postgresql://embedded", "redis://embedded");
    var config = NodeSettings.config(values, db, AuthSettings.config(values));
    if (config.httpPort() == config.gatewayPort() && config.httpPort() != 0) {
      throw InvalidSettingException.value(
          NodeSettings.GATEWAY_PORT.name(),
          Integer.toString(config.gatewayPort()),
          "the same as http-port",
          "another port, or 0 for any free one");
    }
    return config;
  }

  private static Optional<String> portProblem(EffectiveSettings values, BoardcastOptions config) {
    var http = PortCheck.problem(NodeSettings.HTTP_PORT, config.host(), config.httpPort());
    var gateway =
        config.roles().contains(Role.GATEWAY)
            ? PortCheck.problem(NodeSettings.GATEWAY_PORT, config.host(), config.gatewayPort())
            : Optional.<String>empty();
    // Where neighbours share a range, a taken port is stepped over.
    var cluster =
        ClusterSettings.config(values)
            .filter(one -> !one.sharesPorts())
            .flatMap(one -> PortCheck.problem(ClusterSettings.PORT, one.host(), one.port()));
    return http.or(() -> gateway).or(() -> cluster);
  }

  private int fail(String reason) {
    spec.commandLine()
        .getErr()
        .println("boardcast: cannot start: " + reason.replaceAll("\\s*[\\r\\n]+\\s*", " "));
    spec.commandLine().getErr().flush();
    return FAILED;
  }

  /** The innermost failure that has something to say. */
  private static String reason(Throwable failure) {
    List<Throwable> causes = Stream.iterate(failure, c -> c != null, Throwable::getCause).toList();
    String inner =
        causes.stream()
            .filter(cause -> cause.getMessage() != null)
            .reduce((outer, deeper) -> deeper)
            .map(cause -> cause.getMessage())
            .orElse(failure.getClass().getSimpleName());
    return inner.contains("ServerSocket bind has failed")
        ? "cluster-port: none of the ports there is free (" + inner + ")"
        : inner;
  }
}
