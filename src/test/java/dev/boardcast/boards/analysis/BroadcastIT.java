package dev.boardcast.boards.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.bus.Addresses;
import dev.boardcast.config.Settings;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Leases;
import dev.boardcast.metrics.BoardRoutes;
import dev.boardcast.metrics.MetricsConfig;
import dev.boardcast.metrics.MetricsContext;
import dev.boardcast.metrics.MetricsVerticle;
import dev.boardcast.metrics.SnapshotCache;
import dev.boardcast.metrics.history.HistoryQueryLimiter;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.Snapshot;
import dev.boardcast.spi.Visibility;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.ApiDescription;
import dev.boardcast.testing.Services;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The board under its scheduler: every change is broadcast, and every metric is described. */
class BroadcastIT {
  /** A heartbeat so rare that no test mistakes it for a change. */
  private static final MetricsConfig QUICK =
      Settings.of(
          MetricsConfig.class,
          "metrics-min-interval=20ms",
          "metrics-heartbeat=5m",
          "metrics-lease-ttl=600ms",
          "metrics-cache-ttl=10m");

  private final DatabaseConfig database = Services.get().freshDatabase();
  private final Clock clock = Clock.systemUTC();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final LinkedBlockingQueue<Snapshot> sent = new LinkedBlockingQueue<>();
  private SnapshotCache cache;

  @Test
  void everyChangeIsBroadcastAndTheLastStateIsSent() throws Exception {
    try (var api = new AnalysisApi(database, clock, true, Visibility.PUBLIC, this::numbers)) {
      keep(api);
      await(numbers -> numbers.get("topicCount").asInt() == 0);
      api.topic("t");
      await(numbers -> numbers.get("topicCount").asInt() == 1);
      api.message("{\"topic_id\":\"t\",\"noise\":false,\"confidence\":0.85}");
      await(numbers -> numbers.get("messages").asInt() == 1);
      api.patch("/api/v1/topics/t", "{\"name\":\"renamed\"}");
      await(numbers -> numbers.get("topics").has("renamed"));
      var before = clock.instant();
      api.patch("/api/v1/topics/t", "{\"description\":\"no number changes, but it is news\"}");
      while (!next().computedAt().isAfter(before))
        ;
      String run =
          api.post(
                  "/api/v1/analysis/runs",
                  """
                  {"time_window_start":"2026-01-01T00:00:00Z","trigger_type":"scheduled",
                   "time_window_end":"2026-01-02T00:00:00Z"}""")
              .header("Location");
      await(numbers -> numbers.get("activeAnalysisRuns").asInt() == 1);
      api.post(run + "/close", "");
      await(numbers -> numbers.get("activeAnalysisRuns").asInt() == 0);
      api.post("/api/v1/proposals/p/feedback", "{\"verdict\":\"approved\"}");
      await(numbers -> numbers.at("/feedback/approved").asInt() == 1);
      api.messages("{\"noise\":true}\n".repeat(120));
      var last = await(numbers -> numbers.get("messages").asInt() == 121);

      assertTrue(last.data().text().startsWith("{\"topicQualityScore\":85.0,\"noiseRatio\":99.17"));
      var read = api.get("/api/v1/metrics");
      assertEquals(200, read.status());
      String bare = last.data().text();
      var update = "{\"type\":\"metrics:update\",\"data\":" + bare + ",\"timestamp\":\"";
      assertTrue(read.text().startsWith(update), read.text());
      // The older page looks for the metrics at the top level.
      assertTrue(read.text().endsWith(bare.substring(1)), read.text());
      assertEquals(read.json().at("/data/noiseRatio"), read.json().get("noiseRatio"));
      var described = new ApiDescription("openapi.yaml");
      assertEquals(
          List.of(), described.schema("/components/schemas/AnalysisMetrics").validate(read.json()));
      assertEquals("metrics", api.get("/api/v1/boards").json().at("/0/topic").asText());
    }
  }

  @Test
  void everyNumberIsDescribedAndEveryDescriptionIsOfANumber() {
    try (var api = new AnalysisApi(clock)) {
      api.topic("t");
      api.message("{\"predicted_topic_id\":\"t\",\"true_label\":\"t\",\"noise\":false}");
      var numbers = api.numbers(clock.instant());
      int described = 0;
      for (var metric : api.board().metrics()) {
        JsonNode at = numbers;
        for (String step : metric.path().split("\\.")) {
          at = step.equals("*") ? at.elements().next() : at.get(step);
        }
        assertTrue(at.isNumber() || at.isNull(), metric.toString());
        described++;
      }
      // Directions are words.
      long words = numbers.findValues("direction").size();
      assertEquals(leaves(numbers) - words, described);
    }
  }

  private static long leaves(JsonNode node) {
    if (node.isValueNode()) return 1;
    long leaves = 0;
    for (JsonNode child : node) leaves += leaves(child);
    return leaves;
  }

  private List<Routes> numbers(Api.Resources parts) {
    cache =
        new SnapshotCache(
            parts.vertx(),
            new SnapshotCache.Config("test", database, QUICK),
            parts.pool(),
            parts.bus(),
            clock,
            meters);
    var boards = List.<Board>of(new AnalysisBoard(Settings.defaults(AnalysisConfig.class)));
    return List.of(
        new BoardRoutes(
            boards,
            cache,
            new HistoryQueryLimiter(parts.pool()),
            board -> Visibility.PUBLIC,
            clock));
  }

  private void keep(AnalysisApi api) {
    var parts = api.api.parts();
    Api.await(cache.start());
    Api.await(parts.bus().subscribe(Addresses.SNAPSHOTS, sent::add));
    Api.await(
        parts
            .vertx()
            .deployVerticle(
                new MetricsVerticle(
                    new MetricsContext(
                        Leases.heartbeat(parts.vertx(), "n", database),
                        parts.pool(),
                        parts.pool(),
                        parts.bus(),
                        QUICK,
                        clock,
                        meters),
                    cache,
                    List.of(api.board()),
                    List.of())));
  }

  private Snapshot await(Predicate<JsonNode> expected) throws InterruptedException {
    while (true) {
      var snapshot = next();
      if (expected.test(AnalysisApi.read(snapshot.data().text()))) return snapshot;
    }
  }

  private Snapshot next() throws InterruptedException {
    var snapshot = sent.poll(20, TimeUnit.SECONDS);
    if (snapshot == null) throw new AssertionError("not within 20 s");
    return snapshot;
  }
}
