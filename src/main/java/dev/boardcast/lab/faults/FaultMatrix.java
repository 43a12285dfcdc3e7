package dev.boardcast.lab.faults;

import dev.boardcast.lab.load.LoadOptions;
import dev.boardcast.lab.load.LoadProfile;
import dev.boardcast.lab.load.LoadReport;
import dev.boardcast.lab.load.LoadRun;
import dev.boardcast.lab.load.TokenSource;
import dev.boardcast.spi.Shards;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs the rows one after another on one cluster, each with clients of its own; what a row broke is
 * mended before the next. One run; calls block; {@link #close} may come from another thread.
 */
public final class FaultMatrix implements AutoCloseable {
  private static final String STREAM = "laboratory";
  private static final int BYTES = 100;
  private static final int COMING = 500;
  private static final int CALM_SECONDS = 3;
  private static final Duration ARRIVAL = Duration.ofSeconds(60);
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final Vertx vertx;
  private final FaultMatrixOptions options;
  private WorkDirectory home;
  private LocalCluster cluster;
  private boolean closed;

  public FaultMatrix(Vertx vertx, FaultMatrixOptions options) {
    this.vertx = vertx;
    this.options = options;
  }

  /**
   * @param lines told of the heading and of each row when it has ended
   * @throws IOException when the cluster cannot be had
   */
  public FaultMatrixReport run(Consumer<String> lines) throws IOException, InterruptedException {
    List<Fault> rows = options.rows().stream().map(Fault::of).toList();
    boolean wantsCuts = rows.stream().anyMatch(Fault::cutsNetwork);
    Optional<String> missing = wantsCuts ? Namespaces.missing() : Optional.of("not asked for");
    open(missing.isEmpty());
    cluster.restore();
    warmUp();
    lines.accept(FaultReport.heading());
    var reports = new ArrayList<FaultReport>();
    for (Fault row : rows) {
      String skipped = row.cutsNetwork() ? missing.orElse(null) : null;
      FaultReport report = skipped == null ? run(row) : report(row, skipped, null);
      reports.add(report);
      lines.accept(report.line());
    }
    return new FaultMatrixReport(options.nodes(), options.clients(), options.judgesTime(), reports);
  }

  /** Stops everything that was started. */
  @Override
  public synchronized void close() {
    closed = true;
    if (cluster != null) cluster.close();
    if (home != null) home.close();
  }

  private synchronized void open(boolean cuts) throws IOException, InterruptedException {
    if (closed) throw new InterruptedException("closed before it began");
    OpenFiles.check(options.clients());
    home = WorkDirectory.enter(options.home());
    cluster = LocalCluster.start(vertx, home.path(), options.nodes(), cuts);
  }

  /** Fresh JVMs are slow in ways that are no fault's. */
  private void warmUp() throws InterruptedException {
    var trial = new LoadRun(vertx, load());
    try {
      trial.open(ARRIVAL);
      trial.write();
      TimeUnit.SECONDS.sleep(2 * calm());
    } finally {
      trial.close();
    }
  }

  private static FaultReport report(Fault row, String skipped, LoadReport report) {
    return new FaultReport(
        row.label(), row.title(), skipped, row.bound().toSeconds(), report, null);
  }

  private FaultReport run(Fault row) throws IOException, InterruptedException {
    cluster.restore();
    if (row == Fault.SLOW_CLIENTS) {
      int lasting = options.seconds().orElse(row.seconds());
      return new SlowClientComparison(vertx, cluster, load(), Duration.ofSeconds(lasting)).run(row);
    }
    return report(row, null, trial(row));
  }

  private LoadReport trial(Fault row) throws IOException, InterruptedException {
    var trial = new LoadRun(vertx, load());
    try {
      trial.open(ARRIVAL);
      trial.write();
      TimeUnit.SECONDS.sleep(calm());
      row.run(
          cluster,
          trial,
          "emitter." + Shards.of(STREAM),
          options.seconds().filter(chosen -> row.seconds() > 0).orElse(row.seconds()));
      TimeUnit.SECONDS.sleep(calm());
      return trial.finish();
    } catch (IOException | InterruptedException | RuntimeException failure) {
      throw failure;
    } catch (Exception other) {
      throw new IOException(row.label() + " could not be brought about", other);
    } finally {
      trial.close();
    }
  }

  /** Before and after a fault; a short one needs less. */
  private long calm() {
    return options
        .seconds()
        .map(lasting -> Math.max(1, Math.min(CALM_SECONDS, lasting / 2)))
        .orElse(CALM_SECONDS);
  }

  private LoadOptions load() {
    return new LoadOptions(
        cluster.sockets(),
        cluster.http(),
        TokenSource.of(cluster.secret()),
        LoadProfile.STEADY,
        options.clients(),
        COMING,
        options.perSecond(),
        BYTES,
        Duration.ofSeconds(1),
        PATIENCE,
        Optional.of(STREAM),
        options.tasks(),
        Optional.empty(),
        LoadOptions.MAX_HELD);
  }
}
