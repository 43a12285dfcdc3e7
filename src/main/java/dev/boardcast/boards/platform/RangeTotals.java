package dev.boardcast.boards.platform;

import dev.boardcast.boards.platform.PlatformSnapshot.Content;
import dev.boardcast.boards.platform.PlatformSnapshot.Transactions;
import java.math.BigDecimal;

/** The sums of a range of time; users are counted for the present only. */
record RangeTotals(Revenue revenue, Transactions transactions, Content content) {
  record Revenue(BigDecimal total) {}

  static RangeTotals of(PlatformTotals sums) {
    return new RangeTotals(
        new Revenue(Money.of(sums.revenue())), Transactions.of(sums), Content.of(sums));
  }
}
