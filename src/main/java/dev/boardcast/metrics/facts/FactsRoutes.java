package dev.boardcast.metrics.facts;

import dev.boardcast.engine.ConcurrencyLimiter;
import dev.boardcast.engine.RequestedBoard;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.Visibility;
import dev.boardcast.web.Caching;
import dev.boardcast.web.Csv;
import dev.boardcast.web.GzipResponse;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Function;

/**
 * Serves the facts behind the metrics of boards, the newest first, as JSON and CSV. Who may read
 * them must be allowed to see the board too.
 */
public final class FactsRoutes implements Routes {
  private static final int MIN_GZIP_BYTES = 1024;
  private static final int MAX_RUNNING = 2;
  private static final int MAX_WAITING = 50;
  private static final String CANCELLED = "57014";
  // A key that few of many facts have may take long: its page is read no longer than this.
  private static final String BEGIN =
      "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = '5s'";

  private static final String ROWS_FROM =
      """
      SELECT max(sealed_before) FROM fact_seal
      WHERE board = $1 AND strpos($2, facts) > 0 AND sealed_before > $3""";

  private final List<Board> boards;
  private final Pool pool;
  private final Function<String, Visibility> visibility;
  private final Function<String, Visibility> factsVisibility;
  private final Clock clock;
  private final ConcurrencyLimiter limiter;

  /**
   * @param visibility returns a board's visibility by its name
   * @param factsVisibility the same for its facts
   */
  public FactsRoutes(
      List<Board> boards,
      Pool pool,
      Function<String, Visibility> visibility,
      Function<String, Visibility> factsVisibility,
      Clock clock,
      ConcurrencyLimiter limiter) {
    this.boards = List.copyOf(boards);
    this.pool = pool;
    this.visibility = visibility;
    this.factsVisibility = factsVisibility;
    this.clock = clock;
    this.limiter = limiter;
  }

  /** Bounds the pages that one node reads at once: they share connections with writes. */
  public static ConcurrencyLimiter limiter() {
    return new ConcurrencyLimiter(MAX_RUNNING, MAX_WAITING);
  }

  @Override
  public void mount(Router router) {
    router.get("/api/v1/boards/:name/facts").setName("listBoardFacts").handler(this::list);
    // Boards that take facts there have routes of their own, which are mounted before.
    router.post("/api/v1/boards/:name/facts").setName("addBoardFacts").handler(this::refuse);
  }

  private void refuse(RoutingContext context) {
    visible(context);
    throw Problem.notFound("a board that takes facts at this path");
  }

  private Board visible(RoutingContext context) {
    String name = context.pathParam("name");
    var board =
        boards.stream()
            .filter(candidate -> candidate.name().equals(name))
            .findFirst()
            .orElseThrow(() -> Problem.notFound("this board"));
    RequestPrincipal.requireVisible(context, visibility.apply(name));
    return board;
  }

  private void list(RoutingContext context) {
    Board board = visible(context);
    String name = board.name();
    RequestPrincipal.requireVisible(context, factsVisibility.apply(name));
    var request =
        FactsRequest.of(context, RequestedBoard.of(context, board).board(), clock.instant());
    boolean acceptsGzip = GzipResponse.isWanted(context);
    limiter
        .run(() -> read(request))
        .compose(rows -> rowsFrom(name, request).map(from -> FactsPage.of(request, rows, from)))
        .compose(page -> encode(context.vertx(), name, page, acceptsGzip))
        .onSuccess(content -> respond(context, request, content))
        .onFailure(context::fail);
  }

  private record Content(Buffer bytes, boolean isGzip, String next, Instant rowsFrom) {}

  private static Future<Content> encode(
      Vertx vertx, String board, FactsPage page, boolean acceptsGzip) {
    return vertx.executeBlocking(
        () -> {
          Buffer plain = page.content(board);
          return acceptsGzip && plain.length() >= MIN_GZIP_BYTES
              ? new Content(GzipResponse.fast(plain), true, page.next(), page.rowsFrom())
              : new Content(plain, false, page.next(), page.rowsFrom());
        },
        false);
  }

  private Future<RowSet<Row>> read(FactsRequest request) {
    return request
        .facts()
        .pool()
        .orElse(pool)
        .withConnection(
            tx ->
                tx.query(BEGIN)
                    .execute()
                    .compose(begun -> shownKeys(request, tx))
                    .compose(keys -> page(tx, FactsQuery.of(request, keys)))
                    .eventually(() -> tx.query("ROLLBACK").execute()))
        .recover(FactsRoutes::explain);
  }

  /** Before when facts of the metric were dropped; null if the page can lack none. */
  private Future<Instant> rowsFrom(String board, FactsRequest request) {
    Instant from = request.span().from().orElse(Instant.EPOCH);
    return pool.preparedQuery(ROWS_FROM)
        .execute(Tuple.of(board, request.facts().relation(), from.atOffset(ZoneOffset.UTC)))
        .map(rows -> rows.iterator().next().getOffsetDateTime(0))
        .map(time -> time == null ? null : time.toInstant());
  }

  /** The keys that are shown by themselves, where the rest of them is asked for. */
  private Future<List<String>> shownKeys(FactsRequest request, SqlClient tx) {
    return request
        .rest()
        .map(rest -> rest.shown().read(tx, request.asked(), clock.instant()))
        .orElse(Future.succeededFuture(List.of()));
  }

  private static Future<RowSet<Row>> page(SqlClient tx, FactsQuery query) {
    return tx.preparedQuery(query.sql()).execute(query.parameters());
  }

  private static <T> Future<T> explain(Throwable failure) {
    boolean isCancelled =
        failure instanceof PgException refused && CANCELLED.equals(refused.getSqlState());
    return Future.failedFuture(
        isCancelled
            ? Problem.unavailable(
                "these facts could not be found within 5 s; from and to make it quicker", 1)
            : failure);
  }

  private static void respond(RoutingContext context, FactsRequest request, Content content) {
    var response = context.response();
    if (response.ended() || response.closed()) return;
    if (content.isGzip()) response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
    response.headers().add(HttpHeaders.VARY, "Accept, Accept-Encoding");
    if (content.rowsFrom() != null) {
      response.putHeader("Rows-From", content.rowsFrom().toString());
    }
    if (content.next() != null) response.putHeader("Link", link(context, content.next()));
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, request.isCsv() ? Csv.TYPE : "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, Caching.NONE)
        .end(content.bytes());
  }

  /** The address of the next page, relative to this one. */
  private static String link(RoutingContext context, String cursor) {
    var query = new StringJoiner("&", "?", "");
    for (var each : context.queryParams()) {
      if (!each.getKey().equals("after")) {
        query.add(each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8));
      }
    }
    return "<" + query.add("after=" + cursor) + ">; rel=\"next\"";
  }
}
