package dev.boardcast.gateway.session;

import dev.boardcast.gateway.protocol.SnapshotMessage;
import java.time.Instant;

/** A session's subscription to a board, of which it gets the newest snapshot, not each of them. */
final class BoardSubscription implements Subscription {
  private final Session session;
  private final String topic;
  private final String board;
  private final String since;
  private boolean hasSnapshot;

  /**
   * @param since the offset of the snapshot that the client has; null for none
   */
  BoardSubscription(Session session, String topic, String board, String since) {
    this.session = session;
    this.topic = topic;
    this.board = board;
    this.since = since;
  }

  @Override
  public Session session() {
    return session;
  }

  @Override
  public String topic() {
    return topic;
  }

  String board() {
    return board;
  }

  String since() {
    return since;
  }

  /** Whether a snapshot was sent. */
  boolean hasSnapshot() {
    return hasSnapshot;
  }

  void send(SnapshotMessage message) {
    hasSnapshot = true;
    session.sendSnapshot(message, topic);
  }

  /** Tells the client that the board has no snapshot. */
  void sendUnavailable(Instant now) {
    session.dialect().unavailable(topic, now).ifPresent(session::send);
  }
}
