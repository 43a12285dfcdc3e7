package dev.boardcast.metrics;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.boardcast.engine.RequestedBoard;
import dev.boardcast.metrics.history.HistoryQueryLimiter;
import dev.boardcast.metrics.ranges.RangeQuery;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardPart;
import dev.boardcast.spi.EntityTags;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RangeSupport;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.Snapshot;
import dev.boardcast.spi.Visibility;
import dev.boardcast.web.Caching;
import dev.boardcast.web.GzipResponse;
import dev.boardcast.web.StepText;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Serves descriptions of the boards, and each board's metrics: the latest, or those of a range of
 * time; also on the paths of older clients.
 */
public final class BoardRoutes implements Routes {
  private static final String FROM = "from";
  private static final String TO = "to";
  private static final String COMPARE = "compare";
  private static final Pattern VERSION_TAG =
      Pattern.compile("(?:W/)?\"([0-9]{1,18})(?:-[0-9]{1,18}){0,2}\"");

  private final List<Board> boards;
  private final SnapshotCache cache;
  private final HistoryQueryLimiter queryLimiter;
  private final Function<String, Visibility> visibility;
  private final Function<String, Visibility> olderPaths;
  private final Clock clock;

  /**
   * @param visibility returns a board's visibility by its name
   * @param olderPaths the same, for the paths of older clients
   */
  public BoardRoutes(
      List<Board> boards,
      SnapshotCache cache,
      HistoryQueryLimiter queryLimiter,
      Function<String, Visibility> visibility,
      Function<String, Visibility> olderPaths,
      Clock clock) {
    this.boards = List.copyOf(boards);
    this.cache = cache;
    this.queryLimiter = queryLimiter;
    this.visibility = visibility;
    this.olderPaths = olderPaths;
    this.clock = clock;
  }

  /** As above, with the same viewers on all paths. */
  public BoardRoutes(
      List<Board> boards,
      SnapshotCache cache,
      HistoryQueryLimiter queryLimiter,
      Function<String, Visibility> visibility,
      Clock clock) {
    this(boards, cache, queryLimiter, visibility, visibility, clock);
  }

  private record Description(
      String name,
      String title,
      String topic,
      List<MetricDescription> metrics,
      @JsonInclude(JsonInclude.Include.NON_NULL) Ranges ranges) {
    static Description of(Board board) {
      return new Description(
          board.name(),
          board.title(),
          board.topic(),
          board.metrics(),
          board.ranges().map(Ranges::of).orElse(null));
    }
  }

  /** What times a range may have, and in which zone its dates are. */
  private record Ranges(String step, String zone) {
    static Ranges of(RangeSupport support) {
      String zone = support.zone().equals(ZoneOffset.UTC) ? "UTC" : support.zone().getId();
      return new Ranges(StepText.text(support.step()), zone);
    }
  }

  private record Latest(
      String board,
      long version,
      Instant timestamp,
      Instant computedAt,
      boolean stale,
      RawJson data) {
    static Latest of(Snapshot from) {
      return new Latest(
          from.board(),
          from.version(),
          from.timestamp(),
          from.computedAt(),
          from.stale(),
          from.data());
    }
  }

  private record RangeResponse(
      String board, Instant from, Instant to, Instant timestamp, RawJson data) {}

  /** The answer of {@code GET /api/v1/boards/{name}} without a range. */
  static Object latestResponse(Snapshot snapshot) {
    return Latest.of(snapshot);
  }

  /** The answer with a range. */
  static Object rangeResponse(Board board, RangeQuery range, Instant now, RawJson data) {
    return new RangeResponse(board.name(), range.from(), range.to(), now, data);
  }

  private record Failure(String error, Instant timestamp) {}

  @Override
  public void mount(Router router) {
    router.get("/api/v1/boards").setName("listBoards").handler(this::list);
    router.get("/api/v1/boards/:name").setName("getBoard").handler(this::latest);
    for (Board board : boards) {
      board
          .httpPath()
          .ifPresent(
              path ->
                  router
                      .get(path)
                      .setName(board.name() + "Metrics")
                      .handler(context -> legacy(context, board)));
    }
  }

  private void list(RoutingContext context) {
    QueryParameters.of(context);
    var principal = RequestPrincipal.of(context);
    var visible =
        boards.stream()
            .filter(board -> visibility.apply(board.name()).allows(principal))
            .map(board -> ListedBoard.of(Description.of(board), board))
            .toList();
    respondCompressed(context, visible);
  }

  /** Descriptions repeat their names: compressed they have less than a quarter of their size. */
  private static void respondCompressed(RoutingContext context, List<ListedBoard> visible) {
    context.response().headers().add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    if (!GzipResponse.isWanted(context)) {
      JsonResponse.json(context, 200, visible);
      return;
    }
    context
        .vertx()
        .executeBlocking(() -> GzipResponse.fast(Buffer.buffer(Json.encode(visible))), false)
        .onSuccess(
            body -> {
              var response = context.response();
              if (response.ended() || response.closed()) return;
              response
                  .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                  .putHeader(HttpHeaders.CONTENT_ENCODING, "gzip")
                  .end(body);
            })
        .onFailure(context::fail);
  }

  private void latest(RoutingContext context) {
    String name = context.pathParam("name");
    var board =
        boards.stream()
            .filter(candidate -> candidate.name().equals(name))
            .findFirst()
            .orElseThrow(() -> Problem.notFound("this board"));
    RequestPrincipal.requireVisible(context, visibility.apply(name));
    var requested = RequestedBoard.of(context, board);
    cache(context, visibility.apply(name), requested);
    respondLatest(context, requested);
  }

  private void respondLatest(RoutingContext context, RequestedBoard requested) {
    Board board = requested.board();
    var query = QueryParameters.of(context, FROM, TO, COMPARE);
    var compare = query.text(COMPARE).map(ComparedBoard::parse);
    if (compare.isPresent()) {
      new ComparedBoard(board, cache, queryLimiter, clock)
          .read(query, compare.get())
          .onSuccess(
              body -> {
                if (!context.response().ended()) JsonResponse.json(context, 200, body);
              })
          .onFailure(context::fail);
      return;
    }
    var known = EntityTags.ifNoneMatch(context.request());
    read(
        context,
        board,
        query,
        known,
        (request, latest) ->
            respond(
                request,
                known,
                latest.orElseThrow(
                    () -> Problem.unavailable("this board has not been computed yet", 1)),
                Latest::of),
        (range, data) ->
            new RangeResponse(board.name(), range.from(), range.to(), clock.instant(), data));
  }

  private static void cache(RoutingContext context, Visibility required, RequestedBoard requested) {
    boolean isPublic = required.level() == Visibility.Level.PUBLIC && !requested.isPinned();
    context.response().putHeader(HttpHeaders.CACHE_CONTROL, Caching.of(isPublic, false));
  }

  private static void respond(
      RoutingContext context,
      Optional<EntityTags> known,
      Snapshot snapshot,
      Function<Snapshot, Object> format) {
    // A stale snapshot gets no ETag: its age changes even when its data does not.
    if (!snapshot.stale() && EntityTags.endUnchanged(context, known, tag(snapshot))) return;
    JsonResponse.json(context, 200, format.apply(snapshot));
  }

  /** Strong: a snapshot that is repeated has another time, and so other bytes. */
  private static String tag(Snapshot snapshot) {
    String time = Long.toString(snapshot.timestamp().toEpochMilli());
    // Parts that one fold has computed have the version and the time in common.
    String part =
        BoardPart.isPart(snapshot.board())
            ? "-" + Integer.toUnsignedString(snapshot.board().hashCode())
            : "";
    return "\"%d-%s%s\"".formatted(snapshot.version(), time, part);
  }

  private void legacy(RoutingContext context, Board whole) {
    Visibility required = olderPaths.apply(whole.name());
    var principal = RequestPrincipal.of(context);
    if (principal.isEmpty() && !required.allows(principal)) {
      throw Problem.unauthenticated(
          "this needs a token: Authorization: Bearer <jwt>; the setting older-paths=public opens"
              + " the older paths of boards without a visibility of their own");
    }
    RequestPrincipal.requireVisible(context, required);
    var requested = RequestedBoard.of(context, whole);
    Board board = requested.board();
    cache(context, required, requested);
    var known = EntityTags.ifNoneMatch(context.request());
    read(
        context,
        board,
        legacyQuery(context),
        known,
        (request, latest) -> {
          if (latest.isPresent()) {
            respond(request, known, latest.get(), board.httpFormat()::of);
          } else {
            request
                .response()
                .putHeader("Retry-After", "1")
                .putHeader(HttpHeaders.CACHE_CONTROL, Caching.NONE);
            JsonResponse.json(
                request, 503, new Failure("Failed to fetch metrics", clock.instant()));
          }
        },
        (range, data) -> {
          Instant now = clock.instant();
          var snapshot = new Snapshot(board.name(), 0, now, now, false, range.prependTo(data));
          return board.httpFormat().of(snapshot);
        });
  }

  /** Ignores unknown parameters of older clients; ranges are strict, since those know none. */
  private static QueryParameters legacyQuery(RoutingContext context) {
    var names = context.queryParams().names();
    boolean isRange = names.contains(FROM) || names.contains(TO);
    return isRange
        ? QueryParameters.of(context, FROM, TO)
        : QueryParameters.of(context, names, names.toArray(String[]::new));
  }

  private void read(
      RoutingContext context,
      Board board,
      QueryParameters query,
      Optional<EntityTags> known,
      BiConsumer<RoutingContext, Optional<Snapshot>> respond,
      BiFunction<RangeQuery, RawJson, Object> rangeResponse) {
    var range = RangeQuery.of(query, board);
    Future<?> responded =
        range.isPresent()
            ? queryLimiter
                .run(pool -> range.get().read(pool, board))
                .map(data -> rangeResponse.apply(range.get(), data))
                .onSuccess(
                    body -> {
                      // The request may have timed out.
                      if (context.response().ended()) return;
                      JsonResponse.json(context, 200, body);
                    })
            : cache
                .latest(board.name(), knownVersion(known))
                .map(
                    latest -> {
                      respond.accept(context, latest);
                      return latest;
                    });
    responded.onFailure(context::fail);
  }

  /** The version that the client has, which numbers must not fall behind; 0 for none. */
  private static long knownVersion(Optional<EntityTags> known) {
    return known.map(EntityTags::tags).orElse(List.of()).stream()
        .map(VERSION_TAG::matcher)
        .filter(Matcher::matches)
        .mapToLong(tag -> Long.parseLong(tag.group(1)))
        .max()
        .orElse(0);
  }
}
