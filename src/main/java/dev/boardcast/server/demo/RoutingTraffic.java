package dev.boardcast.server.demo;

import dev.boardcast.spi.Json;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Generates routing decisions; the provider chosen most often changes slowly. */
final class RoutingTraffic implements Traffic {
  private record Model(String provider, String name, double cost) {}

  private static final List<Model> MODELS =
      List.of(
          new Model("gemini", "gemini-2.0-flash", 0.00005),
          new Model("claude", "claude-3-haiku", 0.0002),
          new Model("openai", "gpt-4o-mini", 0.00015),
          new Model("mistral", "mistral-small", 0.0001));
  private static final List<String> STRATEGIES = List.of("cost", "quality", "latency", "hybrid");

  private static final List<String> TEAMS = List.of("search", "support", "writing");
  private static final Map<Integer, String> STATUSES = Map.of(0, "error", 1, "timeout");

  private double drift;

  @Override
  public double rate() {
    return 4;
  }

  @Override
  public Call next(RandomGenerator random) {
    drift += random.nextGaussian() * 0.05;
    int favourite = Math.floorMod((int) Math.floor(drift), MODELS.size());
    var model = MODELS.get(random.nextInt(3) > 0 ? favourite : random.nextInt(MODELS.size()));
    double confidence = Math.max(0, Math.min(1, 0.8 + random.nextGaussian() * 0.15));
    double cost = model.cost() * (0.5 + random.nextExponential());
    return new Call(
        "demo",
        "/routing/decisions",
        Json.encode(
            Map.ofEntries(
                Map.entry(
                    "strategy", STRATEGIES.get(Math.min(random.nextInt(6), STRATEGIES.size() - 1))),
                Map.entry("provider", model.provider()),
                Map.entry("model", model.name()),
                Map.entry("confidence", decimal(confidence, 3)),
                Map.entry("cost", decimal(cost, 8)),
                Map.entry("input_tokens", 200 + random.nextInt(1_800)),
                Map.entry("cached_tokens", random.nextInt(400)),
                Map.entry("output_tokens", 50 + random.nextInt(600)),
                Map.entry("latency_ms", latency(random)),
                Map.entry("status", STATUSES.getOrDefault(random.nextInt(50), "success")),
                Map.entry("team", TEAMS.get(random.nextInt(TEAMS.size()))))));
  }

  /** Most take less than a second; a few take several. */
  private static int latency(RandomGenerator random) {
    return (int) (150 + 300 * random.nextExponential() * random.nextExponential());
  }

  private static BigDecimal decimal(double value, int scale) {
    return BigDecimal.valueOf(value).setScale(scale, RoundingMode.HALF_UP);
  }
}
