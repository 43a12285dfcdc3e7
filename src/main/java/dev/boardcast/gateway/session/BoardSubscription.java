package dev.boardcast.gateway.session;

import dev.boardcast.gateway.protocol.SnapshotMessage;
import java.time.Instant;

/** A session's subscription to a board, of which it gets the newest snapshot, not each of them. */
sealed class BoardSubscription implements Subscription permits ChosenBoardSubscription {
  private final Session session;
  private final String topic;
  private final String board;
  private final String since;
  private boolean hasSnapshot;
  private boolean confirmed;
  private long awaited;

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

  /** Sends no snapshot of a lower version until told otherwise; the client has a newer one. */
  void await(long version) {
    awaited = version;
  }

  /**
   * Confirms the subscription to the client, once.
   *
   * @param offset of the snapshot that the node has; null for none
   * @param current whether that is known to be the board's
   */
  void confirm(String offset, boolean current) {
    if (confirmed || !session.has(this)) return;
    confirmed = true;
    boolean recovered = current && since != null && since.equals(offset);
    session.dialect().subscribed(topic, offset, recovered).ifPresent(session::send);
  }

  void send(SnapshotMessage message) {
    if (message.snapshot().version() < awaited) return;
    awaited = 0;
    confirm(message.offset(), true);
    hasSnapshot = true;
    deliver(message);
  }

  /** Sends a snapshot that the client wants. */
  void deliver(SnapshotMessage message) {
    Delivery.snapshot(session, message, topic);
  }

  /** Tells the client that the board has no snapshot. */
  void sendUnavailable(Instant now) {
    confirm(null, false);
    session.dialect().unavailable(topic, now).ifPresent(session::send);
  }
}
