package dev.boardcast.gateway.session;

import dev.boardcast.gateway.protocol.EventMessage;
import dev.boardcast.gateway.protocol.Frame;
import dev.boardcast.gateway.protocol.SnapshotMessage;
import java.util.Objects;

/**
 * Sends the messages of topics to one session, each event once however many of its topics cover it,
 * and with the session's resume point where its protocol carries that. One event loop.
 */
final class Delivery {
  private Delivery() {}

  /** Sends a live event, unless a subscription has delivered it. */
  static void live(Session session, EventMessage message) {
    String topic = session.subscriptions().advance(message);
    if (topic != null) event(session, message, topic);
  }

  /** Sends an event under a topic. */
  static void event(Session session, EventMessage message, String topic) {
    var dialect = session.dialect();
    if (!dialect.supports(message.event().type())) return;
    boolean isOwn = message.isOf(session.user());
    withResumePoint(
        session, isOwn ? message.ownFrame(dialect, topic) : message.frame(dialect, topic));
  }

  /** As {@link Session#send}, with the session's resume point where the dialect carries it. */
  static void withResumePoint(Session session, Frame frame) {
    if (!session.dialect().sendsResumePoints()) {
      session.send(frame);
      return;
    }
    String point = session.resumePoint();
    session.send(Objects.equals(point, frame.resumePoint()) ? frame : frame.withResumePoint(point));
  }

  /** Sends a board's snapshot. */
  static void snapshot(Session session, SnapshotMessage message, String topic) {
    board(session, message.frame(session.dialect(), topic), message.offset());
  }

  /**
   * Sends a message of a board; it has a resume point only if it is all that the session follows.
   */
  static void board(Session session, Frame frame, String offset) {
    boolean only =
        session.dialect().sendsResumePoints()
            && session.subscriptions().size() == 1
            && session.isSettled();
    session.send(only ? frame.withResumePoint(offset) : frame);
  }
}
