package dev.boardcast.metrics;

import dev.boardcast.engine.BoardsByName;
import dev.boardcast.engine.ComparedWith;
import dev.boardcast.engine.ConcurrencyLimiter;
import dev.boardcast.engine.OptionalArtifact;
import dev.boardcast.engine.ReportSource;
import dev.boardcast.metrics.history.BoardHistory;
import dev.boardcast.metrics.history.HistoryQueryLimiter;
import dev.boardcast.metrics.ranges.RangeQuery;
import dev.boardcast.metrics.report.Report;
import dev.boardcast.metrics.report.ReportRenderer;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RangeSupport;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;

/**
 * Draws reports of boards with the numbers of {@code GET /api/v1/boards/{name}}. At most two are
 * made for requests on a node at one time, and one on a schedule, which does not wait for them; on
 * worker threads. One per node.
 */
public final class BoardReports implements ReportSource {
  private static final int MAX_RUNNING = 2;
  private static final int MAX_WAITING = 16;
  private static final Duration CHARTS = Duration.ofDays(1);
  // Boards have no history from before they were computed, and a series has at most 10 000 points.
  private static final Instant FIRST_CHART = Instant.parse("2000-01-01T00:00:00Z");
  private static final Duration LONGEST_CHART = Duration.ofDays(9_000);

  private final Vertx vertx;
  private final BoardsByName boards;
  private final SnapshotCache cache;
  private final HistoryQueryLimiter queryLimiter;
  private final BoardHistory history;
  private final Clock clock;
  private final ConcurrencyLimiter requested = new ConcurrencyLimiter(MAX_RUNNING, MAX_WAITING);
  private final ConcurrencyLimiter scheduled = new ConcurrencyLimiter(1, MAX_WAITING);

  public BoardReports(
      Vertx vertx,
      BoardsByName boards,
      SnapshotCache cache,
      HistoryQueryLimiter queryLimiter,
      Clock clock) {
    this.vertx = vertx;
    this.boards = boards;
    this.cache = cache;
    this.queryLimiter = queryLimiter;
    this.history = new BoardHistory(vertx, boards, cache, queryLimiter, clock);
    this.clock = clock;
  }

  @Override
  public Future<byte[]> report(String name, MultiMap parameters, Format format) {
    return Future.succeededFuture()
        .compose(
            begun ->
                report(
                    scheduled,
                    boards.find(name).orElseThrow(() -> Problem.notFound("this board")),
                    QueryParameters.of(parameters, Set.of(), "from", "to", "compare"),
                    format));
  }

  /**
   * As {@link #report(String, MultiMap, Format)}, for a request, of a board that was found.
   *
   * @throws Problem when a parameter is wrong
   */
  Future<byte[]> report(Board board, QueryParameters query, Format format) {
    return report(requested, board, query, format);
  }

  private Future<byte[]> report(
      ConcurrencyLimiter limiter, Board board, QueryParameters query, Format format) {
    var compare = query.text("compare").map(ComparedBoard::parse);
    var range = RangeQuery.of(query, board);
    if (range.isPresent()) requireBoth(query);
    if (!OptionalArtifact.PDFBOX.isPresent()) {
      throw Problem.of(501, "Not available", OptionalArtifact.PDFBOX.reason("a report"));
    }
    ZoneId zone = board.ranges().map(RangeSupport::zone).orElse(ZoneOffset.UTC);
    return limiter.run(
        () ->
            body(board, query, range, compare)
                .compose(
                    body ->
                        series(board, range)
                            .compose(
                                series ->
                                    vertx.executeBlocking(
                                        () -> draw(board, body, series, zone, format), false))));
  }

  private static byte[] draw(Board board, Object body, String series, ZoneId zone, Format format)
      throws IOException {
    var answer = Json.MAPPER.readTree(Json.encode(body));
    Report report = Report.of(board, answer, Json.MAPPER.readTree(series), zone);
    return format == Format.PDF ? ReportRenderer.pdf(report) : ReportRenderer.png(report);
  }

  private static void requireBoth(QueryParameters query) {
    for (String each : new String[] {"from", "to"}) {
      if (query.text(each).isEmpty()) {
        throw Problem.invalid(each, "a time, as a report of a range has both from and to");
      }
    }
  }

  /** What the API answers for the board. */
  private Future<Object> body(
      Board board,
      QueryParameters query,
      Optional<RangeQuery> range,
      Optional<ComparedWith> compare) {
    if (compare.isPresent()) {
      return new ComparedBoard(board, cache, queryLimiter, clock).read(query, compare.get());
    }
    if (range.isPresent()) {
      return queryLimiter
          .run(pool -> range.get().read(pool, board))
          .map(data -> BoardRoutes.rangeResponse(board, range.get(), clock.instant(), data));
    }
    return cache
        .latest(board.name(), 0)
        .map(
            found ->
                BoardRoutes.latestResponse(
                    found.orElseThrow(
                        () -> Problem.unavailable("this board has not been computed yet", 1))));
  }

  /** The history of the range, or of the last day, as JSON; none where the range is ahead. */
  private Future<String> series(Board board, Optional<RangeQuery> range) {
    Instant now = clock.instant();
    Instant end = range.map(RangeQuery::to).filter(now::isAfter).orElse(now);
    Instant from = range.map(RangeQuery::from).orElse(now.minus(CHARTS));
    from = latest(from, latest(FIRST_CHART, end.minus(LONGEST_CHART)));
    boolean hasPlain = board.metrics().stream().anyMatch(each -> !each.path().contains("*"));
    if (!from.isBefore(end) || !hasPlain) {
      return Future.succeededFuture("{}");
    }
    var parameters = MultiMap.caseInsensitiveMultiMap().add("from", from.toString());
    if (range.isPresent()) parameters.add("to", end.toString());
    return history.read(board.name(), parameters).map(read -> read.text());
  }

  private static Instant latest(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
