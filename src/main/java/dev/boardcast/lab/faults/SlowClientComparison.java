package dev.boardcast.lab.faults;

import dev.boardcast.lab.load.LoadOptions;
import dev.boardcast.lab.load.LoadProfile;
import dev.boardcast.lab.load.LoadReport;
import dev.boardcast.lab.load.LoadRun;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Measures what slow clients cost the others. Runs with and without them alternate, so that noise
 * of the machine affects both, and medians are compared. All clients subscribe to the stream and to
 * a board that changes every two seconds. Calls block.
 */
final class SlowClientComparison {
  private static final int PAIRS = 3;
  private static final String BOARD = "routing";
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(60);

  /**
   * The slow clients, and what is written to all.
   *
   * @param profile of the runs with slow clients
   * @param perSecond most events written per second
   * @param paddingBytes of each event
   * @param factsPerSecond facts of the board
   */
  record Case(LoadProfile profile, double perSecond, int paddingBytes, double factsPerSecond) {
    // Enough that slow clients fall behind, few enough that they still reach snapshots between
    // events: a snapshot that is never read has no age.
    static final Case SLOW = new Case(LoadProfile.SLOW, 3, 1_000, 0.5);

    /** A fifth stops reading for seconds while much is written, then comes back. */
    static final Case STOPPED = new Case(LoadProfile.HALF_OPEN, 200, 4_000, 0.5);
  }

  private final Vertx vertx;
  private final LocalCluster cluster;
  private final Case slow;
  private final LoadOptions options;

  /** The report of a run, and the memory of each node at its end. */
  private record Outcome(LoadReport report, List<Long> residentKib) {
    double p99() {
      return report.deliveries().get("steady").p99();
    }
  }

  SlowClientComparison(
      Vertx vertx, LocalCluster cluster, LoadOptions options, Case slow, Duration lasting) {
    this.vertx = vertx;
    this.cluster = cluster;
    this.slow = slow;
    var writes = options.writes();
    var gateways = cluster.nodes().stream().map(NodeProcess::gateway).toList();
    this.options =
        new LoadOptions(
            new LoadOptions.Nodes(gateways, cluster.http(), options.nodes().tokens()),
            options.clients(),
            new LoadOptions.Writes(
                slow.perSecond(),
                slow.paddingBytes(),
                writes.stream(),
                writes.tasks(),
                slow.factsPerSecond()),
            lasting,
            options.patience());
  }

  FaultReport run(Fault fault) throws InterruptedException {
    var without = new ArrayList<Outcome>();
    var with = new ArrayList<Outcome>();
    for (int pair = 0; pair < PAIRS; pair++) {
      // The order alternates too, as later runs are faster.
      if (pair % 2 == 1) with.add(run(slow.profile()));
      without.add(run(LoadProfile.STEADY));
      if (pair % 2 == 0) with.add(run(slow.profile()));
    }
    List<LoadReport> reports = with.stream().map(Outcome::report).toList();
    LoadReport reported =
        reports.stream().filter(report -> !report.kept()).findFirst().orElse(reports.get(0));
    var cost =
        new SlowClientCost(
            median(without),
            median(with),
            maxResident(without),
            maxResident(with),
            reports.stream().mapToInt(LoadReport::maxSnapshotAge).max().orElse(0));
    return new FaultReport(
        fault.label(), fault.title(), null, fault.bound().toSeconds(), reported, cost, null);
  }

  private Outcome run(LoadProfile profile) throws InterruptedException {
    var all = options.clients();
    var clients =
        new LoadOptions.Clients(
            profile,
            all.count(),
            all.connectsPerSecond(),
            Optional.of(BOARD),
            all.maxBufferedBytes());
    var ofRun =
        new LoadOptions(
            options.nodes(), clients, options.writes(), options.duration(), options.patience());
    try (var run = new LoadRun(vertx, ofRun)) {
      run.connect(CONNECT_LIMIT);
      run.startWriting();
      TimeUnit.SECONDS.sleep(1);
      // The first deliveries are not representative.
      run.resetLatency();
      TimeUnit.MILLISECONDS.sleep(options.duration().toMillis());
      List<Long> resident = cluster.nodes().stream().map(NodeProcess::residentKib).toList();
      return new Outcome(run.finish(), resident);
    }
  }

  private static double median(List<Outcome> outcomes) {
    double[] sorted = outcomes.stream().mapToDouble(Outcome::p99).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /** For each node, the most it had in any of the runs. */
  private List<Long> maxResident(List<Outcome> outcomes) {
    return IntStream.range(0, cluster.nodes().size())
        .mapToObj(node -> outcomes.stream().mapToLong(each -> each.residentKib().get(node)).max())
        .map(OptionalLong::getAsLong)
        .toList();
  }
}
