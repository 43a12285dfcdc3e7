package dev.boardcast.lab.faults;

import dev.boardcast.lab.alerts.AlertRun;
import dev.boardcast.lab.alerts.AlertTotals;
import dev.boardcast.lab.load.LoadOptions;
import dev.boardcast.lab.load.LoadProfile;
import dev.boardcast.lab.load.LoadReport;
import dev.boardcast.lab.load.LoadRun;
import dev.boardcast.lab.load.TokenSource;
import dev.boardcast.server.command.TokenSigner;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Shards;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs faults one after another on one cluster, each with clients of its own; restores the cluster
 * before each. Used once; calls block; {@link #close} is thread safe.
 */
public final class FaultMatrix implements AutoCloseable {
  private static final String STREAM = "laboratory";
  private static final String BOARD = "routing";
  private static final double FACTS_PER_SECOND = 10;
  private static final int PADDING_BYTES = 100;
  private static final int CONNECTS_PER_SECOND = 500;
  private static final int CALM_SECONDS = 3;
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(60);
  private static final Duration TOKEN_VALID = Duration.ofHours(2);
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final Vertx vertx;
  private final FaultMatrixOptions options;
  private WorkDirectory workDirectory;
  private LocalCluster cluster;
  private boolean closed;

  public FaultMatrix(Vertx vertx, FaultMatrixOptions options) {
    this.vertx = vertx;
    this.options = options;
  }

  /**
   * Runs all rows.
   *
   * @param lines receives the heading, and each row when it is over
   * @throws IOException if the cluster cannot be started
   */
  public FaultMatrixReport run(Consumer<String> lines) throws IOException, InterruptedException {
    List<Fault> faults = options.rows().stream().map(Fault::of).toList();
    boolean cutsNetwork = faults.stream().anyMatch(Fault::cutsNetwork);
    Optional<String> missing = cutsNetwork ? Namespaces.missing() : Optional.of("not needed");
    start(missing.isEmpty());
    cluster.restore();
    warmUp();
    lines.accept(FaultReport.heading());
    var reports = new ArrayList<FaultReport>();
    for (Fault fault : faults) {
      String skipped = fault.cutsNetwork() ? missing.orElse(null) : null;
      FaultReport report = skipped == null ? run(fault) : report(fault, skipped, null, null);
      reports.add(report);
      lines.accept(report.line());
    }
    var report =
        new FaultMatrixReport(options.nodes(), options.clients(), options.enforcesBound(), reports);
    lines.accept(report.totals());
    report.alertTotals().ifPresent(lines);
    return report;
  }

  /** Stops everything that was started. */
  @Override
  public synchronized void close() {
    closed = true;
    if (cluster != null) cluster.close();
    if (workDirectory != null) workDirectory.close();
  }

  private synchronized void start(boolean isPartitionable)
      throws IOException, InterruptedException {
    if (closed) throw new InterruptedException("closed before it was started");
    OpenFiles.check(options.clients());
    workDirectory = WorkDirectory.enter(options.workDirectory());
    cluster =
        LocalCluster.start(
            vertx, workDirectory.path(), options.nodes(), isPartitionable, options.alerts());
  }

  /** Lets the JVMs of the nodes compile what they run most. */
  private void warmUp() throws InterruptedException {
    try (var run = new LoadRun(vertx, load())) {
      run.connect(CONNECT_LIMIT);
      run.startWriting();
      TimeUnit.SECONDS.sleep(2 * calmSeconds());
    }
  }

  private static FaultReport report(
      Fault fault, String skipped, LoadReport report, AlertTotals alerts) {
    return new FaultReport(
        fault.label(), fault.title(), skipped, fault.bound().toSeconds(), report, null, alerts);
  }

  private FaultReport run(Fault fault) throws IOException, InterruptedException {
    cluster.restore();
    int lasting = options.seconds().filter(chosen -> fault.seconds() > 0).orElse(fault.seconds());
    if (fault == Fault.SLOW_CLIENTS) return compare(fault, SlowClientComparison.Case.SLOW, lasting);
    if (fault == Fault.STOPPED_CLIENTS) {
      return compare(fault, SlowClientComparison.Case.STOPPED, lasting);
    }
    try (var run = new LoadRun(vertx, load());
        var alerts = options.alerts() ? alerts() : null) {
      run.connect(CONNECT_LIMIT);
      run.startWriting();
      if (alerts != null) alerts.start();
      TimeUnit.SECONDS.sleep(calmSeconds());
      if (alerts != null) alerts.faultBegins();
      fault.inject(cluster, run, "emitter." + Shards.of(STREAM), lasting);
      if (alerts != null) alerts.faultEnded(fault.bound());
      TimeUnit.SECONDS.sleep(calmSeconds());
      LoadReport report = run.finish();
      return report(fault, null, report, alerts == null ? null : alerts.finish(PATIENCE));
    }
  }

  private AlertRun alerts() {
    String token =
        new TokenSigner(cluster.secret())
            .sign("laboratory", Set.of(Principal.ADMIN, Principal.INGEST), TOKEN_VALID);
    return new AlertRun(cluster.http(), token, cluster.receiver(), cluster.receiverAddress());
  }

  private FaultReport compare(Fault fault, SlowClientComparison.Case slow, int lasting)
      throws InterruptedException {
    var duration = Duration.ofSeconds(lasting);
    return new SlowClientComparison(vertx, cluster, load(), slow, duration).run(fault);
  }

  /** Before and after a fault. */
  private long calmSeconds() {
    return options
        .seconds()
        .map(lasting -> Math.max(1, Math.min(CALM_SECONDS, lasting / 2)))
        .orElse(CALM_SECONDS);
  }

  private LoadOptions load() {
    return new LoadOptions(
        new LoadOptions.Nodes(
            cluster.sockets(), cluster.http(), TokenSource.signing(cluster.secret())),
        new LoadOptions.Clients(
            LoadProfile.STEADY,
            options.clients(),
            CONNECTS_PER_SECOND,
            Optional.of(BOARD),
            LoadOptions.Clients.MAX_BUFFERED_BYTES),
        new LoadOptions.Writes(
            options.perSecond(),
            PADDING_BYTES,
            Optional.of(STREAM),
            options.tasks(),
            FACTS_PER_SECOND),
        Duration.ofSeconds(1),
        PATIENCE);
  }
}
