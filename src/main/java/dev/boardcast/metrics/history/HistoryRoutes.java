package dev.boardcast.metrics.history;

import dev.boardcast.engine.RequestedBoard;
import dev.boardcast.engine.SnapshotSource;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.Visibility;
import dev.boardcast.web.Caching;
import dev.boardcast.web.Csv;
import dev.boardcast.web.GzipResponse;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;

/**
 * Serves the history of boards as JSON and CSV. Each response is read for its own request; only a
 * range that has long ended, and so no longer changes, may be cached.
 */
public final class HistoryRoutes implements Routes {
  private static final int MIN_GZIP_BYTES = 1024;

  private final List<Board> boards;
  private final SnapshotSource snapshots;
  private final HistoryQueryLimiter queryLimiter;
  private final Function<String, Visibility> visibility;
  private final Clock clock;

  /**
   * @param snapshots by which parts of boards are kept up to date
   * @param visibility returns a board's visibility by its name
   */
  public HistoryRoutes(
      List<Board> boards,
      SnapshotSource snapshots,
      HistoryQueryLimiter queryLimiter,
      Function<String, Visibility> visibility,
      Clock clock) {
    this.boards = List.copyOf(boards);
    this.snapshots = snapshots;
    this.queryLimiter = queryLimiter;
    this.visibility = visibility;
    this.clock = clock;
  }

  @Override
  public void mount(Router router) {
    router.get("/api/v1/boards/:name/history").setName("getBoardHistory").handler(this::history);
  }

  private void history(RoutingContext context) {
    String name = context.pathParam("name");
    var board =
        boards.stream()
            .filter(candidate -> candidate.name().equals(name))
            .findFirst()
            .orElseThrow(() -> Problem.notFound("this board"));
    var boardVisibility = visibility.apply(name);
    RequestPrincipal.requireVisible(context, boardVisibility);
    var requested = RequestedBoard.of(context, board);
    var request = HistoryRequest.of(context, requested.board(), clock.instant());
    String part = requested.board().name();
    BoardHistory.kept(snapshots, part)
        .compose(kept -> queryLimiter.run(pool -> content(pool, context, part, request)))
        .onSuccess(
            body -> {
              var response = context.response();
              if (response.ended() || response.closed()) return;
              if (body.isGzip()) response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
              response.headers().add(HttpHeaders.VARY, "Accept, Accept-Encoding");
              response
                  .putHeader(
                      HttpHeaders.CONTENT_TYPE, request.isCsv() ? Csv.TYPE : "application/json")
                  .putHeader(
                      HttpHeaders.CACHE_CONTROL, caching(request, boardVisibility, requested))
                  .end(body.bytes());
            })
        .onFailure(context::fail);
  }

  private record Content(Buffer bytes, boolean isGzip) {}

  private Future<Content> content(
      Pool pool, RoutingContext context, String board, HistoryRequest request) {
    boolean acceptsGzip = GzipResponse.isWanted(context);
    return HistorySeries.read(pool, board, request.range(), request.metrics())
        .compose(
            rows ->
                context
                    .vertx()
                    .executeBlocking(
                        () -> {
                          var series = HistorySeries.of(rows, request.range(), request.metrics());
                          Buffer plain =
                              request.isCsv()
                                  ? HistoryFormat.csv(series)
                                  : HistoryFormat.json(board, series);
                          return acceptsGzip && plain.length() >= MIN_GZIP_BYTES
                              ? new Content(GzipResponse.fast(plain), true)
                              : new Content(plain, false);
                        },
                        false));
  }

  private static String caching(
      HistoryRequest request, Visibility visibility, RequestedBoard requested) {
    boolean isPublic = visibility.level() == Visibility.Level.PUBLIC && !requested.isPinned();
    return Caching.of(isPublic, request.isFinal());
  }
}
