package dev.boardcast.boards.routing;

import dev.boardcast.spi.MetricFacts;
import dev.boardcast.spi.MetricFacts.Key;

/** The decisions behind each metric of {@link RoutingBoard}. */
final class RoutingFacts {
  private static final MetricFacts DECISIONS =
      MetricFacts.of("routing_decision", "decided_at", Key.NUMBER, "id")
          .time("decided_at", "decided_at")
          .column("strategy", "strategy")
          .column("provider", "provider")
          .column("model", "model")
          .column("confidence", "confidence")
          .column("cost", "cost")
          .column("event_id", "event_id");
  private static final String BAND =
      "CASE WHEN confidence >= 0.8 THEN 'high' WHEN confidence >= 0.5 THEN 'medium'"
          + " WHEN confidence IS NOT NULL THEN 'low' END";

  private RoutingFacts() {}

  /** The facts of a metric. */
  static MetricFacts of(String metric) {
    String[] path = metric.split("\\.");
    MetricFacts group = group(path[0]);
    return switch (path[path.length - 1].equals("*") ? path[0] : path[path.length - 1]) {
      case "total_cost", "cost_by_provider", "cost_by_model" -> group.summed("cost");
      case "avg_cost" -> group.averaged("cost");
      case "avg_confidence" -> group.averaged("confidence");
      default -> group;
    };
  }

  private static MetricFacts group(String object) {
    return switch (object) {
      case "strategy_performance" -> DECISIONS.groupedBy("strategy");
      case "confidence_distribution" -> DECISIONS.groupedBy(BAND);
      case "provider_usage", "cost_by_provider" -> DECISIONS.groupedBy("provider");
      case "model_usage", "cost_by_model" -> DECISIONS.groupedBy("model");
      default -> DECISIONS;
    };
  }
}
