package dev.boardcast.lab;

import dev.boardcast.lab.faults.FaultMatrix;
import dev.boardcast.lab.faults.FaultMatrixOptions;
import dev.boardcast.lab.faults.FaultMatrixReport;
import dev.boardcast.lab.faults.FaultReport;
import dev.boardcast.server.command.Arguments;
import dev.boardcast.server.command.ProgramCommand;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts a cluster on this machine, causes faults, and reports what clients received. */
@Command(
    name = "faults",
    description = "Starts a cluster on this machine, causes faults, and reports what clients lose.",
    mixinStandardHelpOptions = true)
public final class FaultsCommand implements ProgramCommand {
  private static final int BROKEN = 1;
  private static final double PER_SECOND = 50;
  // Nodes and clients share one machine, and its limit would hide the effect of a fault.
  private static final double MAX_DELIVERIES_PER_SECOND = 25_000;

  @Option(names = "--rows", split = ",", description = "The faults to cause (default: all).")
  private List<String> rows = List.of();

  @Option(
      names = "--clients",
      defaultValue = "500",
      description = "Number of clients (default ${DEFAULT-VALUE}).")
  private int clients;

  @Option(
      names = "--nodes",
      defaultValue = "3",
      description = "Number of nodes, 2 to 9 (default ${DEFAULT-VALUE}).")
  private int nodes;

  @Option(
      names = "--publish",
      description = "Events written per second (default 50; fewer for more than 500 clients).")
  private Double rate;

  @Option(
      names = "--seconds",
      description = "How long a fault lasts, where that can be chosen (default: depends on it).")
  private Integer seconds;

  @Option(names = "--tasks", description = "Also write tasks, beside the application stream.")
  private boolean tasks;

  @Option(
      names = "--alerts",
      description =
          "Also let values cross the bounds of alert rules, and count what a webhook receives.")
  private boolean alerts;

  @Option(
      names = "--lenient",
      description = "Report how long clients took to catch up, without enforcing the bound.")
  private boolean lenient;

  @Option(
      names = "--work-dir",
      description = "Directory of nodes and servers (default: a temporary one).")
  private Path workDir;

  @Mixin private ReportFile file;

  @Option(names = "--details", description = "Also print the whole report of each row.")
  private boolean details;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    FaultMatrixOptions options = options();
    PrintWriter out = spec.commandLine().getOut();
    var vertx = Vertx.vertx();
    var matrix = new FaultMatrix(vertx, options);
    // On a signal too, nothing that was started here keeps running.
    var hook = new Thread(matrix::close, "boardcast-faults-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      FaultMatrixReport report = matrix.run(printer(out));
      if (details) report.rows().forEach(row -> out.println(text(row)));
      out.println(report.kept() ? "verdict: kept" : "verdict: BROKEN");
      out.flush();
      file.write(report);
      return report.kept() ? 0 : BROKEN;
    } catch (IOException failure) {
      throw Arguments.invalid(failure.getMessage());
    } finally {
      matrix.close();
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private FaultMatrixOptions options() {
    try {
      return new FaultMatrixOptions(
          workDir == null
              ? Path.of(System.getProperty("java.io.tmpdir"), "boardcast-faults")
              : workDir,
          rows,
          nodes,
          clients,
          rate != null ? rate : Math.min(PER_SECOND, MAX_DELIVERIES_PER_SECOND / clients),
          Optional.ofNullable(seconds),
          tasks,
          alerts,
          !lenient);
    } catch (IllegalArgumentException invalid) {
      throw Arguments.invalid(invalid.getMessage());
    }
  }

  private static Consumer<String> printer(PrintWriter out) {
    return line -> {
      out.println(line);
      out.flush();
    };
  }

  private static String text(FaultReport row) {
    String heading = System.lineSeparator() + row.fault() + ": " + row.title();
    return row.report() == null ? heading : heading + System.lineSeparator() + row.report().text();
  }
}
