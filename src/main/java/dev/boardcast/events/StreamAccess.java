package dev.boardcast.events;

import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.TeamMemberships;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Decides which streams a caller may publish to and read. Thread safe.
 *
 * <p>Streams of users and teams are read by these, and written by the board that owns them only.
 */
public final class StreamAccess {
  /** Stands for the caller's own user stream and those of all its teams. */
  private static final String TASKS = "tasks";

  private final TeamMemberships memberships;
  private final Set<String> reserved;
  private final Set<String> boardTopics;
  private final BiPredicate<String, Optional<Principal>> visible;

  /**
   * @param reserved names to which applications must not publish
   * @param boardTopics topics that are not streams
   * @param visible whether a principal, empty for an anonymous caller, may read an application's
   *     stream
   */
  public StreamAccess(
      TeamMemberships memberships,
      Set<String> reserved,
      Set<String> boardTopics,
      BiPredicate<String, Optional<Principal>> visible) {
    this.memberships = memberships;
    this.reserved = Set.copyOf(reserved);
    this.boardTopics = Set.copyOf(boardTopics);
    this.visible = visible;
  }

  /** Throws a {@link Problem} unless the caller may publish to the stream. */
  void requirePublish(RoutingContext context, String name) {
    RequestPrincipal.requireRole(context, Principal.PUBLISH);
    if (!name.matches("[a-z0-9._-]{1,100}") || isPersonal(name) || reserved.contains(name)) {
      throw Problem.invalid(
          "name",
          "1 to 100 of a-z, 0-9 and . _ -, not starting with user. or team., and no board's topic");
    }
  }

  /** Throws a {@link Problem} when a name cannot be that of a stream. */
  void requireStream(String name) {
    if (boardTopics.contains(name)) throw Problem.notFound("an event stream " + name);
    if (name.length() > NewEvent.MAX_STREAM_LENGTH
        || name.chars().anyMatch(Character::isISOControl)) {
      throw Problem.invalid("name", "1 to 512 characters, no control characters");
    }
  }

  /** Returns the streams behind a name; fails with a {@link Problem} if they may not be read. */
  Future<Set<String>> readable(RoutingContext context, String name) {
    if (!name.equals(TASKS)) return requireRead(context, name).map(Set.of(name));
    return memberships
        .resolve(RequestPrincipal.require(context))
        .map(
            principal -> {
              var names = new LinkedHashSet<String>();
              names.add("user." + principal.user());
              principal.teams().forEach(team -> names.add("team." + team));
              return names;
            });
  }

  /** Whether everybody may read a stream. */
  boolean isPublic(String name) {
    return isSingle(name) && !isPersonal(name) && visible.test(name, Optional.empty());
  }

  /** Whether a name stands for the same stream for every caller. */
  boolean isSingle(String name) {
    return !name.equals(TASKS);
  }

  private Future<Void> requireRead(RoutingContext context, String name) {
    if (!isPersonal(name)) {
      return require(context, visible.test(name, RequestPrincipal.of(context)));
    }
    var principal = RequestPrincipal.require(context);
    if (name.startsWith("user.")) {
      return require(context, name.substring(5).equals(principal.user()));
    }
    return memberships
        .resolve(principal)
        .compose(current -> require(context, current.teams().contains(name.substring(5))));
  }

  private static Future<Void> require(RoutingContext context, boolean isEntitled) {
    if (isEntitled) return Future.succeededFuture();
    RequestPrincipal.require(context);
    return Future.failedFuture(Problem.forbidden("you may not read this stream"));
  }

  private static boolean isPersonal(String name) {
    return name.startsWith("user.") || name.startsWith("team.");
  }
}
