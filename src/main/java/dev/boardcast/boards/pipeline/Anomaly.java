package dev.boardcast.boards.pipeline;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * A metric of a source whose latest hour deviates from the hours before.
 *
 * @param expected the median of the hours before
 * @param deviation of the value from it, in robust deviations; negative below
 * @param since the start of the hour
 */
record Anomaly(
    String source,
    String metric,
    BigDecimal value,
    BigDecimal expected,
    BigDecimal deviation,
    Instant since) {}
