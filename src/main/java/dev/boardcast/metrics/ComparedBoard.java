package dev.boardcast.metrics;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.boardcast.metrics.history.HistoryMoment;
import dev.boardcast.metrics.history.HistoryQueryLimiter;
import dev.boardcast.metrics.ranges.ComparedRange;
import dev.boardcast.metrics.ranges.Comparison;
import dev.boardcast.metrics.ranges.Comparison.With;
import dev.boardcast.metrics.ranges.RangeQuery;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RangeSupport;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Snapshot;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;

/**
 * The metrics of a board beside earlier ones or targets: a range beside an earlier range, computed
 * from the rollups, and the latest snapshot beside the history at the same time of another day.
 */
record ComparedBoard(
    Board board, SnapshotCache cache, HistoryQueryLimiter queryLimiter, Clock clock) {
  /**
   * What is compared.
   *
   * @param from with what: the start of an earlier range
   * @param to its end, exclusive
   * @param at with what: the time of an earlier snapshot
   * @param until the end of what is compared of a range that has not ended
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Compared(String with, Instant from, Instant to, Instant until, Instant at) {}

  private record Latest(
      String board,
      long version,
      Instant timestamp,
      Instant computedAt,
      boolean stale,
      RawJson data,
      Compared compared,
      Map<String, Comparison> comparison) {}

  private record Range(
      String board,
      Instant from,
      Instant to,
      Instant timestamp,
      RawJson data,
      Compared compared,
      Map<String, Comparison> comparison) {}

  /** The body of the response; fails with a {@link Problem} when a parameter is wrong. */
  Future<Object> read(QueryParameters query, With with) {
    Optional<RangeQuery> range = RangeQuery.of(query, board);
    if (range.isEmpty()) return latest(with);
    for (String name : new String[] {"from", "to"}) {
      if (query.text(name).isEmpty()) {
        throw Problem.invalid(name, "a time, as a range is compared with an earlier one");
      }
    }
    if (with == With.TARGET) {
      throw Problem.invalid("compare", "previous or week, as targets are those of the snapshot");
    }
    return range(range.get(), with);
  }

  private Future<Object> range(RangeQuery range, With with) {
    Instant now = clock.instant();
    RangeSupport support = board.ranges().orElseThrow();
    var compared = ComparedRange.of(range, with, support, now);
    return queryLimiter.run(
        pool ->
            range
                .read(pool, board)
                .compose(
                    data ->
                        compared
                            .read(pool, board)
                            .map(
                                comparison ->
                                    new Range(
                                        board.name(),
                                        range.from(),
                                        range.to(),
                                        now,
                                        data,
                                        described(range, compared, with),
                                        comparison))));
  }

  private static Compared described(RangeQuery range, ComparedRange compared, With with) {
    Instant end = compared.current().to();
    return new Compared(
        with.text(),
        compared.former().from(),
        compared.former().to(),
        end.equals(range.to()) ? null : end,
        null);
  }

  private Future<Object> latest(With with) {
    if (with == With.TARGET && board.targets().isEmpty()) {
      throw Problem.invalid("compare", "previous or week, as this board has no targets");
    }
    return cache
        .latest(board.name(), 0)
        .compose(
            found -> {
              Snapshot snapshot =
                  found.orElseThrow(
                      () -> Problem.unavailable("this board has not been computed yet", 1));
              return with == With.TARGET ? toTarget(snapshot) : toHistory(snapshot, with);
            });
  }

  private Future<Object> toTarget(Snapshot snapshot) {
    var numbers = Comparison.numbers(snapshot.data());
    numbers.keySet().retainAll(board.targets().keySet());
    var compared = new Compared(With.TARGET.text(), null, null, null, null);
    return Future.succeededFuture(
        latest(snapshot, compared, Comparison.of(numbers, board.targets())));
  }

  private Future<Object> toHistory(Snapshot snapshot, With with) {
    ZoneId zone = board.ranges().map(RangeSupport::zone).orElse(ZoneOffset.UTC);
    var now = snapshot.timestamp().atZone(zone);
    Instant at = (with == With.WEEK ? now.minusWeeks(1) : now.minusDays(1)).toInstant();
    return queryLimiter.run(
        pool ->
            HistoryMoment.read(pool, board, at)
                .map(
                    past ->
                        latest(
                            snapshot,
                            new Compared(with.text(), null, null, null, at),
                            Comparison.of(Comparison.numbers(snapshot.data()), past))));
  }

  private static Object latest(
      Snapshot from, Compared compared, Map<String, Comparison> comparison) {
    return new Latest(
        from.board(),
        from.version(),
        from.timestamp(),
        from.computedAt(),
        from.stale(),
        from.data(),
        compared,
        comparison);
  }
}
