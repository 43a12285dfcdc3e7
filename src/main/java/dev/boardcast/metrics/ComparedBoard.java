package dev.boardcast.metrics;

import dev.boardcast.engine.ComparedWith;
import dev.boardcast.metrics.history.HistoryQueryLimiter;
import dev.boardcast.metrics.ranges.ComparedRange;
import dev.boardcast.metrics.ranges.Comparison;
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
import java.util.Map;
import java.util.Optional;

/**
 * The metrics of a board beside earlier ones or targets: a range beside an earlier range, computed
 * from the rollups, and the latest snapshot beside the history of some time before.
 */
record ComparedBoard(
    Board board, SnapshotCache cache, HistoryQueryLimiter queryLimiter, Clock clock) {
  private record Latest(
      String board,
      long version,
      Instant timestamp,
      Instant computedAt,
      boolean stale,
      RawJson data,
      Compared compared,
      Map<String, Comparison> comparison) {
    static Latest of(ComparedSnapshot compared) {
      Snapshot from = compared.snapshot();
      return new Latest(
          from.board(),
          from.version(),
          from.timestamp(),
          from.computedAt(),
          from.stale(),
          from.data(),
          compared.compared(),
          compared.comparison());
    }
  }

  private record Range(
      String board,
      Instant from,
      Instant to,
      Instant timestamp,
      RawJson data,
      Compared compared,
      Map<String, Comparison> comparison) {}

  /**
   * Reads the parameter {@code compare}.
   *
   * @throws Problem 400 for anything else
   */
  static ComparedWith parse(String text) {
    return ComparedWith.parse(text)
        .orElseThrow(() -> Problem.invalid("compare", ComparedWith.EXPECTED));
  }

  /** The body of the response; fails with a {@link Problem} when a parameter is wrong. */
  Future<Object> read(QueryParameters query, ComparedWith with) {
    Optional<RangeQuery> range = RangeQuery.of(query, board);
    if (range.isEmpty()) return latest(with);
    for (String name : new String[] {"from", "to"}) {
      if (query.text(name).isEmpty()) {
        throw Problem.invalid(name, "a time, as a range is compared with an earlier one");
      }
    }
    if (with == ComparedWith.TARGET) {
      throw Problem.invalid("compare", "previous or week, as targets are those of the snapshot");
    }
    return range(range.get(), with);
  }

  private Future<Object> range(RangeQuery range, ComparedWith with) {
    Instant now = clock.instant();
    RangeSupport support = board.ranges().orElseThrow();
    var compared = ComparedRange.of(range, with, support, now);
    return queryLimiter.run(
        pool ->
            // In one snapshot: the numbers shown are the ones that are compared.
            RangeQuery.inSnapshot(
                pool,
                tx ->
                    support
                        .reader()
                        .read(tx, range.from(), range.to())
                        .compose(
                            data ->
                                compared
                                    .read(tx, board)
                                    .map(
                                        comparison ->
                                            new Range(
                                                board.name(),
                                                range.from(),
                                                range.to(),
                                                now,
                                                data,
                                                Compared.withRange(range, compared, with),
                                                comparison)))));
  }

  private Future<Object> latest(ComparedWith with) {
    if (with == ComparedWith.TARGET && board.targets().isEmpty()) {
      throw Problem.invalid("compare", ComparedWith.WITHOUT_TARGETS);
    }
    return cache
        .latest(board.name(), 0)
        .compose(
            found -> {
              Snapshot snapshot =
                  found.orElseThrow(
                      () -> Problem.unavailable("this board has not been computed yet", 1));
              if (with != ComparedWith.TARGET) return toHistory(snapshot, with);
              return Future.succeededFuture(
                  Latest.of(ComparedSnapshot.withTargets(board, snapshot)));
            });
  }

  private Future<Object> toHistory(Snapshot snapshot, ComparedWith with) {
    return queryLimiter.run(
        pool ->
            EarlierNumbers.read(pool, board, snapshot.timestamp(), with)
                .map(
                    earlier ->
                        Latest.of(ComparedSnapshot.withHistory(board, snapshot, with, earlier))));
  }
}
