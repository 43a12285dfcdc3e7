package dev.boardcast.gateway.feed;

/**
 * Knows of which moment a feed is certain that it has everything that existed then: it was told the
 * source's position at that moment, and has reached it. Times are milliseconds of the feeds' clock.
 * One event loop.
 */
final class Completeness {
  private static final long NONE = -1;

  private long certainAt = Long.MIN_VALUE / 2;
  private long awaited = NONE;
  private long awaitedAt;

  /**
   * Takes where the source stood.
   *
   * @param end the source's last position at that time
   * @param at when that was true, or a moment before
   * @param position the feed's own position now
   */
  void sourceWasAt(long end, long at, long position) {
    if (position >= end) {
      certainAt = Math.max(certainAt, at);
    } else if (awaited == NONE) {
      awaited = end;
      awaitedAt = at;
    } else if (end <= awaited) {
      awaitedAt = Math.max(awaitedAt, at);
    }
  }

  /** Takes the feed's new position. */
  void advancedTo(long position) {
    if (awaited == NONE || position < awaited) return;
    certainAt = Math.max(certainAt, awaitedAt);
    awaited = NONE;
  }

  /** The feed has started over: what it awaited belongs to another history. */
  void restart() {
    awaited = NONE;
  }

  /** The latest moment of which the feed is certain. */
  long certainAt() {
    return certainAt;
  }
}
