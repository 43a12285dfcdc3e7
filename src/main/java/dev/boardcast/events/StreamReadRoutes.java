package dev.boardcast.events;

import dev.boardcast.engine.StreamLog;
import dev.boardcast.spi.EntityTags;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import dev.boardcast.web.Caching;
import dev.boardcast.web.limits.ClientLimits;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads the events of streams after or before an offset. A poller, by the parameter {@code poll},
 * waits for events; all that poll a public stream can share the answers in a cache.
 */
public final class StreamReadRoutes implements Routes {
  private final StreamCatchUp catchUp;
  private final StreamPollPages pollPages;
  private final StreamAccess access;
  private final StreamWaits waits;
  private final ClientLimits limits;
  private final Clock clock;
  private final Duration turn;
  private final Function<RoutingContext, Optional<Problem>> lostAccess;

  /**
   * @param limits tells clients apart
   * @param turn how long a poller waits at most; less than requests may take
   * @param lostAccess why a caller may no longer act that could when its request began
   */
  public StreamReadRoutes(
      StreamLog log,
      StreamAccess access,
      StreamWaits waits,
      ClientLimits limits,
      Clock clock,
      Duration turn,
      Function<RoutingContext, Optional<Problem>> lostAccess) {
    this.catchUp = new StreamCatchUp(log);
    this.pollPages = new StreamPollPages(catchUp, clock);
    this.access = access;
    this.waits = waits;
    this.limits = limits;
    this.clock = clock;
    this.turn = turn;
    this.lostAccess = lostAccess;
  }

  @Override
  public void mount(Router router) {
    router.get(StreamRoutes.PATH).setName("readEvents").handler(this::read);
  }

  private void read(RoutingContext context) {
    String name = context.pathParam("name");
    access.requireStream(name);
    var query = QueryParameters.of(context, StreamPageRequest.PARAMETERS_OF_HTTP);
    var known = EntityTags.ifNoneMatch(context.request());
    var request = StreamPageRequest.of(query);
    Future<StreamCatchUp.Page> page =
        request.poll().isPresent()
            ? poll(context, name, request, deadline(request.poll().get()))
            : access
                .readable(context, name)
                .compose(streams -> catchUp.read(name, streams, request));
    page.onSuccess(read -> respond(context, known, name, request, read)).onFailure(context::fail);
  }

  /**
   * Reads the next page of a poller, and waits while it has no event. Who may read is asked again
   * after each wait.
   */
  private Future<StreamCatchUp.Page> poll(
      RoutingContext context, String name, StreamPageRequest request, long deadlineNanos) {
    return access
        .readable(context, name)
        .compose(
            streams ->
                pollPages
                    .read(context.vertx(), name, streams, request.after())
                    .compose(
                        page -> {
                          Duration left = Duration.ofNanos(deadlineNanos - System.nanoTime());
                          if (!page.isWithoutNews() || left.toMillis() <= 0) {
                            return Future.succeededFuture(page);
                          }
                          String client =
                              limits.client(context.request(), RequestPrincipal.of(context));
                          var wait = waits.begin(streams, page.next(), left, client);
                          context.addEndHandler(ended -> wait.end());
                          return wait.future()
                              .compose(
                                  mayWaitAgain ->
                                      mayWaitAgain
                                          ? pollAgain(context, name, request, deadlineNanos)
                                          : Future.succeededFuture(page));
                        }));
  }

  private Future<StreamCatchUp.Page> pollAgain(
      RoutingContext context, String name, StreamPageRequest request, long deadlineNanos) {
    var response = context.response();
    if (response.ended() || response.closed()) {
      return Future.failedFuture(Problem.unavailable("the client has gone", 1));
    }
    Optional<Problem> lost = lostAccess.apply(context);
    return lost.isPresent()
        ? Future.failedFuture(lost.get())
        : poll(context, name, request, deadlineNanos);
  }

  /** In terms of {@link System#nanoTime}. */
  private long deadline(PollTurn of) {
    return System.nanoTime() + of.left(clock.instant(), turn).toNanos();
  }

  private void respond(
      RoutingContext context,
      Optional<EntityTags> known,
      String name,
      StreamPageRequest request,
      StreamCatchUp.Page page) {
    var response = context.response();
    if (response.ended() || response.closed()) return;
    response.putHeader("Cache-Control", caching(name, request, page));
    if (!EntityTags.endUnchanged(context, known, page.etag())) {
      JsonResponse.json(context, 200, page);
    }
  }

  /** What a cache may do with a page, by the rules that are in force now. */
  private String caching(String name, StreamPageRequest request, StreamCatchUp.Page page) {
    boolean isFull =
        request.poll().isPresent() ? StreamPollPages.isFull(page) : page.isFull(request.limit());
    boolean isFinal = request.isFixed() && isFull && access.isSingle(name);
    boolean isPublic = access.isPublic(name);
    return isFinal
        ? Caching.ofFinal(isPublic, Duration.between(page.lastAt(), clock.instant()))
        : Caching.of(isPublic, false);
  }
}
