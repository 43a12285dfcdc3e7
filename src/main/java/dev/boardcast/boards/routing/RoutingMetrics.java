package dev.boardcast.boards.routing;

import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.MetricDescription.Kind;
import java.util.List;

/** Descriptions of the metrics of {@link RoutingBoard}. */
final class RoutingMetrics {
  static final List<MetricDescription> ALL =
      List.of(
          counter("total_decisions", "Decisions", "count"),
          counter("total_cost", "Cost", "usd"),
          gauge("avg_confidence", "Mean confidence", "ratio"),
          counter("strategy_performance.*.count", "Decisions by strategy", "count"),
          counter("strategy_performance.*.total_cost", "Cost by strategy", "usd"),
          gauge("strategy_performance.*.avg_cost", "Mean cost by strategy", "usd"),
          gauge("strategy_performance.*.avg_confidence", "Mean confidence by strategy", "ratio"),
          share("confidence_distribution.*", "Decisions by confidence", "count"),
          share("provider_usage.*", "Decisions by provider", "count"),
          share("cost_by_provider.*", "Cost by provider", "usd"),
          share("model_usage.*", "Decisions by model", "count"),
          share("cost_by_model.*", "Cost by model", "usd"),
          counter("tokens.input", "Input tokens", "count"),
          counter("tokens.output", "Output tokens", "count"),
          counter("tokens.cached", "Cached tokens", "count"),
          counter("tokens.reasoning", "Reasoning tokens", "count"),
          share("tokens_by_model.*", "Tokens by model", "count"),
          counter("errors", "Errors", "count"),
          gauge("error_rate", "Errors", "percent"),
          share("decisions_by_status.*", "Decisions by status", "count"),
          gauge("latency_ms.avg", "Mean latency", "ms"),
          gauge("latency_ms.p50", "Median latency", "ms"),
          gauge("latency_ms.p95", "95th percentile of latency", "ms"),
          gauge("latency_ms.p99", "99th percentile of latency", "ms"),
          gauge("latency_ms.p95_by_provider.*", "95th percentile by provider", "ms"),
          share("cost_by_user.*", "Cost by user", "usd"),
          share("cost_by_team.*", "Cost by team", "usd"),
          share("cost_by_key.*", "Cost by key", "usd"),
          gauge("cost_by_tag.*", "Cost by tag", "usd"),
          gauge("budgets.*.spent", "Spent of budgets", "usd"),
          gauge("budgets.*.amount", "Budgets", "usd"),
          gauge("budgets.*.percent", "Spent of budgets", "percent"));

  private RoutingMetrics() {}

  private static MetricDescription counter(String path, String label, String unit) {
    return new MetricDescription(path, label, unit, Kind.COUNTER);
  }

  private static MetricDescription gauge(String path, String label, String unit) {
    return new MetricDescription(path, label, unit, Kind.GAUGE);
  }

  private static MetricDescription share(String path, String label, String unit) {
    return new MetricDescription(path, label, unit, Kind.SHARE);
  }
}
