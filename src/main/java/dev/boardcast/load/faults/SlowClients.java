package dev.boardcast.load.faults;

import dev.boardcast.bus.Json;
import dev.boardcast.load.lab.LoadOptions;
import dev.boardcast.load.lab.Profile;
import dev.boardcast.load.lab.Report;
import dev.boardcast.load.lab.Trial;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.WebClient;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * What clients that hardly read cost the others. Runs with and without them alternate, so that a
 * noisy machine hurts both alike; medians are compared. All clients follow the stream and a board
 * whose numbers change every two seconds.
 */
final class SlowClients {
  private static final int PAIRS = 3;
  private static final int FACT_MILLIS = 2_000;
  private static final int NAMES = 5;
  private static final int BYTES = 1_000;
  // So many that slow clients fall behind, so few that the machine itself does not.
  private static final int LEAST_PER_SECOND = 3;
  private static final int DELIVERIES_PER_SECOND = 10_000;
  private static final String BOARD = "routing";
  private static final Duration ARRIVAL = Duration.ofSeconds(60);

  private final Vertx vertx;
  private final LocalCluster cluster;
  private final LoadOptions options;
  private final Duration lasting;
  private final WebClient http;
  private long resident;

  SlowClients(Vertx vertx, LocalCluster cluster, LoadOptions options, Duration lasting) {
    this.vertx = vertx;
    this.cluster = cluster;
    double most = Math.max(LEAST_PER_SECOND, DELIVERIES_PER_SECOND / (double) options.clients());
    this.options =
        options.writing(Math.min(options.perSecond(), most), BYTES, lasting).following(BOARD);
    this.lasting = lasting;
    this.http = WebClient.create(vertx);
  }

  RowReport run(Row row) throws InterruptedException {
    var without = new double[PAIRS];
    var with = new double[PAIRS];
    long residentWithout = 0;
    long residentWith = 0;
    int oldest = 0;
    Report report = null;
    long facts = vertx.setPeriodic(FACT_MILLIS, tick -> fact());
    try {
      for (int pair = 0; pair < PAIRS; pair++) {
        Report calm = trial(Profile.STEADY);
        residentWithout = Math.max(residentWithout, resident);
        Report slow = trial(Profile.SLOW);
        residentWith = Math.max(residentWith, resident);
        without[pair] = calm.deliveries().get("steady").p99();
        with[pair] = slow.deliveries().get("steady").p99();
        oldest = Math.max(oldest, slow.oldestSnapshot());
        if (report == null || !slow.kept()) report = slow;
      }
    } finally {
      vertx.cancelTimer(facts);
      http.close();
    }
    var cost =
        new RowReport.Slow(median(without), median(with), residentWithout, residentWith, oldest);
    return new RowReport(row.label(), row.title(), null, row.bound().toSeconds(), report, cost);
  }

  private Report trial(Profile profile) throws InterruptedException {
    var trial =
        new Trial(vertx, options.with(profile, options.clients(), options.connectsPerSecond()));
    try {
      trial.open(ARRIVAL);
      trial.write();
      TimeUnit.SECONDS.sleep(1);
      // The beginning is not the rule.
      trial.takeLatency();
      TimeUnit.MILLISECONDS.sleep(lasting.toMillis());
      resident = cluster.nodes().stream().mapToLong(NodeProcess::residentKib).max().orElse(0);
      return trial.finish();
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

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
