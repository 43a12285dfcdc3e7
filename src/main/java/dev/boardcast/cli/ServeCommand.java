package dev.boardcast.cli;

import dev.boardcast.BoardcastConfig;
import dev.boardcast.Boards;
import dev.boardcast.Role;
import dev.boardcast.board.BoardModule;
import dev.boardcast.board.file.BadBoardFile;
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

  private final Parts parts;

  @Spec private CommandSpec spec;

  ServeCommand(Parts parts) {
    this.parts = parts;
  }

  @Override
  public Integer call() throws InterruptedException {
    Values values = Flags.values(spec);
    Logs.configure(values);
    BoardcastConfig config;
    try {
      config = config(values);
    } catch (IOException unwritable) {
      return fail("data-dir " + values.get(NodeSettings.DATA_DIR) + " cannot be written");
    }
    var boards = new ArrayList<BoardModule>(Boards.of(BoardSettings.config(values)));
    boards.addAll(NodeSettings.boards(values));
    Optional<String> problem = portProblem(values, config);
    if (problem.isPresent()) return fail(problem.get());
    return run(values, new Launch(values, parts), config, boards);
  }

  private int run(Values values, Launch launch, BoardcastConfig config, List<BoardModule> boards)
      throws InterruptedException {
    // Our order of stopping, on SIGTERM and SIGINT; the JVM then ends with 143 or 130.
    var hook = new Thread(launch::stop, "boardcast-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      Node node = launch.start(config, boards).toCompletionStage().toCompletableFuture().get();
      var out = spec.commandLine().getOut();
      out.println("Boardcast ready on http://" + config.host() + ":" + node.httpPort());
      out.flush();
      // For ever, unless an operator tells it to leave.
      node.closed().toCompletionStage().toCompletableFuture().get();
      launch.stop();
      return 0;
    } catch (ExecutionException failure) {
      LoggerFactory.getLogger(ServeCommand.class).debug("The start failed", failure.getCause());
      if (failure.getCause() instanceof BadBoardFile bad) {
        launch.stop();
        throw BadSetting.of(bad.getMessage());
      }
      // A port may have been taken since it was looked at.
      int code = fail(portProblem(values, config).orElseGet(() -> reason(failure.getCause())));
      launch.stop();
      return code;
    }
  }

  /** Everything that can be checked before anything is started. */
  private static BoardcastConfig config(Values values) throws IOException {
    ClusterSettings.config(values);
    BoardSettings.config(values);
    var db = DbSettings.config(values, "postgresql://embedded", "redis://embedded");
    var config = NodeSettings.config(values, db, AuthSettings.config(values));
    if (config.httpPort() == config.gatewayPort() && config.httpPort() != 0) {
      throw BadSetting.value(
          NodeSettings.GATEWAY_PORT.name(),
          Integer.toString(config.gatewayPort()),
          "the same as http-port",
          "another port, or 0 for any free one");
    }
    return config;
  }

  private static Optional<String> portProblem(Values values, BoardcastConfig config) {
    var http = Ports.problem(NodeSettings.HTTP_PORT, config.host(), config.httpPort());
    var gateway =
        config.roles().contains(Role.GATEWAY)
            ? Ports.problem(NodeSettings.GATEWAY_PORT, config.host(), config.gatewayPort())
            : Optional.<String>empty();
    // Where neighbours share a range, a taken port is stepped over.
    var cluster =
        ClusterSettings.config(values)
            .filter(one -> !one.sharesPorts())
            .flatMap(one -> Ports.problem(ClusterSettings.PORT, one.host(), one.port()));
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
