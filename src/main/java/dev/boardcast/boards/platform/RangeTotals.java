package dev.boardcast.boards.platform;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.boardcast.boards.platform.PlatformSnapshot.Content;
import dev.boardcast.boards.platform.PlatformSnapshot.Transactions;
import java.math.BigDecimal;

/** The metrics of a time range. Active users are counted for the present only. */
record RangeTotals(Revenue revenue, Transactions transactions, Content content) {
  /**
   * @param total in the board's currency
   * @param currencies the same for all currencies, where there are others
   */
  record Revenue(BigDecimal total, @JsonUnwrapped RevenueByCurrency currencies) {}

  static RangeTotals of(PlatformTotals totals, RevenueByCurrency currencies) {
    return new RangeTotals(
        new Revenue(Money.of(totals.revenue()), currencies),
        Transactions.of(totals),
        Content.of(totals));
  }
}
