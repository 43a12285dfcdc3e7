package dev.boardcast.boards.routing;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.data.Numeric;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The board's snapshot. Sums are exact; means are rounded to 12 decimals, or to 12 significant
 * digits if they are below 0.1.
 *
 * @param avgConfidence over the decisions that have a confidence; null if none has
 * @param errorRate percent of the decisions that have a status; null if none has
 * @param budgets by scope, name and period; absent in a range
 */
record RoutingSnapshot(
    long totalDecisions,
    BigDecimal totalCost,
    BigDecimal avgConfidence,
    Map<String, Strategy> strategyPerformance,
    Distribution confidenceDistribution,
    Map<String, Long> providerUsage,
    Map<String, BigDecimal> costByProvider,
    Map<String, Long> modelUsage,
    Map<String, BigDecimal> costByModel,
    Tokens tokens,
    Map<String, Long> tokensByModel,
    long errors,
    BigDecimal errorRate,
    Map<String, Long> decisionsByStatus,
    Latency latencyMs,
    Map<String, BigDecimal> costByUser,
    Map<String, BigDecimal> costByTeam,
    Map<String, BigDecimal> costByKey,
    Map<String, BigDecimal> costByTag,
    @JsonInclude(JsonInclude.Include.NON_NULL) Map<String, BudgetStore.Shown> budgets) {

  /** Numbers of tokens, which do not overlap. */
  record Tokens(long input, long output, long cached, long reasoning) {}

  /**
   * @param avg null without latencies, as the percentiles
   */
  record Latency(
      BigDecimal avg,
      BigDecimal p50,
      BigDecimal p95,
      BigDecimal p99,
      @JsonProperty("p95_by_provider") Map<String, BigDecimal> p95ByProvider) {}

  record Strategy(long count, BigDecimal totalCost, BigDecimal avgCost, BigDecimal avgConfidence) {}

  /** The numbers of decisions with a confidence of at least 0.8, of at least 0.5, and below. */
  record Distribution(long high, long medium, long low) {}

  /** The totals of one group: a strategy, provider, model, band of confidence, or all decisions. */
  private record Totals(
      long decisions,
      BigDecimal cost,
      BigDecimal confidence,
      long confident,
      Tokens tokens,
      long ended,
      long errors,
      long timed,
      BigDecimal latency) {
    static final Totals NONE =
        new Totals(
            0,
            BigDecimal.ZERO,
            BigDecimal.ZERO,
            0,
            new Tokens(0, 0, 0, 0),
            0,
            0,
            0,
            BigDecimal.ZERO);

    static Totals of(Row row) {
      return new Totals(
          row.getLong("decisions"),
          exact(row, "cost"),
          exact(row, "confidence_sum"),
          row.getLong("confident"),
          new Tokens(
              row.getLong("input_tokens"),
              row.getLong("output_tokens"),
              row.getLong("cached_tokens"),
              row.getLong("reasoning_tokens")),
          row.getLong("ended"),
          row.getLong("errors"),
          row.getLong("timed"),
          exact(row, "latency_sum"));
    }

    long allTokens() {
      return tokens.input() + tokens.output() + tokens.cached() + tokens.reasoning();
    }

    /** With at most four decimals. */
    BigDecimal errorRate() {
      if (ended == 0) return null;
      return trimmed(
          BigDecimal.valueOf(errors)
              .movePointRight(2)
              .divide(BigDecimal.valueOf(ended), 4, RoundingMode.HALF_UP));
    }

    BigDecimal meanLatency() {
      return timed == 0 ? null : mean(latency, timed);
    }

    BigDecimal meanCost() {
      return mean(cost, decisions);
    }

    BigDecimal meanConfidence() {
      return confident == 0 ? null : mean(confidence, confident);
    }
  }

  /**
   * @param budgets null for none
   */
  static RoutingSnapshot of(
      Iterable<Row> rows, UsageTotals usage, Latencies latencies, List<BudgetStore.State> budgets) {
    var all = Totals.NONE;
    var strategies = new TreeMap<String, Strategy>();
    var bands = new TreeMap<String, Long>();
    var providers = new TreeMap<String, Long>();
    var providerCosts = new TreeMap<String, BigDecimal>();
    var models = new TreeMap<String, Long>();
    var modelCosts = new TreeMap<String, BigDecimal>();
    var modelTokens = new TreeMap<String, Long>();
    for (Row row : rows) {
      var totals = Totals.of(row);
      String strategy = row.getString("strategy");
      String provider = row.getString("provider");
      String model = row.getString("model");
      String band = row.getString("confidence");
      if (strategy != null) {
        strategies.put(
            strategy,
            new Strategy(
                totals.decisions(), totals.cost(), totals.meanCost(), totals.meanConfidence()));
      } else if (provider != null) {
        providers.put(provider, totals.decisions());
        providerCosts.put(provider, totals.cost());
      } else if (band != null) {
        bands.put(band, totals.decisions());
      } else if (model == null) {
        all = totals;
      } else if (!model.isEmpty()) {
        models.put(model, totals.decisions());
        modelCosts.put(model, totals.cost());
        if (totals.allTokens() > 0) modelTokens.put(model, totals.allTokens());
      }
    }
    return new RoutingSnapshot(
        all.decisions(),
        all.cost(),
        all.meanConfidence(),
        strategies,
        new Distribution(
            bands.getOrDefault("high", 0L),
            bands.getOrDefault("medium", 0L),
            bands.getOrDefault("low", 0L)),
        providers,
        providerCosts,
        models,
        modelCosts,
        all.tokens(),
        modelTokens,
        all.errors(),
        all.errorRate(),
        usage.decisions("status"),
        new Latency(
            all.meanLatency(),
            latencies.p50(),
            latencies.p95(),
            latencies.p99(),
            latencies.p95ByProvider()),
        usage.costs("user", all.cost()),
        usage.costs("team", all.cost()),
        usage.costs("key", all.cost()),
        usage.costs("tag", null),
        budgets == null ? null : byKey(budgets));
  }

  private static Map<String, BudgetStore.Shown> byKey(List<BudgetStore.State> budgets) {
    var byKey = new TreeMap<String, BudgetStore.Shown>();
    budgets.forEach(state -> byKey.put(state.budget().key(), state.shown()));
    return byKey;
  }

  static BigDecimal mean(BigDecimal sum, long count) {
    var quotient = sum.divide(BigDecimal.valueOf(count), new MathContext(40));
    int decimals = Math.max(12, quotient.scale() - quotient.precision() + 12);
    return trimmed(quotient.setScale(decimals, RoundingMode.HALF_EVEN));
  }

  private static BigDecimal exact(Row row, String column) {
    return trimmed(row.get(Numeric.class, column).bigDecimalValue());
  }

  /** The same number without trailing zeros. */
  private static BigDecimal trimmed(BigDecimal number) {
    return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
  }
}
