package dev.boardcast.load.faults;

import dev.boardcast.event.Shards;
import dev.boardcast.load.lab.LoadOptions;
import dev.boardcast.load.lab.Passes;
import dev.boardcast.load.lab.Profile;
import dev.boardcast.load.lab.Report;
import dev.boardcast.load.lab.Trial;
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
public final class Matrix implements AutoCloseable {
  private static final String STREAM = "laboratory";
  private static final int BYTES = 100;
  private static final int COMING = 500;
  private static final int CALM_SECONDS = 3;
  private static final Duration ARRIVAL = Duration.ofSeconds(60);
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final Vertx vertx;
  private final MatrixOptions options;
  private Home home;
  private LocalCluster cluster;
  private boolean closed;

  public Matrix(Vertx vertx, MatrixOptions options) {
    this.vertx = vertx;
    this.options = options;
  }

  /**
   * @param lines told of the heading and of each row when it has ended
   * @throws IOException when the cluster cannot be had
   */
  public MatrixReport run(Consumer<String> lines) throws IOException, InterruptedException {
    List<Row> rows = options.rows().stream().map(Row::of).toList();
    boolean wantsCuts = rows.stream().anyMatch(Row::cutsNetwork);
    Optional<String> missing = wantsCuts ? Namespaces.missing() : Optional.of("not asked for");
    open(missing.isEmpty());
    cluster.restore();
    warmUp();
    lines.accept(RowReport.heading());
    var reports = new ArrayList<RowReport>();
    for (Row row : rows) {
      String skipped = row.cutsNetwork() ? missing.orElse(null) : null;
      RowReport report = skipped == null ? run(row) : report(row, skipped, null);
      reports.add(report);
      lines.accept(report.line());
    }
    return new MatrixReport(options.nodes(), options.clients(), options.judgesTime(), reports);
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
    home = Home.enter(options.home());
    cluster = LocalCluster.start(vertx, home.path(), options.main(), options.nodes(), cuts);
  }

  /** Fresh JVMs are slow in ways that are no fault's. */
  private void warmUp() throws InterruptedException {
    var trial = new Trial(vertx, load());
    try {
      trial.open(ARRIVAL);
      trial.write();
      TimeUnit.SECONDS.sleep(2 * calm());
    } finally {
      trial.close();
    }
  }

  private static RowReport report(Row row, String skipped, Report report) {
    return new RowReport(row.label(), row.title(), skipped, row.bound().toSeconds(), report, null);
  }

  private RowReport run(Row row) throws IOException, InterruptedException {
    cluster.restore();
    if (row == Row.SLOW_CLIENTS) {
      int lasting = options.seconds().orElse(row.seconds());
      return new SlowClients(vertx, cluster, load(), Duration.ofSeconds(lasting)).run(row);
    }
    return report(row, null, trial(row));
  }

  private Report trial(Row row) throws IOException, InterruptedException {
    var trial = new Trial(vertx, load());
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
    return Math.min(CALM_SECONDS, options.seconds().orElse(CALM_SECONDS));
  }

  private LoadOptions load() {
    return new LoadOptions(
        cluster.sockets(),
        cluster.http(),
        Passes.of(cluster.secret()),
        Profile.STEADY,
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
