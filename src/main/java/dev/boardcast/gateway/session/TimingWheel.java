package dev.boardcast.gateway.session;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deadlines of many on one timer: a ring of coarse ticks, in each of which wait those who are
 * due then. To wait costs two references in the entry itself. A deadline that moves away, as one
 * does with all that a client says, costs nothing: when the old one comes, the entry tells the new
 * one. Times are ms of the loop's clock. One event loop.
 */
public final class TimingWheel {
  /** How often {@link #advance} is to be called; nobody is looked at before its time. */
  public static final int TICK_MILLIS = 50;

  /** For who needs not be looked at any more. */
  static final long NEVER = Long.MAX_VALUE;

  private static final Logger LOG = LoggerFactory.getLogger(TimingWheel.class);
  // 51 s; who is due later is looked at once in that time.
  private static final int SLOTS = 1 << 10;
  private static final int MOST_AT_ONCE = 1_000;
  private static final int LATE_MILLIS = 1_000;
  private static final int AFTER_FAILURE_MILLIS = 1_000;

  /** Who has deadlines. On one wheel at most, and there once. */
  abstract static class Entry {
    private Entry next;
    private Entry previous;

    /**
     * Does what is due.
     *
     * @return when to look again; {@link #NEVER} for not at all
     */
    abstract long look(long now);

    private void follow(Entry before) {
      previous = before;
      next = before.next;
      next.previous = this;
      before.next = this;
    }

    private void leave() {
      if (next == null) return;
      previous.next = next;
      next.previous = previous;
      next = null;
      previous = null;
    }
  }

  private static final class Slot extends Entry {
    private Slot() {
      super.next = this;
      super.previous = this;
    }

    private Entry first() {
      return super.next;
    }

    /** Itself where there is none. */
    private Entry last() {
      return super.previous;
    }

    private boolean isEmpty() {
      return first() == this;
    }

    @Override
    long look(long now) {
      throw new IllegalStateException("nobody");
    }
  }

  private final Slot[] slots = new Slot[SLOTS];
  private long done;
  private long advancedAt;
  private long restUntil;
  private boolean rested;

  public TimingWheel(long now) {
    for (int i = 0; i < SLOTS; i++) slots[i] = new Slot();
    done = now / TICK_MILLIS;
    advancedAt = now;
    restUntil = now;
  }

  /** Looks at it in the first tick from {@code at} on, or earlier, and at no time set before. */
  void arm(Entry entry, long at) {
    entry.leave();
    if (at == NEVER) return;
    long tick = Math.floorDiv(at + TICK_MILLIS - 1, (long) TICK_MILLIS);
    tick = Math.max(done + 1, Math.min(tick, done + SLOTS - 1));
    // At the end, so that who waits longest comes first.
    entry.follow(slot(tick).last());
  }

  /** Takes it off. */
  void drop(Entry entry) {
    entry.leave();
  }

  /**
   * Looks at all who are due, at most {@value #MOST_AT_ONCE} at once; the others next time. Comes
   * this call late, the process stood still: then the peers' words of that time are to be read
   * before anybody is held to have been silent.
   */
  public void advance(long now) {
    boolean late = now - advancedAt > LATE_MILLIS;
    advancedAt = now;
    // Once: a loop that is always late looks all the same.
    if (late && !rested) restUntil = now + LATE_MILLIS / 2;
    rested = late;
    if (now < restUntil) return;
    long reached = now / TICK_MILLIS;
    // Each slot once is enough.
    done = Math.max(done, reached - SLOTS);
    int most = MOST_AT_ONCE;
    while (done < reached) {
      Slot slot = slot(++done);
      while (!slot.isEmpty()) {
        if (most-- == 0) {
          done--;
          return;
        }
        look(slot.first(), now);
      }
    }
  }

  private void look(Entry entry, long now) {
    entry.leave();
    long again;
    try {
      again = entry.look(now);
    } catch (RuntimeException failure) {
      LOG.error("a session's deadline could not be looked at", failure);
      again = now + AFTER_FAILURE_MILLIS;
    }
    arm(entry, again);
  }

  private Slot slot(long tick) {
    return slots[(int) (tick & (SLOTS - 1))];
  }
}
