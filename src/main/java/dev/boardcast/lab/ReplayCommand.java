package dev.boardcast.lab;

import dev.boardcast.lab.replay.Replay;
import dev.boardcast.lab.replay.ReplayInput;
import dev.boardcast.lab.replay.ReplayOptions;
import dev.boardcast.lab.replay.ReplayReport;
import dev.boardcast.server.command.Arguments;
import dev.boardcast.server.command.ProgramCommand;
import dev.boardcast.server.command.SecretOption;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends files of recorded facts to the public API of a running node. */
@Command(
    name = "replay",
    description = "Sends files of recorded facts, one JSON object a line, to a node.",
    mixinStandardHelpOptions = true)
public final class ReplayCommand implements ProgramCommand {
  /** Environment variable for the token, which should not appear in a list of processes. */
  public static final String TOKEN = "BOARDCAST_TOKEN";

  private static final int REJECTED = 1;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Option(
      names = "--url",
      defaultValue = "http://127.0.0.1:8080",
      description = "Address of the node (default ${DEFAULT-VALUE}).")
  private String url;

  @Option(
      names = "--board",
      required = true,
      description = "analysis, pipeline, platform, routing or tasks.")
  private String board;

  @Option(
      names = "--speed",
      defaultValue = "max",
      description =
          "Multiple of the recorded speed, or max for as fast as accepted (default"
              + " ${DEFAULT-VALUE}).")
  private String speed;

  @Option(names = "--token", description = "A token; or by the variable " + TOKEN + ".")
  private String token;

  @Option(names = "--token-file", description = "File with the token.")
  private String tokenFile;

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description =
          "Recorded facts, NDJSON, also in gzip; - is the standard input; several files are sent one"
              + " after another.")
  private List<Path> files;

  @Spec private CommandSpec spec;

  private volatile boolean stopped;
  private volatile Replay running;

  @Override
  public Integer call() throws InterruptedException {
    ReplayOptions options = options();
    long bytes = 0;
    for (Path file : files) bytes += size(file);
    AddressCheck.any("url", List.of(options.url()));
    PrintWriter out = spec.commandLine().getOut();
    var vertx = Vertx.vertx();
    long startNanos = System.nanoTime();
    var shutdown = new ShutdownReport(this::stop);
    try {
      Map<Path, ReplayReport> reports = replay(vertx, options, bytes);
      print(out, reports, (System.nanoTime() - startNanos) / 1e9);
      return reports.values().stream().allMatch(ReplayReport::isComplete) ? 0 : REJECTED;
    } finally {
      shutdown.printed();
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private void stop() {
    stopped = true;
    if (running != null) running.stop();
  }

  /** Sends the files, up to the first that is not sent to its end. */
  private Map<Path, ReplayReport> replay(Vertx vertx, ReplayOptions options, long bytes)
      throws InterruptedException {
    var reports = new LinkedHashMap<Path, ReplayReport>();
    try (ProgressBar bar = bar(bytes)) {
      for (Path file : files) {
        try (InputStream facts = ReplayInput.open(file)) {
          running = new Replay(vertx, options, bar::stepBy);
          if (stopped) running.stop();
          var report = running.run(facts);
          reports.put(file, report);
          if (report.aborted().isPresent()) break;
        } catch (ReplayInput.OtherFormat other) {
          throw Arguments.invalidPositional("FILE", file.toString(), other.getMessage());
        } catch (IOException failure) {
          throw unreadable(file);
        }
      }
    }
    return reports;
  }

  private static long size(Path file) {
    if (ReplayInput.isStandardInput(file)) return 0;
    try {
      if (Files.isReadable(file) && !Files.isDirectory(file)) return Files.size(file);
    } catch (IOException deleted) {
      // Reported below.
    }
    throw unreadable(file);
  }

  private static RuntimeException unreadable(Path file) {
    return Arguments.invalidPositional("FILE", file.toString(), "a file that can be read");
  }

  private ReplayOptions options() {
    String bearer = SecretOption.of(spec, "token", token, tokenFile, TOKEN);
    try {
      return new ReplayOptions(
          Arguments.uri("url", url),
          board,
          Optional.ofNullable(bearer).filter(some -> !some.isBlank()),
          speed.equals("max") ? Optional.empty() : Optional.of(Double.valueOf(speed)),
          PATIENCE);
    } catch (NumberFormatException notNumber) {
      throw Arguments.invalid("speed", speed, "max or a number more than 0");
    } catch (IllegalArgumentException invalid) {
      throw Arguments.invalid(invalid.getMessage());
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

  private void print(PrintWriter out, Map<Path, ReplayReport> reports, double seconds) {
    long accepted = sum(reports, ReplayReport::accepted);
    long duplicate = sum(reports, ReplayReport::duplicate);
    long rejected = sum(reports, ReplayReport::rejected);
    out.printf(
        "accepted %d, duplicate %d, rejected %d of %d lines in %.1f s%n",
        accepted, duplicate, rejected, accepted + duplicate + rejected, seconds);
    reports.forEach(
        (file, report) -> {
          String prefix = files.size() > 1 ? file + " " : "";
          report.reasons().forEach(reason -> out.println("  " + prefix + reason));
          if (report.rejected() > report.reasons().size()) out.println("  " + prefix + "…");
          report.aborted().ifPresent(reason -> out.println("stopped early: " + reason));
        });
    out.flush();
  }

  private static long sum(Map<Path, ReplayReport> reports, ToLongFunction<ReplayReport> count) {
    return reports.values().stream().mapToLong(count).sum();
  }
}
