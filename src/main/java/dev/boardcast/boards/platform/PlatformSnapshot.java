package dev.boardcast.boards.platform;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.LowerCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.math.BigDecimal;
import java.util.List;

/** The board's snapshot; names are those of the contract. */
@JsonNaming(LowerCamelCaseStrategy.class)
record PlatformSnapshot(
    Revenue revenue, ActiveUsers activeUsers, Transactions transactions, Content content) {

  /**
   * Sums of completed transactions in the board's currency, by the time at which they occurred.
   *
   * @param currencies the same for all currencies, where there are others
   */
  @JsonNaming(LowerCamelCaseStrategy.class)
  record Revenue(
      BigDecimal total,
      BigDecimal today,
      BigDecimal thisWeek,
      BigDecimal thisMonth,
      @JsonUnwrapped RevenueByCurrency currencies) {}

  @JsonNaming(LowerCamelCaseStrategy.class)
  record ActiveUsers(long current, long today, long peak24h) {}

  record Transactions(long total, long pending, long completed, long failed) {
    static Transactions of(PlatformTotals totals) {
      return new Transactions(
          totals.pending() + totals.completed() + totals.failed(),
          totals.pending(),
          totals.completed(),
          totals.failed());
    }
  }

  /**
   * @param totalPurchases completed transactions
   * @param conversionRate purchases per view, percent
   */
  @JsonNaming(LowerCamelCaseStrategy.class)
  record Content(long totalViews, long totalPurchases, BigDecimal conversionRate) {
    static Content of(PlatformTotals totals) {
      return new Content(
          totals.views(), totals.completed(), Money.percent(totals.completed(), totals.views()));
    }
  }

  /**
   * @param periods the totals of {@link CalendarPeriods#all}
   */
  static PlatformSnapshot of(
      PlatformTotals allTime,
      List<PlatformTotals> periods,
      RevenueByCurrency currencies,
      ActiveUserCounts users) {
    return new PlatformSnapshot(
        new Revenue(
            Money.of(allTime.revenue()),
            Money.of(periods.get(0).revenue()),
            Money.of(periods.get(1).revenue()),
            Money.of(periods.get(2).revenue()),
            currencies),
        new ActiveUsers(users.current(), users.today(), users.peak()),
        Transactions.of(allTime),
        Content.of(allTime));
  }
}
