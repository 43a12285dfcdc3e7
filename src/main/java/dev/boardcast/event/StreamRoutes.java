package dev.boardcast.event;

import dev.boardcast.auth.Memberships;
import dev.boardcast.auth.Principal;
import dev.boardcast.bus.Offset;
import dev.boardcast.http.Answer;
import dev.boardcast.http.Caller;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.http.Ingest;
import dev.boardcast.http.Problem;
import dev.boardcast.http.Query;
import dev.boardcast.http.Routes;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Application streams: publishing (role {@code publish}), and reading what was missed. Streams of
 * people and teams can be read by those they belong to, and written by their board only.
 */
public final class StreamRoutes implements Routes {
  private final HttpConfig config;
  private final StreamIntake intake;
  private final CatchUp catchUp;
  private final Memberships memberships;
  private final Set<String> reserved;
  private final BiPredicate<String, Optional<Principal>> visible;

  /**
   * @param reserved topics that are no application's: those of the boards
   * @param visible whether an application stream may be seen by a viewer; empty means nobody signed
   *     in
   */
  public StreamRoutes(
      HttpConfig config,
      Pool pool,
      Outbox outbox,
      EventLog log,
      Memberships memberships,
      Set<String> reserved,
      BiPredicate<String, Optional<Principal>> visible) {
    this.config = config;
    this.intake = new StreamIntake(pool, outbox);
    this.catchUp = new CatchUp(log);
    this.memberships = memberships;
    this.reserved = Set.copyOf(reserved);
    this.visible = visible;
  }

  @Override
  public void mount(Router router) {
    router.post("/api/v1/streams/:name/events").setName("publishEvents").handler(this::publish);
    router.get("/api/v1/streams/:name/events").setName("readEvents").handler(this::read);
  }

  private void publish(RoutingContext context) {
    Caller.requireRole(context, Principal.PUBLISH);
    String name = context.pathParam("name");
    if (!name.matches("[a-z0-9._-]{1,100}") || isOfPeople(name) || reserved.contains(name)) {
      throw Problem.invalid(
          "name",
          "1 to 100 of a-z, 0-9 and . _ -, not starting with user. or team., and no board's topic");
    }
    new Ingest<>(config, StreamEvent.class, posted -> intake.store(name, posted)).handle(context);
  }

  private void read(RoutingContext context) {
    String name = context.pathParam("name");
    if (reserved.contains(name)) throw Problem.notFound("an event stream " + name);
    if (name.length() > NewEvent.MAX_STREAM_LENGTH
        || name.chars().anyMatch(Character::isISOControl)) {
      throw Problem.invalid("name", "1 to 512 characters, no control characters");
    }
    var query = Query.of(context, "after", "limit");
    int limit = query.number("limit", 1, 500, 100);
    var after = query.text("after").map(StreamRoutes::offset);
    entitled(context, name)
        .compose(ok -> catchUp.read(name, after, limit))
        .onSuccess(page -> Answer.json(context, 200, page))
        .onFailure(context::fail);
  }

  private Future<Void> entitled(RoutingContext context, String name) {
    if (!isOfPeople(name)) {
      return entitled(context, visible.test(name, Caller.of(context)));
    }
    var caller = Caller.require(context);
    if (name.startsWith("user.")) {
      return entitled(context, name.substring(5).equals(caller.user()));
    }
    return memberships
        .resolve(caller)
        .compose(now -> entitled(context, now.teams().contains(name.substring(5))));
  }

  private static Future<Void> entitled(RoutingContext context, boolean isEntitled) {
    if (isEntitled) return Future.succeededFuture();
    Caller.require(context);
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
