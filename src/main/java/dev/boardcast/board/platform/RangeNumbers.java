package dev.boardcast.board.platform;

import dev.boardcast.board.platform.PlatformNumbers.Content;
import dev.boardcast.board.platform.PlatformNumbers.Transactions;
import java.math.BigDecimal;

/** The sums of a range of time; users are counted for the present only. */
record RangeNumbers(Revenue revenue, Transactions transactions, Content content) {
  record Revenue(BigDecimal total) {}

  static RangeNumbers of(Sums sums) {
    return new RangeNumbers(
        new Revenue(Money.of(sums.revenue())), Transactions.of(sums), Content.of(sums));
  }
}
