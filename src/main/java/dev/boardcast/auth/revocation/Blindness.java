package dev.boardcast.auth.revocation;

/**
 * Decides whether a node has been cut off, from the database and from all other nodes that show it
 * to know all revocations, for longer than it may go without learning of them. Silence counts only
 * while {@link #check} is called in time: a suspended process serves nobody. It ends when the
 * database answers, since a message of the bus may have been lost. Not thread safe; times are
 * milliseconds of one monotonic clock.
 */
final class Blindness {
  private final long limitMillis;
  private final long maxStepMillis;
  private long busSilence;
  private long databaseSilence;
  private long checkedAt;
  private boolean blind;

  /**
   * @param checkMillis how often {@link #check} is called
   */
  Blindness(long limitMillis, long checkMillis, long now) {
    this.limitMillis = limitMillis;
    this.maxStepMillis = 2 * checkMillis;
    this.checkedAt = now;
  }

  /**
   * A beacon of another node has arrived.
   *
   * @param itKnows up to which version that one knows all revocations; null when its database does
   *     not answer either
   * @param known the same of this node
   */
  void onBus(Long itKnows, long known) {
    if (itKnows == null || itKnows <= known) busSilence = 0;
  }

  /** The database has answered, and has no revocation that this node does not know. */
  void onDatabase() {
    databaseSilence = 0;
    blind = false;
  }

  /** Whether the node is blind now. */
  boolean check(long now) {
    long step = Math.min(now - checkedAt, maxStepMillis);
    checkedAt = now;
    busSilence += step;
    databaseSilence += step;
    blind |= Math.min(busSilence, databaseSilence) >= limitMillis;
    return blind;
  }
}
