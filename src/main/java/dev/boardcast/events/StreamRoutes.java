package dev.boardcast.events;

import dev.boardcast.bus.Offset;
import dev.boardcast.spi.Ingest;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.TeamMemberships;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Application streams: publishing (role {@code publish}), and reading what was missed. Streams of
 * people and teams can be read by those they belong to, and written by their board only.
 */
public final class StreamRoutes implements Routes {
  private static final String TASKS = "tasks";

  private final Ingest ingest;
  private final StreamEventWriter intake;
  private final StreamCatchUp catchUp;
  private final TeamMemberships memberships;
  private final Set<String> reserved;
  private final Set<String> boards;
  private final BiPredicate<String, Optional<Principal>> visible;

  /**
   * @param reserved names under which no application may publish
   * @param boards topics that are no streams at all
   * @param visible whether an application stream may be seen by a viewer; empty means nobody signed
   *     in
   */
  public StreamRoutes(
      Ingest ingest,
      Pool pool,
      Outbox outbox,
      EventLog log,
      TeamMemberships memberships,
      Set<String> reserved,
      Set<String> boards,
      BiPredicate<String, Optional<Principal>> visible) {
    this.ingest = ingest;
    this.intake = new StreamEventWriter(pool, outbox);
    this.catchUp = new StreamCatchUp(log);
    this.memberships = memberships;
    this.reserved = Set.copyOf(reserved);
    this.boards = Set.copyOf(boards);
    this.visible = visible;
  }

  @Override
  public void mount(Router router) {
    router.post("/api/v1/streams/:name/events").setName("publishEvents").handler(this::publish);
    router.get("/api/v1/streams/:name/events").setName("readEvents").handler(this::read);
  }

  private void publish(RoutingContext context) {
    RequestPrincipal.requireRole(context, Principal.PUBLISH);
    String name = context.pathParam("name");
    if (!name.matches("[a-z0-9._-]{1,100}") || isOfPeople(name) || reserved.contains(name)) {
      throw Problem.invalid(
          "name",
          "1 to 100 of a-z, 0-9 and . _ -, not starting with user. or team., and no board's topic");
    }
    ingest.handle(context, StreamEvent.class, posted -> intake.store(name, posted));
  }

  private void read(RoutingContext context) {
    String name = context.pathParam("name");
    if (boards.contains(name)) throw Problem.notFound("an event stream " + name);
    if (name.length() > NewEvent.MAX_STREAM_LENGTH
        || name.chars().anyMatch(Character::isISOControl)) {
      throw Problem.invalid("name", "1 to 512 characters, no control characters");
    }
    var query = QueryParameters.of(context, "after", "limit");
    int limit = query.number("limit", 1, 500, 100);
    var after = query.text("after").map(StreamRoutes::offset);
    streams(context, name)
        .compose(streams -> catchUp.read(name, streams, after, limit))
        .onSuccess(
            page -> {
              boolean fixed = after.isPresent() && page.isFull(limit) && !name.equals(TASKS);
              answer(context, page, fixed, isPublic(name));
            })
        .onFailure(context::fail);
  }

  private boolean isPublic(String name) {
    return !name.equals(TASKS) && !isOfPeople(name) && visible.test(name, Optional.empty());
  }

  /**
   * @param fixed whether the answer to this question is the same for ever
   * @param isPublic whether it is the same for everybody
   */
  private static void answer(
      RoutingContext context, StreamCatchUp.Page page, boolean fixed, boolean isPublic) {
    var response = context.response();
    if (response.ended() || response.closed()) return;
    String whose = isPublic ? "public" : "private";
    response
        .putHeader("Cache-Control", whose + (fixed ? ", max-age=86400, immutable" : ", no-cache"))
        .putHeader("ETag", page.etag());
    if (!isPublic) response.headers().add("Vary", "Authorization");
    if (page.etag().equals(context.request().getHeader("If-None-Match"))) {
      response.setStatusCode(304).end();
    } else {
      JsonResponse.json(context, 200, page);
    }
  }

  /** The streams behind a name, when the caller may see them. */
  private Future<Set<String>> streams(RoutingContext context, String name) {
    if (!name.equals(TASKS)) return entitled(context, name).map(Set.of(name));
    return memberships
        .resolve(RequestPrincipal.require(context))
        .map(
            now -> {
              var names = new LinkedHashSet<String>();
              names.add("user." + now.user());
              now.teams().forEach(team -> names.add("team." + team));
              return names;
            });
  }

  private Future<Void> entitled(RoutingContext context, String name) {
    if (!isOfPeople(name)) {
      return entitled(context, visible.test(name, RequestPrincipal.of(context)));
    }
    var caller = RequestPrincipal.require(context);
    if (name.startsWith("user.")) {
      return entitled(context, name.substring(5).equals(caller.user()));
    }
    return memberships
        .resolve(caller)
        .compose(now -> entitled(context, now.teams().contains(name.substring(5))));
  }

  private static Future<Void> entitled(RoutingContext context, boolean isEntitled) {
    if (isEntitled) return Future.succeededFuture();
    RequestPrincipal.require(context);
    return Future.failedFuture(Problem.forbidden("this stream is not yours to see"));
  }

  private static boolean isOfPeople(String name) {
    return name.startsWith("user.") || name.startsWith("team.");
  }

  private static Offset offset(String text) {
    try {
      return Offset.parse(text);
    } catch (IllegalArgumentException notOurs) {
      throw Problem.invalid("after", "an offset as it was received");
    }
  }
}
