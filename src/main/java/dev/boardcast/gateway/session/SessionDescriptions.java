package dev.boardcast.gateway.session;

import dev.boardcast.bus.SessionList;
import dev.boardcast.bus.SessionRequest;
import dev.boardcast.gateway.protocol.CloseCode;
import dev.boardcast.spi.Principal;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Describes the sessions of one event loop for an operator, or ends one. One event loop. */
final class SessionDescriptions {
  private static final int MAX_TOPICS = 20;

  private SessionDescriptions() {}

  /** The first sessions that a request asks for, and one more than its limit if there are more. */
  static List<SessionList.Entry> find(SessionRegistry sessions, SessionRequest request) {
    Stream<Session> some =
        request.user() == null
            ? sessions.all().stream()
            : List.copyOf(sessions.of(request.user())).stream();
    return some.filter(session -> !session.isClosing())
        .filter(session -> request.after() == null || session.id().compareTo(request.after()) > 0)
        .filter(session -> request.topic() == null || session.follows(request.topic()))
        .sorted(Comparator.comparing(Session::id))
        .limit(request.limit() + 1L)
        .map(SessionDescriptions::describe)
        .toList();
  }

  /** Closes a session; empty when it is none of this event loop, or is closing. */
  static Optional<SessionList.Entry> end(SessionRegistry sessions, String id) {
    for (Session session : sessions.all()) {
      if (!session.id().equals(id) || session.isClosing()) continue;
      SessionList.Entry ended = describe(session);
      session.close(CloseCode.FORBIDDEN, "ended by an operator");
      return Optional.of(ended);
    }
    return Optional.empty();
  }

  private static SessionList.Entry describe(Session session) {
    List<String> topics = session.topics();
    Optional<Principal> principal = session.claimed();
    return new SessionList.Entry(
        session.id(),
        session.user(),
        session.client().address(),
        session.dialect().sendsResumePoints() ? "sse" : "websocket",
        session.since(),
        topics.stream().sorted().limit(MAX_TOPICS).toList(),
        topics.size(),
        session.client().userAgent(),
        principal.flatMap(Principal::tokenId).orElse(null),
        principal.flatMap(Principal::keyId).orElse(null),
        session.queuedBytes(),
        session.writer().lagMillis());
  }
}
