package dev.boardcast.boards.routing;

import dev.boardcast.spi.MetricFacts;
import dev.boardcast.spi.MetricFacts.Key;

/** The decisions behind each metric of {@link RoutingBoard}. */
final class RoutingFacts {
  private static final String TOKENS =
      "coalesce(input_tokens, 0) + coalesce(output_tokens, 0) + coalesce(cached_tokens, 0)"
          + " + coalesce(reasoning_tokens, 0)";
  private static final MetricFacts DECISIONS =
      MetricFacts.of("routing_decision", "decided_at", Key.NUMBER, "id")
          .time("decided_at", "decided_at")
          .column("strategy", "strategy")
          .column("provider", "provider")
          .column("model", "model")
          .column("confidence", "confidence")
          .column("cost", "cost")
          .column("event_id", "event_id")
          .column("input_tokens", "input_tokens")
          .column("output_tokens", "output_tokens")
          .column("cached_tokens", "cached_tokens")
          .column("reasoning_tokens", "reasoning_tokens")
          .column("tokens", TOKENS)
          .column("latency_ms", "latency_ms")
          .column("status", "status")
          .column("is_error", "status <> 'success'")
          .column("user", "user_id")
          .column("team", "team")
          .column("key", "api_key")
          .column("tags", "tags");
  private static final MetricFacts TAGGED =
      MetricFacts.of(
              """
              (SELECT d.*, t.tag FROM routing_decision d CROSS JOIN LATERAL (
                 SELECT DISTINCT tag FROM jsonb_array_elements_text(d.tags::jsonb) AS tag) AS t) AS tagged""",
              "decided_at",
              Key.TEXT,
              "id || ' ' || tag")
          .time("decided_at", "decided_at")
          .column("tag", "tag")
          .column("strategy", "strategy")
          .column("provider", "provider")
          .column("model", "model")
          .column("cost", "cost")
          .column("event_id", "event_id")
          .groupedBy("tag")
          .summed("cost");
  private static final String BAND =
      "CASE WHEN confidence >= 0.8 THEN 'high' WHEN confidence >= 0.5 THEN 'medium'"
          + " WHEN confidence IS NOT NULL THEN 'low' END";

  private RoutingFacts() {}

  /** The facts of a metric. */
  static MetricFacts of(String metric) {
    String[] path = metric.split("\\.");
    MetricFacts group = group(path[0]);
    if (path[0].equals("latency_ms")) return latency(path[1]);
    if (path[0].equals("tokens")) return DECISIONS.summed(path[1] + "_tokens");
    if (path[0].equals("budgets")) return budget(path[2]);
    return switch (path[path.length - 1].equals("*") ? path[0] : path[path.length - 1]) {
      case "total_cost",
          "cost_by_provider",
          "cost_by_model",
          "cost_by_user",
          "cost_by_team",
          "cost_by_key" ->
          group.summed("cost");
      case "cost_by_tag" -> TAGGED;
      case "tokens_by_model" -> group.summed("tokens");
      case "errors" -> group.where("status <> 'success'");
      case "error_rate" -> group.percent("is_error");
      case "avg_cost" -> group.averaged("cost");
      case "avg_confidence" -> group.averaged("confidence");
      default -> group;
    };
  }

  private static MetricFacts latency(String name) {
    MetricFacts timed = DECISIONS.where("latency_ms IS NOT NULL");
    if (name.equals("avg")) return timed.averaged("latency_ms");
    String note = "a percentile of latency_ms, within 1 %";
    return name.equals("p95_by_provider")
        ? timed.groupedBy("provider").other(note)
        : timed.other(note);
  }

  /** Of the present periods; of a range, those of the range. */
  private static MetricFacts budget(String name) {
    MetricFacts spent =
        MetricFacts.of(
                """
                (SELECT d.*, b.scope || ':' || b.name || ':' || b.period AS budget
                 FROM routing_decision d JOIN routing_budget b
                   ON b.name = CASE b.scope WHEN 'team' THEN d.team ELSE d.api_key END
                 WHERE date_trunc(b.period, d.decided_at AT TIME ZONE 'UTC')
                   = date_trunc(b.period, now() AT TIME ZONE 'UTC')) AS spent""",
                "decided_at",
                Key.TEXT,
                "id || ' ' || budget")
            .time("decided_at", "decided_at")
            .column("budget", "budget")
            .column("team", "team")
            .column("key", "api_key")
            .column("cost", "cost")
            .column("event_id", "event_id")
            .groupedBy("budget");
    return switch (name) {
      case "spent" -> spent.summed("cost");
      case "percent" -> spent.other("their sum in percent of the amount of the budget");
      default -> MetricFacts.none("it is set, not counted");
    };
  }

  private static MetricFacts group(String object) {
    return switch (object) {
      case "strategy_performance" -> DECISIONS.groupedBy("strategy");
      case "confidence_distribution" -> DECISIONS.groupedBy(BAND);
      case "provider_usage", "cost_by_provider" -> DECISIONS.groupedBy("provider");
      case "model_usage", "cost_by_model", "tokens_by_model" -> DECISIONS.groupedBy("model");
      case "decisions_by_status" -> DECISIONS.groupedBy("coalesce(status, '')");
      case "cost_by_user" -> DECISIONS.groupedBy("coalesce(user_id, '')");
      case "cost_by_team" -> DECISIONS.groupedBy("coalesce(team, '')");
      case "cost_by_key" -> DECISIONS.groupedBy("coalesce(api_key, '')");
      default -> DECISIONS;
    };
  }
}
