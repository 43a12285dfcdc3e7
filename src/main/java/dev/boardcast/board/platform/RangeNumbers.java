package dev.boardcast.board.platform;

import dev.boardcast.board.platform.PlatformNumbers.Content;
import dev.boardcast.board.platform.PlatformNumbers.Transactions;
import java.math.BigDecimal;
import java.time.Instant;

/**
 * The sums of a time span; users are counted for the present only.
 *
 * @param to exclusive
 * @param timestamp when this was read
 */
record RangeNumbers(
    Instant from,
    Instant to,
    Revenue revenue,
    Transactions transactions,
    Content content,
    Instant timestamp) {
  record Revenue(BigDecimal total) {}

  static RangeNumbers of(TimeSpan span, Sums sums, Instant now) {
    return new RangeNumbers(
        span.from(),
        span.to(),
        new Revenue(Money.of(sums.revenue())),
        Transactions.of(sums),
        Content.of(sums),
        now);
  }
}
