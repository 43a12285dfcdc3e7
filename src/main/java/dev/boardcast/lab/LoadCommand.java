package dev.boardcast.lab;

import dev.boardcast.lab.load.LoadOptions;
import dev.boardcast.lab.load.LoadProfile;
import dev.boardcast.lab.load.LoadReport;
import dev.boardcast.lab.load.LoadRun;
import dev.boardcast.lab.load.TimedLoadRun;
import dev.boardcast.lab.load.TokenSource;
import dev.boardcast.server.command.Arguments;
import dev.boardcast.server.command.ProgramCommand;
import dev.boardcast.server.command.SecretOption;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Connects clients to running nodes, writes events, and reports whether each client got all. */
@Command(
    name = "load",
    description = "Compares what nodes acknowledge with what each of many clients receives.",
    mixinStandardHelpOptions = true)
public final class LoadCommand implements ProgramCommand {
  /** Environment variable for the secret, which should not appear in a list of processes. */
  public static final String SECRET = "BOARDCAST_JWT_SECRET";

  private static final int BROKEN = 1;
  private static final double PER_SECOND = 20;

  @Option(
      names = "--url",
      split = ",",
      defaultValue = "ws://127.0.0.1:8080",
      description = "WebSocket addresses of nodes, separated by commas (default ${DEFAULT-VALUE}).")
  private List<String> urls;

  @Option(
      names = "--http",
      split = ",",
      description = "HTTP addresses to write to (default: the hosts and ports of --url).")
  private List<String> http;

  @Option(
      names = "--clients",
      defaultValue = "100",
      description = "Number of clients (default ${DEFAULT-VALUE}).")
  private int clients;

  @Option(
      names = "--profile",
      defaultValue = "steady",
      description =
          "How clients behave: steady, idle, jitter, avalanche, slow, half-open, expired or mixed"
              + " (default ${DEFAULT-VALUE}).")
  private String profile;

  @Option(
      names = "--publish",
      description = "Events written per second (default 20; with profile idle 0).")
  private Double rate;

  @Option(
      names = "--bytes",
      defaultValue = "100",
      description = "Padding of each event in bytes (default ${DEFAULT-VALUE}).")
  private int bytes;

  @Option(
      names = "--to",
      defaultValue = "stream",
      description = "What to write: stream, tasks or both (default ${DEFAULT-VALUE}).")
  private String to;

  @Option(
      names = "--stream",
      defaultValue = "laboratory",
      description = "The application stream (default ${DEFAULT-VALUE}).")
  private String stream;

  @Option(names = "--board", description = "Topic of a board that clients also subscribe to.")
  private String board;

  @Option(
      names = "--facts",
      defaultValue = "0",
      description =
          "Facts of the board routing written per second, so that it changes (default"
              + " ${DEFAULT-VALUE}).")
  private double facts;

  @Option(
      names = "--duration",
      defaultValue = "30s",
      description = "How long events are written (default ${DEFAULT-VALUE}).")
  private String duration;

  @Option(
      names = "--patience",
      defaultValue = "30s",
      description = "How long to wait for outstanding deliveries (default ${DEFAULT-VALUE}).")
  private String patience;

  @Option(
      names = "--connects",
      defaultValue = "500",
      description = "Clients that connect per second (default ${DEFAULT-VALUE}).")
  private int connects;

  @Option(
      names = "--max-held",
      defaultValue = "" + LoadOptions.Clients.MAX_BUFFERED_BYTES,
      description =
          "Most bytes buffered for a client that does not read (default ${DEFAULT-VALUE}).")
  private long maxHeld;

  @Option(
      names = "--jwt-secret",
      description = "Secret to sign tokens with; or by the variable " + SECRET + ".")
  private String secret;

  @Option(names = "--jwt-secret-file", description = "File with the secret.")
  private String secretFile;

  @Option(
      names = "--token",
      description =
          "A token with the role publish, for everything; or by the variable "
              + ReplayCommand.TOKEN
              + ".")
  private String token;

  @Option(names = "--token-file", description = "File with the token.")
  private String tokenFile;

  @Mixin private ReportFile file;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    LoadOptions options = options();
    AddressCheck.any("url", options.nodes().http());
    PrintWriter out = spec.commandLine().getOut();
    var vertx = Vertx.vertx();
    var run = new TimedLoadRun();
    var shutdown = new ShutdownReport(run::stop);
    try {
      LoadReport report = run.run(vertx, options, progress(spec.commandLine().getErr()));
      out.print(report.text());
      out.flush();
      file.write(report);
      return report.kept() ? 0 : BROKEN;
    } finally {
      shutdown.printed();
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  /** Prints a line a second to standard error, so that the report can be piped. */
  private static Consumer<LoadRun.Progress> progress(PrintWriter err) {
    long startNanos = System.nanoTime();
    return progress -> {
      err.printf(
          "%4d s  %,d/%,d clients  %,d acknowledged  %,d received  p99 %.1f ms%n",
          (System.nanoTime() - startNanos) / 1_000_000_000L,
          progress.live(),
          progress.clients(),
          progress.acknowledged(),
          progress.received(),
          progress.p99());
      err.flush();
    };
  }

  private LoadOptions options() {
    try {
      boolean withTasks = withTasks();
      LoadProfile behavior = profile();
      double perSecond = rate != null ? rate : behavior == LoadProfile.IDLE ? 0 : PER_SECOND;
      List<URI> sockets = urls.stream().map(url -> Arguments.uri("url", url)).toList();
      List<URI> writeTo =
          http == null
              ? sockets.stream().map(LoadCommand::http).toList()
              : http.stream().map(url -> Arguments.uri("http", url)).toList();
      return new LoadOptions(
          new LoadOptions.Nodes(sockets, writeTo, tokens()),
          new LoadOptions.Clients(behavior, clients, connects, Optional.ofNullable(board), maxHeld),
          new LoadOptions.Writes(
              perSecond,
              bytes,
              to.equals("tasks") ? Optional.empty() : Optional.of(stream),
              withTasks,
              facts),
          Arguments.duration("duration", duration),
          Arguments.duration("patience", patience));
    } catch (IllegalArgumentException invalid) {
      throw Arguments.invalid(invalid.getMessage());
    }
  }

  private boolean withTasks() {
    return switch (to) {
      case "stream" -> false;
      case "tasks", "both" -> true;
      default -> throw Arguments.invalid("to", to, "stream, tasks or both");
    };
  }

  private LoadProfile profile() {
    try {
      return LoadProfile.of(profile);
    } catch (IllegalArgumentException unknown) {
      throw Arguments.invalid("profile", profile, "one that --help names");
    }
  }

  private TokenSource tokens() {
    String key = SecretOption.of(spec, "jwt-secret", secret, secretFile, SECRET);
    String fixed = SecretOption.of(spec, "token", token, tokenFile, ReplayCommand.TOKEN);
    // Several, separated by commas, as nodes take them: the first signs.
    if (key != null && !key.isBlank()) return TokenSource.signing(key.split(",")[0].strip());
    return TokenSource.fixed(Optional.ofNullable(fixed).filter(some -> !some.isBlank()));
  }

  private static URI http(URI socket) {
    String scheme = "wss".equals(socket.getScheme()) ? "https" : "http";
    return URI.create(scheme + "://" + socket.getRawAuthority());
  }
}
