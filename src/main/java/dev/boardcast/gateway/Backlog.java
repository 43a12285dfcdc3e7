package dev.boardcast.gateway;

import dev.boardcast.gateway.protocol.CloseCode;
import dev.boardcast.gateway.session.Session;
import java.util.List;

/**
 * A session with queued bytes. Immutable; its methods belong to the session's event loop.
 *
 * @param bytes how many when it was looked at
 */
record Backlog(Session session, int bytes) {
  /** The backlogs of sessions that are not closing. */
  static List<Backlog> of(List<Session> sessions) {
    return sessions.stream()
        .filter(session -> session.queuedBytes() > 0 && !session.isClosing())
        .map(session -> new Backlog(session, session.queuedBytes()))
        .toList();
  }

  /** Closes the session with 4408, unless its client has read most of it meanwhile. */
  void end() {
    if (session.queuedBytes() > bytes / 2) session.close(CloseCode.TOO_SLOW);
  }
}
