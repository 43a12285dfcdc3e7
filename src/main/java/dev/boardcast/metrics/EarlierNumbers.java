package dev.boardcast.metrics;

import dev.boardcast.engine.ComparedWith;
import dev.boardcast.metrics.history.HistoryMoment;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.RangeSupport;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAmount;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the metrics of a board were some time before.
 *
 * @param numbers by the paths of metrics, with keys in place of stars
 * @param before how long before, by the same paths, where it is another time than {@link #usual}
 */
record EarlierNumbers(Map<String, BigDecimal> numbers, Map<String, TemporalAmount> before) {
  /** Reads them from the history; one look-up for each time. */
  static Future<EarlierNumbers> read(Pool pool, Board board, Instant now, ComparedWith with) {
    var metrics = new LinkedHashMap<TemporalAmount, List<String>>();
    for (MetricDescription each : board.metrics()) {
      metrics
          .computeIfAbsent(before(board, each.path(), with), first -> new ArrayList<>())
          .add(each.path());
    }
    var earlier = new EarlierNumbers(new HashMap<>(), new HashMap<>());
    Future<Void> read = Future.succeededFuture();
    for (var each : metrics.entrySet()) {
      Instant at = minus(board, now, each.getKey());
      read =
          read.compose(done -> HistoryMoment.read(pool, board.name(), each.getValue(), at))
              .map(found -> earlier.add(found, each.getKey(), with));
    }
    return read.map(earlier);
  }

  private Void add(Map<String, BigDecimal> found, TemporalAmount before, ComparedWith with) {
    numbers.putAll(found);
    if (!before.equals(usual(with))) found.keySet().forEach(path -> this.before.put(path, before));
    return null;
  }

  /** The length of a day or a week, with which most metrics are compared. */
  static Period usual(ComparedWith with) {
    return with == ComparedWith.WEEK ? Period.ofWeeks(1) : Period.ofDays(1);
  }

  /** By the clock of the board's zone. */
  static Instant minus(Board board, Instant now, TemporalAmount before) {
    ZoneId zone = board.ranges().map(RangeSupport::zone).orElse(ZoneOffset.UTC);
    return now.atZone(zone).minus(before).toInstant();
  }

  private static TemporalAmount before(Board board, String metric, ComparedWith with) {
    return with == ComparedWith.WEEK ? usual(with) : board.previous(metric);
  }
}
