package dev.boardcast.server.demo;

import dev.boardcast.spi.Json;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Generates runs and quality samples of three scrapers, of which one often fails. */
final class PipelineTraffic implements Traffic {
  private static final List<String> SOURCES = List.of("north", "south", "harbour");

  @Override
  public double rate() {
    return 0.5;
  }

  @Override
  public Call next(RandomGenerator random) {
    int index = random.nextInt(SOURCES.size());
    String source = SOURCES.get(index);
    if (random.nextBoolean()) {
      int attempts = 50 + random.nextInt(50);
      return new Call(
          "demo",
          "/api/v1/monitoring/quality-samples",
          Json.encode(
              Map.of(
                  "source", source,
                  "geocoding_attempts", attempts,
                  "geocoding_successes", attempts - random.nextInt(5 + 8 * index),
                  "validation_attempts", attempts,
                  "validation_passes", attempts - random.nextInt(5))));
    }
    boolean failed = random.nextInt(10) < index;
    Instant now = Instant.now();
    Map<String, Object> run = new LinkedHashMap<>();
    run.put("source", source);
    run.put("status", failed ? "failure" : "success");
    run.put("records", failed ? 0 : 100 + random.nextInt(50));
    run.put("started_at", now.minusSeconds(5 + random.nextInt(60)));
    run.put("finished_at", now);
    if (failed) run.put("error", "the source did not answer");
    return new Call("demo", "/api/v1/monitoring/scrape-runs", Json.encode(run));
  }
}
