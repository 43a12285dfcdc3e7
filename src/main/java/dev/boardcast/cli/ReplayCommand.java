package dev.boardcast.cli;

import dev.boardcast.load.Replay;
import dev.boardcast.load.ReplayOptions;
import dev.boardcast.load.ReplayReport;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends a recorded file of facts through the public API of a running node. */
@Command(
    name = "replay",
    description = "Sends a recorded file of facts, one JSON object a line, to a node.",
    mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {
  /** The environment variable for a token that should not stand in a list of processes. */
  static final String TOKEN = "BOARDCAST_TOKEN";

  private static final int REJECTED = 1;

  @Option(
      names = "--url",
      defaultValue = "http://127.0.0.1:8080",
      description = "The node (default ${DEFAULT-VALUE}).")
  private String url;

  @Option(names = "--board", required = true, description = "tasks or routing.")
  private String board;

  @Option(
      names = "--speed",
      defaultValue = "max",
      description = "Times the recorded speed, or max for as fast as accepted (default max).")
  private String speed;

  @Option(names = "--token", description = "A token; or by the variable " + TOKEN + ".")
  private String token;

  @Parameters(paramLabel = "FILE", description = "The recorded facts, NDJSON.")
  private Path file;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    ReplayOptions options = options();
    Logs.configure();
    PrintWriter out = spec.commandLine().getOut();
    var vertx = Vertx.vertx();
    long started = System.nanoTime();
    try {
      ReplayReport report = replay(vertx, options);
      tell(out, report, (System.nanoTime() - started) / 1e9);
      return report.isComplete() ? 0 : REJECTED;
    } catch (IOException unreadable) {
      throw BadSetting.value("FILE", file.toString(), "argument", "a file that can be read");
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private ReplayReport replay(Vertx vertx, ReplayOptions options)
      throws IOException, InterruptedException {
    try (InputStream facts = Files.newInputStream(file);
        ProgressBar bar = bar(Files.size(file))) {
      return new Replay(vertx, options, bar::stepBy).run(facts);
    }
  }

  private ReplayOptions options() {
    String secret = token == null ? System.getenv(TOKEN) : token;
    try {
      return new ReplayOptions(
          URI.create(url),
          board,
          Optional.ofNullable(secret).filter(some -> !some.isBlank()),
          speed.equals("max") ? Optional.empty() : Optional.of(Double.valueOf(speed)),
          Duration.ofMinutes(2));
    } catch (NumberFormatException notNumber) {
      throw BadSetting.value("speed", speed, "flag --speed", "max or a number more than 0");
    } catch (IllegalArgumentException bad) {
      throw BadSetting.of(bad.getMessage());
    }
  }

  /** On standard error, so that the summary can be piped. */
  private static ProgressBar bar(long bytes) {
    return new ProgressBarBuilder()
        .setTaskName("replay")
        .setInitialMax(bytes)
        .setUnit(" KiB", 1 << 10)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(200)
        .build();
  }

  private static void tell(PrintWriter out, ReplayReport report, double seconds) {
    long lines = report.accepted() + report.duplicate() + report.rejected();
    out.printf("%s of %d lines in %.1f s%n", report, lines, seconds);
    report.reasons().forEach(reason -> out.println("  " + reason));
    if (report.rejected() > report.reasons().size()) out.println("  …");
    report.aborted().ifPresent(reason -> out.println("stopped early: " + reason));
    out.flush();
  }
}
