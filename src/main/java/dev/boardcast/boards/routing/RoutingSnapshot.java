package dev.boardcast.boards.routing;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.data.Numeric;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;

/**
 * The board's snapshot. Sums are exact; means are rounded to 12 decimals, or to 12 significant
 * digits if they are below 0.1.
 *
 * @param avgConfidence over the decisions that have a confidence; null if none has
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
    Map<String, BigDecimal> costByModel) {

  record Strategy(long count, BigDecimal totalCost, BigDecimal avgCost, BigDecimal avgConfidence) {}

  /** The numbers of decisions with a confidence of at least 0.8, of at least 0.5, and below. */
  record Distribution(long high, long medium, long low) {}

  /** The totals of one group: a strategy, provider, model, band of confidence, or all decisions. */
  private record Totals(long decisions, BigDecimal cost, BigDecimal confidence, long confident) {
    static Totals of(Row row) {
      return new Totals(
          row.getLong("decisions"),
          exact(row, "cost"),
          exact(row, "confidence_sum"),
          row.getLong("confident"));
    }

    BigDecimal meanCost() {
      return mean(cost, decisions);
    }

    BigDecimal meanConfidence() {
      return confident == 0 ? null : mean(confidence, confident);
    }
  }

  static RoutingSnapshot of(Iterable<Row> rows) {
    var all = new Totals(0, BigDecimal.ZERO, BigDecimal.ZERO, 0);
    var strategies = new TreeMap<String, Strategy>();
    var bands = new TreeMap<String, Long>();
    var providers = new TreeMap<String, Long>();
    var providerCosts = new TreeMap<String, BigDecimal>();
    var models = new TreeMap<String, Long>();
    var modelCosts = new TreeMap<String, BigDecimal>();
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
        modelCosts);
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
