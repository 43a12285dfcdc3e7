package dev.boardcast.boards.platform;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.LowerCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Revenue where some of it is in other currencies than the board's; without such, all is absent.
 *
 * @param byCurrency exact sums by currency, the board's among them
 * @param converted the sum of the board's currency and of all facts that have a rate; absent if
 *     none has
 * @param withoutRate the facts that are missing in it, by currency; absent if none is
 */
@JsonNaming(LowerCamelCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
record RevenueByCurrency(
    Map<String, Amounts> byCurrency, Amounts converted, Map<String, Missing> withoutRate) {
  private static final RevenueByCurrency NONE = new RevenueByCurrency(null, null, null);

  /** Sums by period; those of a range have a total only. */
  @JsonNaming(LowerCamelCaseStrategy.class)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Amounts(BigDecimal total, BigDecimal today, BigDecimal thisWeek, BigDecimal thisMonth) {
    /**
     * @param sums of all time, or of a range; then of the calendar periods, if any
     */
    static Amounts of(List<BigDecimal> sums) {
      return new Amounts(at(sums, 0), at(sums, 1), at(sums, 2), at(sums, 3));
    }

    private static BigDecimal at(List<BigDecimal> sums, int place) {
      return place < sums.size() ? Money.of(sums.get(place)) : null;
    }
  }

  /** Completed transactions without a rate at their time, and their sum in their own currency. */
  record Missing(long facts, BigDecimal amount) {}

  /**
   * The revenue of several periods.
   *
   * @param own the sums in the board's currency, of all time or of a range first
   * @param foreign of the same periods; the first has every currency of the others
   */
  static RevenueByCurrency of(
      String currency, List<BigDecimal> own, List<List<ForeignRevenue>> foreign) {
    List<ForeignRevenue> all = foreign.get(0);
    if (all.isEmpty()) return NONE;
    var byCurrency = new TreeMap<String, Amounts>();
    byCurrency.put(currency, Amounts.of(own));
    var missing = new TreeMap<String, Missing>();
    for (ForeignRevenue each : all) {
      byCurrency.put(each.currency(), Amounts.of(sums(each.currency(), foreign)));
      long facts = each.completed() - each.ratedCompleted();
      if (facts != 0) {
        missing.put(
            each.currency(), new Missing(facts, Money.of(each.revenue().subtract(each.rated()))));
      }
    }
    boolean isConverted = all.stream().anyMatch(ForeignRevenue::hasRate);
    return new RevenueByCurrency(
        byCurrency,
        isConverted ? Amounts.of(converted(own, foreign)) : null,
        missing.isEmpty() ? null : missing);
  }

  private static List<BigDecimal> sums(String currency, List<List<ForeignRevenue>> foreign) {
    return foreign.stream()
        .map(
            period ->
                period.stream()
                    .filter(each -> each.currency().equals(currency))
                    .map(ForeignRevenue::revenue)
                    .findFirst()
                    .orElse(BigDecimal.ZERO))
        .toList();
  }

  private static List<BigDecimal> converted(
      List<BigDecimal> own, List<List<ForeignRevenue>> foreign) {
    var sums = new ArrayList<BigDecimal>();
    for (int i = 0; i < own.size(); i++) {
      sums.add(
          foreign.get(i).stream()
              .map(ForeignRevenue::converted)
              .reduce(own.get(i), BigDecimal::add));
    }
    return sums;
  }
}
