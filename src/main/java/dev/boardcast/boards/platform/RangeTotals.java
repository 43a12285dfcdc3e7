package dev.boardcast.boards.platform;

import dev.boardcast.boards.platform.PlatformSnapshot.Content;
import dev.boardcast.boards.platform.PlatformSnapshot.Transactions;
import java.math.BigDecimal;

/** The metrics of a time range. Active users are counted for the present only. */
record RangeTotals(Revenue revenue, Transactions transactions, Content content) {
  record Revenue(BigDecimal total) {}

  static RangeTotals of(PlatformTotals totals) {
    return new RangeTotals(
        new Revenue(Money.of(totals.revenue())), Transactions.of(totals), Content.of(totals));
  }
}
