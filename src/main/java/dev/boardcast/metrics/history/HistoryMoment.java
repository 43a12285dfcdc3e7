package dev.boardcast.metrics.history;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the metrics of a board were at one time. */
public final class HistoryMoment {
  private static final Duration STEP = Duration.ofMinutes(1);

  private HistoryMoment() {}

  /**
   * Reads the numbers by the paths of their metrics, with keys in place of stars.
   *
   * @param paths of the metrics, as described
   * @param at rounded down to a minute
   */
  public static Future<Map<String, BigDecimal>> read(
      Pool pool, String board, List<String> paths, Instant at) {
    long millis = STEP.toMillis();
    Instant minute = Instant.ofEpochMilli(Math.floorDiv(at.toEpochMilli(), millis) * millis);
    var range = new HistoryRange(minute, minute, STEP);
    var metrics = paths.stream().map(MetricPath::new).toList();
    return HistorySeries.read(pool, board, range, metrics)
        .map(
            rows -> {
              var numbers = new HashMap<String, BigDecimal>();
              HistorySeries.of(rows, range, metrics)
                  .each((metric, key, points) -> add(numbers, metric.named(key), points[0]));
              return numbers;
            });
  }

  private static void add(Map<String, BigDecimal> numbers, String path, String json) {
    boolean isNumber = json != null && json.matches("-?[0-9].*");
    if (isNumber) numbers.put(path, new BigDecimal(json));
  }
}
