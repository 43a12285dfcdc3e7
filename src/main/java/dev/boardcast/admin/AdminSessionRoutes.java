package dev.boardcast.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.boardcast.bus.SessionList;
import dev.boardcast.spi.AuditLog;
import dev.boardcast.spi.AuditedRoute;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Lists the sessions of all nodes, to the role {@code viewer}, and ends one, for the role {@code
 * admin}.
 */
public final class AdminSessionRoutes implements Routes {
  static final Pattern SESSION =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  static final String SESSION_TEXT = "the id of a session, a UUID in lower case";

  private static final String PATH = "/api/v1/admin/sessions";
  private static final int MAX_LIMIT = 200;
  private static final int DEFAULT_LIMIT = 50;

  private final SessionDirectory sessions;
  private final NodeDirectory nodes;

  public AdminSessionRoutes(SessionDirectory sessions, NodeDirectory nodes) {
    this.sessions = sessions;
    this.nodes = nodes;
  }

  /**
   * The response of {@code GET /api/v1/admin/sessions}.
   *
   * @param next what {@code after} is for the next page; null on the last
   * @param silent names of nodes that did not answer: their sessions are missing
   */
  record SessionPage(List<Session> sessions, String next, List<String> silent) {}

  /** One session: see {@link SessionList.Entry}. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Session(
      String session,
      String user,
      String node,
      String address,
      String transport,
      Instant since,
      List<String> topics,
      int topicCount,
      String userAgent,
      String tokenId,
      String keyId,
      int bytes,
      long lagMs) {
    static Session of(String node, SessionList.Entry entry) {
      return new Session(
          entry.session(),
          entry.user(),
          node,
          entry.address(),
          entry.transport(),
          entry.since(),
          entry.topics(),
          entry.topicCount(),
          entry.userAgent(),
          entry.tokenId(),
          entry.keyId(),
          entry.bytes(),
          entry.lagMs());
    }
  }

  @Override
  public void mount(Router router) {
    router.get(PATH).setName("listSessions").handler(this::list);
    AuditedRoute.on(router.delete(PATH + "/:session"), "session.ended", "session")
        .setName("endSession")
        .handler(this::end);
  }

  private void list(RoutingContext context) {
    RequestPrincipal.requireRole(context, Principal.VIEWER);
    var query = QueryParameters.of(context, "user", "topic", "node", "after", "limit");
    String node = query.text("node").orElse(null);
    String after = query.text("after").orElse(null);
    if (node != null && !nodes.contains(node)) throw Problem.invalid("node", "a node's name");
    if (after != null && !SESSION.matcher(after).matches()) {
      throw Problem.invalid("after", "next of the page before");
    }
    int limit = query.number("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
    var search =
        new SessionDirectory.Search(
            node, query.text("user").orElse(null), query.text("topic").orElse(null), after, limit);
    Set<String> known = node == null ? known() : Set.of(node);
    sessions
        .find(search, awaited(known))
        .onSuccess(answers -> JsonResponse.json(context, 200, page(answers.values(), limit, known)))
        .onFailure(busy -> context.fail(tooMany()));
  }

  private void end(RoutingContext context) {
    RequestPrincipal.requireRole(context, Principal.ADMIN);
    QueryParameters.of(context);
    String session = context.pathParam("session");
    if (!SESSION.matcher(session).matches()) throw Problem.invalid("session", SESSION_TEXT);
    Set<String> known = known();
    AuditLog.of(context)
        .begin()
        .onSuccess(
            recorded ->
                sessions
                    .end(session, awaited(known))
                    .onSuccess(answers -> respondToEnd(context, answers, known))
                    .onFailure(busy -> context.fail(tooMany())))
        .onFailure(context::fail);
  }

  private static void respondToEnd(
      RoutingContext context, Map<String, SessionList> answers, Set<String> known) {
    if (answers.values().stream().anyMatch(list -> !list.sessions().isEmpty())) {
      JsonResponse.noContent(context);
      return;
    }
    List<String> silent = silent(answers.keySet(), known);
    context.fail(
        silent.isEmpty()
            ? Problem.notFound("this session")
            : Problem.unavailable(
                "no node that answers has this session; these do not answer: "
                    + String.join(", ", silent),
                1));
  }

  /**
   * Merges the lists of nodes. Where a node has more than it sent, the page ends with the last that
   * it sent, so that nothing is skipped.
   */
  static SessionPage page(Collection<SessionList> answers, int limit, Set<String> known) {
    List<Session> all =
        answers.stream()
            .flatMap(list -> list.sessions().stream().map(each -> Session.of(list.node(), each)))
            .sorted((one, other) -> one.session().compareTo(other.session()))
            .toList();
    String end =
        answers.stream()
            .filter(SessionList::more)
            .map(list -> list.sessions().get(list.sessions().size() - 1).session())
            .min(String::compareTo)
            .orElse(null);
    List<Session> page =
        all.stream()
            .filter(each -> end == null || each.session().compareTo(end) <= 0)
            .limit(limit)
            .toList();
    boolean more = end != null || page.size() < all.size();
    var names = answers.stream().map(SessionList::node).collect(Collectors.toSet());
    return new SessionPage(
        page, more ? page.get(page.size() - 1).session() : null, silent(names, known));
  }

  private static List<String> silent(Set<String> answered, Set<String> known) {
    var silent = new TreeSet<>(known);
    silent.removeAll(answered);
    return List.copyOf(silent);
  }

  /** Nodes whose beacons have stopped too: their sessions may go on. */
  private Set<String> known() {
    return nodes.all().stream()
        .map(entry -> entry.beacon().node())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Those of the known nodes that are likely to answer. */
  private Set<String> awaited(Set<String> known) {
    return nodes.all().stream()
        .filter(entry -> !entry.isSilent())
        .map(entry -> entry.beacon().node())
        .filter(known::contains)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Problem tooMany() {
    return Problem.unavailable("too many requests for sessions are open", 1);
  }
}
