package dev.boardcast.lab;

import dev.boardcast.lab.load.LoadCommandRun;
import dev.boardcast.lab.load.LoadOptions;
import dev.boardcast.lab.load.LoadProfile;
import dev.boardcast.lab.load.LoadReport;
import dev.boardcast.lab.load.LoadRun;
import dev.boardcast.lab.load.TokenSource;
import dev.boardcast.server.command.Arguments;
import dev.boardcast.server.command.ProgramCommand;
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

/** Puts clients on running nodes, writes events, and says whether each client got all of them. */
@Command(
    name = "load",
    description = "Many clients and a ledger: what was acknowledged against what each was told.",
    mixinStandardHelpOptions = true)
public final class LoadCommand implements ProgramCommand {
  /** The environment variable for a secret that should not stand in a list of processes. */
  public static final String SECRET = "BOARDCAST_JWT_SECRET";

  private static final int BROKEN = 1;

  @Option(
      names = "--url",
      split = ",",
      defaultValue = "ws://127.0.0.1:8080",
      description = "WebSockets of the nodes, separated by commas (default ${DEFAULT-VALUE}).")
  private List<String> urls;

  @Option(
      names = "--http",
      split = ",",
      description = "Where to write (default: the same hosts and ports as --url).")
  private List<String> http;

  @Option(names = "--clients", defaultValue = "100", description = "How many (default 100).")
  private int clients;

  @Option(
      names = "--profile",
      defaultValue = "steady",
      description =
          "steady, idle, jitter, avalanche, slow, half-open, expired or mixed (default steady).")
  private String profile;

  @Option(
      names = "--publish",
      description = "Events written per second (default 20; with profile idle none).")
  private Double rate;

  @Option(names = "--bytes", defaultValue = "100", description = "Padding of each (default 100).")
  private int bytes;

  @Option(names = "--to", defaultValue = "stream", description = "stream, tasks or both.")
  private String to;

  @Option(
      names = "--stream",
      defaultValue = "laboratory",
      description = "The application stream (default ${DEFAULT-VALUE}).")
  private String stream;

  @Option(names = "--board", description = "The topic of a board that clients follow as well.")
  private String board;

  @Option(names = "--duration", defaultValue = "30s", description = "Default 30s.")
  private String duration;

  @Option(
      names = "--patience",
      defaultValue = "30s",
      description = "How long the end waits for what is still owed (default 30s).")
  private String patience;

  @Option(
      names = "--connects",
      defaultValue = "500",
      description = "Clients that come per second (default 500).")
  private int connects;

  @Option(
      names = "--max-held",
      defaultValue = "" + LoadOptions.MAX_HELD,
      description = "Most bytes held for a client that does not read (default ${DEFAULT-VALUE}).")
  private long maxHeld;

  @Option(
      names = "--jwt-secret",
      description = "To make tokens; or by the variable " + SECRET + ".")
  private String secret;

  @Option(
      names = "--token",
      description = "One token for all, role publish; or by " + ReplayCommand.TOKEN + ".")
  private String token;

  @Mixin private ReportFile file;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    LoadOptions options = options();
    AddressCheck.any("url", options.http());
    PrintWriter out = spec.commandLine().getOut();
    var vertx = Vertx.vertx();
    var load = new LoadCommandRun();
    var lastWords = new ShutdownReport(load::end);
    try {
      LoadReport report = load.run(vertx, options, progress(spec.commandLine().getErr()));
      out.print(report.text());
      out.flush();
      file.save(report);
      return report.kept() ? 0 : BROKEN;
    } finally {
      lastWords.said();
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  /** A line a second, on standard error, so that the report can be piped. */
  private static Consumer<LoadRun.Pulse> progress(PrintWriter err) {
    long begun = System.nanoTime();
    return pulse -> {
      err.printf(
          "%4d s  %,d/%,d clients  %,d acknowledged  %,d received  p99 %.1f ms%n",
          (System.nanoTime() - begun) / 1_000_000_000L,
          pulse.live(),
          pulse.clients(),
          pulse.acknowledged(),
          pulse.received(),
          pulse.p99());
      err.flush();
    };
  }

  private LoadOptions options() {
    try {
      boolean alsoTasks = tasks();
      LoadProfile who = profile();
      List<URI> sockets = urls.stream().map(URI::create).toList();
      double perSecond = rate != null ? rate : who == LoadProfile.IDLE ? 0 : 20;
      return new LoadOptions(
          sockets,
          http == null
              ? sockets.stream().map(LoadCommand::http).toList()
              : http.stream().map(URI::create).toList(),
          passes(),
          who,
          clients,
          connects,
          perSecond,
          bytes,
          Arguments.duration("duration", duration),
          Arguments.duration("patience", patience),
          to.equals("tasks") ? Optional.empty() : Optional.of(stream),
          alsoTasks,
          Optional.ofNullable(board),
          maxHeld);
    } catch (IllegalArgumentException bad) {
      throw Arguments.invalid(bad.getMessage());
    }
  }

  private boolean tasks() {
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

  private TokenSource passes() {
    String key = secret == null ? System.getenv(SECRET) : secret;
    String given = token == null ? System.getenv(ReplayCommand.TOKEN) : token;
    if (secret != null && secret.isBlank()) throw Arguments.invalid("jwt-secret", "", "a secret");
    if (token != null && token.isBlank()) throw Arguments.invalid("token", "", "a token");
    if (key != null && !key.isBlank()) return TokenSource.of(key.split(",")[0].strip());
    return TokenSource.given(Optional.ofNullable(given).filter(some -> !some.isBlank()));
  }

  private static URI http(URI socket) {
    String scheme = "wss".equals(socket.getScheme()) ? "https" : "http";
    return URI.create(scheme + "://" + socket.getRawAuthority());
  }
}
