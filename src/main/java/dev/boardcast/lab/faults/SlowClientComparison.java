package dev.boardcast.lab.faults;

import dev.boardcast.lab.load.LoadOptions;
import dev.boardcast.lab.load.LoadProfile;
import dev.boardcast.lab.load.LoadReport;
import dev.boardcast.lab.load.LoadRun;
import dev.boardcast.spi.Json;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.WebClient;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * What clients that hardly read cost the others. Runs with and without them alternate, so that a
 * noisy machine hurts both alike; medians are compared. All clients follow the stream and a board
 * whose numbers change every two seconds.
 */
final class SlowClientComparison {
  private static final int PAIRS = 3;
  private static final int FACT_MILLIS = 2_000;
  private static final int NAMES = 5;
  private static final int BYTES = 1_000;
  // So many that slow clients fall behind, so few that they come to read numbers now and then:
  // numbers wait their turn among events, and what nobody reads has no age.
  private static final int PER_SECOND = 3;
  private static final String BOARD = "routing";
  private static final Duration ARRIVAL = Duration.ofSeconds(60);

  private final Vertx vertx;
  private final LocalCluster cluster;
  private final LoadOptions options;
  private final Duration lasting;
  private final WebClient http;

  /** What a run told, and the memory of each node at its end. */
  private record Outcome(LoadReport report, List<Long> residentKib) {
    double p99() {
      return report.deliveries().get("steady").p99();
    }
  }

  SlowClientComparison(Vertx vertx, LocalCluster cluster, LoadOptions options, Duration lasting) {
    this.vertx = vertx;
    this.cluster = cluster;
    double rate = Math.min(options.perSecond(), PER_SECOND);
    this.options = options.writing(rate, BYTES, lasting).following(BOARD).on(gateways());
    this.lasting = lasting;
    this.http = WebClient.create(vertx);
  }

  FaultReport run(Fault row) throws InterruptedException {
    var calm = new ArrayList<Outcome>();
    var slow = new ArrayList<Outcome>();
    long facts = vertx.setPeriodic(FACT_MILLIS, tick -> fact());
    try {
      for (int pair = 0; pair < PAIRS; pair++) {
        // Who comes first changes, as a machine does that grows warm.
        if (pair % 2 == 1) slow.add(trial(LoadProfile.SLOW));
        calm.add(trial(LoadProfile.STEADY));
        if (pair % 2 == 0) slow.add(trial(LoadProfile.SLOW));
      }
    } finally {
      vertx.cancelTimer(facts);
      http.close();
    }
    List<LoadReport> reports = slow.stream().map(Outcome::report).toList();
    LoadReport told =
        reports.stream().filter(report -> !report.kept()).findFirst().orElse(reports.get(0));
    var cost =
        new SlowClientCost(
            median(calm),
            median(slow),
            most(calm),
            most(slow),
            reports.stream().mapToInt(LoadReport::oldestSnapshot).max().orElse(0));
    return new FaultReport(row.label(), row.title(), null, row.bound().toSeconds(), told, cost);
  }

  /** Without HTTP ports, whose second hop would be measured as well. */
  private List<URI> gateways() {
    return cluster.nodes().stream().map(NodeProcess::gateway).toList();
  }

  private Outcome trial(LoadProfile profile) throws InterruptedException {
    var trial =
        new LoadRun(vertx, options.with(profile, options.clients(), options.connectsPerSecond()));
    try {
      trial.open(ARRIVAL);
      trial.write();
      TimeUnit.SECONDS.sleep(1);
      // The beginning is not the rule.
      trial.takeLatency();
      TimeUnit.MILLISECONDS.sleep(lasting.toMillis());
      List<Long> resident = cluster.nodes().stream().map(NodeProcess::residentKib).toList();
      return new Outcome(trial.finish(), resident);
    } finally {
      trial.close();
    }
  }

  /** Numbers change as often as a slow client could read them, were there nothing before them. */
  private void fact() {
    var random = ThreadLocalRandom.current();
    var decision =
        Map.of(
            "strategy", "strategy-" + random.nextInt(NAMES),
            "provider", "provider-" + random.nextInt(NAMES),
            "cost", 1);
    http.requestAbs(HttpMethod.POST, cluster.http().get(0) + "/routing/decisions")
        .bearerTokenAuthentication(options.passes().writer())
        .putHeader("Content-Type", "application/json")
        .sendBuffer(Buffer.buffer(Json.encode(decision)));
  }

  private static double median(List<Outcome> outcomes) {
    double[] sorted = outcomes.stream().mapToDouble(Outcome::p99).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /** For each node, the most it had in any of them. */
  private List<Long> most(List<Outcome> outcomes) {
    return IntStream.range(0, cluster.nodes().size())
        .mapToObj(node -> outcomes.stream().mapToLong(each -> each.residentKib().get(node)).max())
        .map(OptionalLong::getAsLong)
        .toList();
  }
}
