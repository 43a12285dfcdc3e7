package dev.boardcast.gateway.loop;

import java.util.function.Consumer;

/**
 * Counts the bytes queued for the clients of one event loop: in sessions' queues, and in transports
 * that could not send them yet. The node's count is updated once per turn of the loop, so it costs
 * one atomic operation however many messages are queued. One event loop.
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

  /** Adds queued bytes; negative for bytes that were sent or dropped. */
  public void add(int delta) {
    if (delta == 0 || ended) return;
    bytes += delta;
    if (due) return;
    due = true;
    // After queues that last for one turn only are empty again.
    atEndOfTurn.accept(() -> atEndOfTurn.accept(this::publish));
  }

  /** Stops counting: the event loop has no sessions, or has ended. */
  public void end() {
    ended = true;
    bytes = 0;
    publish();
  }

  /** Updates the node's count at once. */
  public void publish() {
    due = false;
    long delta = bytes - published;
    published = bytes;
    if (delta != 0) node.add(delta);
  }
}
