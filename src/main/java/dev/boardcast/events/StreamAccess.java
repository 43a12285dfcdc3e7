package dev.boardcast.events;

import dev.boardcast.engine.StreamDecision;
import dev.boardcast.engine.StreamPolicy;
import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Shards;
import dev.boardcast.spi.StreamRule.Right;
import dev.boardcast.spi.TeamMemberships;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Decides which streams a caller may publish to and read. Thread safe.
 *
 * <p>Streams of users and teams are read by these, and written by the board that owns them only;
 * for application streams the rules of streams count.
 */
public final class StreamAccess {
  /** Stands for the caller's own user stream and those of all its teams. */
  private static final String TASKS = "tasks";

  private static final Pattern STREAM = Pattern.compile(FieldRules.STREAM);

  private final TeamMemberships memberships;
  private final Set<String> reserved;
  private final Set<String> boardTopics;
  private final StreamPolicy policy;

  /**
   * @param reserved names to which applications must not publish
   * @param boardTopics topics that are not streams
   * @param policy the rules of application streams
   */
  public StreamAccess(
      TeamMemberships memberships,
      Set<String> reserved,
      Set<String> boardTopics,
      StreamPolicy policy) {
    this.memberships = memberships;
    this.reserved = Set.copyOf(reserved);
    this.boardTopics = Set.copyOf(boardTopics);
    this.policy = policy;
  }

  /**
   * Throws a {@link Problem} unless the caller may publish to the stream, as far as that is known
   * without its teams.
   */
  void requireMaybePublish(RoutingContext context, String name) {
    requireName(name);
    StreamDecision rule = policy.find(name);
    Optional<Principal> caller = RequestPrincipal.of(context);
    if (rule.allowsWithoutTeams(Right.PUBLISH, caller)) return;
    boolean mayByTeams = caller.isPresent() && rule.needsTeams(Right.PUBLISH);
    if (!mayByTeams) throw refusal(context, "you may not publish to this stream");
  }

  /** The rule by which the caller may publish; fails with a {@link Problem} if there is none. */
  Future<StreamDecision> publishable(RoutingContext context, String name) {
    requireMaybePublish(context, name);
    StreamDecision rule = policy.find(name);
    Optional<Principal> caller = RequestPrincipal.of(context);
    if (rule.allowsWithoutTeams(Right.PUBLISH, caller)) return Future.succeededFuture(rule);
    return memberships
        .resolve(RequestPrincipal.require(context))
        .compose(
            current ->
                rule.allows(Right.PUBLISH, Optional.of(current))
                    ? Future.succeededFuture(rule)
                    : Future.failedFuture(Problem.forbidden("you may not publish to this stream")));
  }

  private void requireName(String name) {
    if (!STREAM.matcher(name).matches() || reserved.contains(name)) {
      throw Problem.invalid("name", FieldRules.STREAM_TEXT + ", and no board's topic");
    }
  }

  /** Throws a {@link Problem} when a name cannot be that of a stream. */
  void requireStream(String name) {
    if (boardTopics.contains(name)) throw Problem.notFound("an event stream " + name);
    boolean isName = isPersonal(name) ? isStorable(name) : STREAM.matcher(name).matches();
    if (!isName)
      throw Problem.invalid("name", FieldRules.STREAM_TEXT + ", or the stream of a user or team");
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
              if (principal.hasRole(Principal.ADMIN)) names.add(Shards.ALL_TASKS);
              principal.teams().forEach(team -> names.add("team." + team));
              return names;
            });
  }

  /** Whether everybody may read a stream. */
  boolean isPublic(String name) {
    return isSingle(name)
        && !isPersonal(name)
        && policy.find(name).allows(Right.HISTORY, Optional.empty());
  }

  /** Whether a name stands for the same stream for every caller. */
  boolean isSingle(String name) {
    return !name.equals(TASKS);
  }

  private Future<Void> requireRead(RoutingContext context, String name) {
    if (!isPersonal(name)) return requireHistory(context, policy.find(name));
    var principal = RequestPrincipal.require(context);
    if (name.startsWith("user.")) {
      return require(context, name.substring(5).equals(principal.user()));
    }
    return memberships
        .resolve(principal)
        .compose(current -> require(context, current.teams().contains(name.substring(5))));
  }

  private Future<Void> requireHistory(RoutingContext context, StreamDecision rule) {
    Optional<Principal> caller = RequestPrincipal.of(context);
    if (caller.isEmpty() || rule.allowsWithoutTeams(Right.HISTORY, caller)) {
      return require(context, rule.allows(Right.HISTORY, caller));
    }
    if (!rule.needsTeams(Right.HISTORY)) return require(context, false);
    return memberships
        .resolve(caller.get())
        .compose(current -> require(context, rule.allows(Right.HISTORY, Optional.of(current))));
  }

  private static Future<Void> require(RoutingContext context, boolean isEntitled) {
    return isEntitled
        ? Future.succeededFuture()
        : Future.failedFuture(refusal(context, "you may not read this stream"));
  }

  /** 401 for a caller without a token, which may have it with one; else 403. */
  private static Problem refusal(RoutingContext context, String reason) {
    RequestPrincipal.require(context);
    return Problem.forbidden(reason);
  }

  private static boolean isStorable(String name) {
    return name.length() <= NewEvent.MAX_STREAM_LENGTH
        && name.chars().noneMatch(Character::isISOControl);
  }

  private static boolean isPersonal(String name) {
    return name.startsWith("user.") || name.startsWith("team.");
  }
}
