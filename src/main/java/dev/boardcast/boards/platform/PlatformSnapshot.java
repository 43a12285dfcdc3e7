package dev.boardcast.boards.platform;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.LowerCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.math.BigDecimal;
import java.util.List;

/** The board's snapshot, named as its older clients know it. */
@JsonNaming(LowerCamelCaseStrategy.class)
record PlatformSnapshot(
    Revenue revenue, ActiveUsers activeUsers, Transactions transactions, Content content) {

  /** Of completed transactions, by when they occurred. */
  @JsonNaming(LowerCamelCaseStrategy.class)
  record Revenue(BigDecimal total, BigDecimal today, BigDecimal thisWeek, BigDecimal thisMonth) {}

  @JsonNaming(LowerCamelCaseStrategy.class)
  record ActiveUsers(long current, long today, long peak24h) {}

  record Transactions(long total, long pending, long completed, long failed) {
    static Transactions of(PlatformTotals sums) {
      return new Transactions(
          sums.pending() + sums.completed() + sums.failed(),
          sums.pending(),
          sums.completed(),
          sums.failed());
    }
  }

  /**
   * @param totalPurchases completed transactions
   * @param conversionRate purchases by views, percent
   */
  @JsonNaming(LowerCamelCaseStrategy.class)
  record Content(long totalViews, long totalPurchases, BigDecimal conversionRate) {
    static Content of(PlatformTotals sums) {
      return new Content(
          sums.views(), sums.completed(), Money.percent(sums.completed(), sums.views()));
    }
  }

  /**
   * @param periods of {@link CalendarPeriods#all}
   */
  static PlatformSnapshot of(
      PlatformTotals ever, List<PlatformTotals> periods, ActiveUserCounts presence) {
    return new PlatformSnapshot(
        new Revenue(
            Money.of(ever.revenue()),
            Money.of(periods.get(0).revenue()),
            Money.of(periods.get(1).revenue()),
            Money.of(periods.get(2).revenue())),
        new ActiveUsers(presence.current(), presence.today(), presence.peak()),
        Transactions.of(ever),
        Content.of(ever));
  }
}
