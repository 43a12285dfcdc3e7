package dev.boardcast.gateway.session;

import dev.boardcast.gateway.TopicCatalogue;
import dev.boardcast.gateway.protocol.SnapshotMessage;

/** A session's interest in a board: it wants the newest numbers, not each of them. */
public final class BoardSubscription implements Subscription {
  private final Session session;
  private final TopicCatalogue.BoardTopic board;
  private final String since;
  private boolean served;

  /**
   * @param since the offset of the numbers the client has; null for none
   */
  public BoardSubscription(Session session, TopicCatalogue.BoardTopic board, String since) {
    this.session = session;
    this.board = board;
    this.since = since;
  }

  @Override
  public Session session() {
    return session;
  }

  @Override
  public String topic() {
    return board.topic();
  }

  public String board() {
    return board.board();
  }

  String since() {
    return since;
  }

  /** Whether it has got numbers. */
  public boolean isServed() {
    return served;
  }

  public void deliver(SnapshotMessage message) {
    served = true;
    session.sendNumbers(message, topic());
  }
}
