package dev.boardcast.metrics.history;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.Visibility;
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

/** What boards said before, as JSON and CSV. Few at a time, for an answer may be large. */
public final class HistoryRoutes implements Routes {
  private static final int WORTH_ZIPPING = 1024; // bytes

  private final List<Board> boards;
  private final HistoryQueryLimiter queryLimiter;
  private final Function<String, Visibility> visibility;
  private final Clock clock;

  /**
   * @param visibility of a board, by its name
   */
  public HistoryRoutes(
      List<Board> boards,
      HistoryQueryLimiter queryLimiter,
      Function<String, Visibility> visibility,
      Clock clock) {
    this.boards = List.copyOf(boards);
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
    var sight = visibility.apply(name);
    RequestPrincipal.requireVisible(context, sight);
    var request = HistoryRequest.of(context, board, clock.instant());
    queryLimiter
        .run(pool -> answer(pool, context, name, request))
        .onSuccess(
            body -> {
              var response = context.response();
              if (response.ended() || response.closed()) return;
              if (body.isZipped()) response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
              response.headers().add(HttpHeaders.VARY, "Accept, Accept-Encoding");
              response
                  .putHeader(
                      HttpHeaders.CONTENT_TYPE,
                      request.isCsv() ? "text/csv; charset=utf-8" : "application/json")
                  .putHeader(HttpHeaders.CACHE_CONTROL, caching(request, sight))
                  .end(body.bytes());
            })
        .onFailure(context::fail);
  }

  private record Content(Buffer bytes, boolean isZipped) {}

  private Future<Content> answer(
      Pool pool, RoutingContext context, String board, HistoryRequest request) {
    boolean wantsZipped = GzipResponse.isWanted(context);
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
                          return wantsZipped && plain.length() >= WORTH_ZIPPING
                              ? new Content(GzipResponse.fast(plain), true)
                              : new Content(plain, false);
                        },
                        false));
  }

  private static String caching(HistoryRequest request, Visibility sight) {
    if (!request.isOver()) return "no-cache";
    String whose = sight.level() == Visibility.Level.PUBLIC ? "public" : "private";
    return whose + ", max-age=86400, immutable";
  }
}
