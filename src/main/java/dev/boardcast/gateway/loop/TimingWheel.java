package dev.boardcast.gateway.loop;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A timing wheel: the deadlines of many entries on one timer, in slots of {@value #TICK_MILLIS} ms.
 * A scheduled entry costs two references in itself. Postponing a deadline, as every inbound frame
 * does, costs nothing: at the old deadline the entry returns the new one. Times are milliseconds of
 * the loop's monotonic clock. One event loop.
 */
public final class TimingWheel {
  /** How often {@link #advance} is to be called; an entry is never checked early. */
  public static final int TICK_MILLIS = 50;

  /** The deadline of an entry that has none. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final Logger LOG = LoggerFactory.getLogger(TimingWheel.class);
  // 51 s. An entry with a later deadline is checked once per round.
  private static final int SLOTS = 1 << 10;
  private static final int MAX_PER_ADVANCE = 1_000;
  private static final int STALL_MILLIS = 1_000;
  private static final int RETRY_MILLIS = 1_000;

  /** Something with deadlines; on one wheel at most, and there once. */
  public abstract static class Entry {
    private Entry next;
    private Entry previous;

    /**
     * Does what is due.
     *
     * @return when to check again; {@link #NEVER} for not at all
     */
    protected abstract long check(long now);

    private void insertAfter(Entry before) {
      previous = before;
      next = before.next;
      next.previous = this;
      before.next = this;
    }

    private void unlink() {
      if (next == null) return;
      previous.next = next;
      next.previous = previous;
      next = null;
      previous = null;
    }
  }

  /** The head of a circular list. */
  private static final class Slot extends Entry {
    private Slot() {
      super.next = this;
      super.previous = this;
    }

    private Entry first() {
      return super.next;
    }

    /** The slot itself when it is empty. */
    private Entry last() {
      return super.previous;
    }

    private boolean isEmpty() {
      return first() == this;
    }

    @Override
    protected long check(long now) {
      throw new IllegalStateException("a slot has no deadline");
    }
  }

  private final Slot[] slots = new Slot[SLOTS];
  private long lastTick;
  private long advancedAt;
  private long suspendedUntil;
  private boolean wasLate;

  public TimingWheel(long now) {
    for (int i = 0; i < SLOTS; i++) slots[i] = new Slot();
    lastTick = now / TICK_MILLIS;
    advancedAt = now;
    suspendedUntil = now;
  }

  /** Checks the entry in the first tick from {@code at} on, in place of any deadline it had. */
  public void schedule(Entry entry, long at) {
    entry.unlink();
    if (at == NEVER) return;
    long tick = Math.floorDiv(at + TICK_MILLIS - 1, (long) TICK_MILLIS);
    tick = Math.max(lastTick + 1, Math.min(tick, lastTick + SLOTS - 1));
    // At the end of the slot: first scheduled, first checked.
    entry.insertAfter(slot(tick).last());
  }

  /** Removes the entry, if it is scheduled. */
  public void cancel(Entry entry) {
    entry.unlink();
  }

  /**
   * Checks all entries that are due, at most {@value #MAX_PER_ADVANCE} per call; the rest follows
   * with the next calls. When this call is late, the process was stalled: checking is suspended
   * briefly, so that frames that arrived meanwhile are read before a peer is taken for silent.
   */
  public void advance(long now) {
    boolean late = now - advancedAt > STALL_MILLIS;
    advancedAt = now;
    // Once only: a loop that is always late must check its entries all the same.
    if (late && !wasLate) suspendedUntil = now + STALL_MILLIS / 2;
    wasLate = late;
    if (now < suspendedUntil) return;
    long tick = now / TICK_MILLIS;
    // One round visits every slot.
    lastTick = Math.max(lastTick, tick - SLOTS);
    int budget = MAX_PER_ADVANCE;
    while (lastTick < tick) {
      Slot slot = slot(++lastTick);
      while (!slot.isEmpty()) {
        if (budget-- == 0) {
          lastTick--;
          return;
        }
        check(slot.first(), now);
      }
    }
  }

  private void check(Entry entry, long now) {
    entry.unlink();
    long next;
    try {
      next = entry.check(now);
    } catch (RuntimeException failure) {
      LOG.error("a session's deadlines could not be checked; trying again in 1 s", failure);
      next = now + RETRY_MILLIS;
    }
    schedule(entry, next);
  }

  private Slot slot(long tick) {
    return slots[(int) (tick & (SLOTS - 1))];
  }
}
