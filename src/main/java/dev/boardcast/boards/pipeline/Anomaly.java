package dev.boardcast.boards.pipeline;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * A source's latest hour that is unlike its past.
 *
 * @param expected the median of the past
 * @param deviation of the value, in robust deviations; negative below the expected
 * @param since begin of the hour
 */
record Anomaly(
    String source,
    String metric,
    BigDecimal value,
    BigDecimal expected,
    BigDecimal deviation,
    Instant since) {}
