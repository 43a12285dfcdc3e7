package dev.boardcast.gateway.loop;

import java.util.function.Consumer;

/**
 * Counts the bytes that wait for the clients of one event loop: in sessions' queues, and in what
 * transports have taken and could not send yet. The node's count follows once per turn of the loop,
 * so that it costs one atomic operation however many messages were queued. One event loop.
 */
public final class QueuedBytes {
  private final NodeQueuedBytes node;
  private final Consumer<Runnable> atEndOfTurn;
  private long bytes;
  private long published;
  private boolean due;
  private boolean ended;

  /**
   * @param atEndOfTurn runs a task after the current ones
   */
  public QueuedBytes(NodeQueuedBytes node, Consumer<Runnable> atEndOfTurn) {
    this.node = node;
    this.atEndOfTurn = atEndOfTurn;
  }

  /** Counts bytes that begin to wait, or, negative, wait no longer. */
  public void add(int delta) {
    if (delta == 0 || ended) return;
    bytes += delta;
    if (due) return;
    due = true;
    // After the queues that only last for a turn have left.
    atEndOfTurn.accept(() -> atEndOfTurn.accept(this::publish));
  }

  /** Counts nothing any more: the event loop has no sessions, or has ended. */
  public void end() {
    ended = true;
    bytes = 0;
    publish();
  }

  /** Brings the node's count up to date at once. */
  public void publish() {
    due = false;
    long delta = bytes - published;
    published = bytes;
    if (delta != 0) node.add(delta);
  }
}
