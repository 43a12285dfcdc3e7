package dev.boardcast.lab.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What one client was told of one topic: where it began, where it is, and what went wrong. One
 * event loop writes; others may read a moment later.
 */
final class ClientLedger {
  private static final int WINDOW = 256;

  private final Ledger ledger;
  private String epoch;
  private long start = -1;
  private volatile long last;
  private volatile long received;
  private int doubled;
  private int disordered;
  private int contradicted;
  private final List<long[]> gaps = new ArrayList<>(0);
  // Which of the last numbers came, to tell a double from a straggler.
  private final long[] recent = new long[WINDOW / 64];
  private int newest = -1;
  private volatile long settledMicros;

  ClientLedger(Ledger ledger) {
    this.ledger = ledger;
  }

  Ledger ledger() {
    return ledger;
  }

  /** Whether the topic was ever followed. */
  boolean isOpen() {
    return epoch != null;
  }

  /** The offset to come back with; null for none. */
  String since() {
    return epoch == null ? null : epoch + ":" + last;
  }

  /** The highest number it was told of, -1 for none. */
  int newest() {
    return newest;
  }

  long received() {
    return received;
  }

  /** When it last got an event that had been due before the fault ended, in micros. */
  long settledMicros() {
    return settledMicros;
  }

  /** The server said where the client begins; what it skips then is an explained gap. */
  void subscribed(String atEpoch, long sequence, boolean recovered) {
    if (epoch == null) {
      start = sequence;
    } else if (!recovered || !epoch.equals(atEpoch)) {
      gaps.add(new long[] {last, sequence});
    } else if (sequence != last) {
      contradicted++;
    }
    epoch = atEpoch;
    last = sequence;
  }

  /**
   * Takes an event.
   *
   * @param dueBefore events meant to be sent before this count for {@link #settledMicros}
   * @return whether it was new
   */
  boolean take(EventMarker mark, String atEpoch, long sequence, long nowMicros, long dueBefore) {
    boolean seen = isRecent(mark.number());
    if (!ledger.agrees(mark.number(), sequence) || !atEpoch.equals(epoch)) contradicted++;
    if (seen) {
      doubled++;
      return false;
    }
    remember(mark.number());
    if (sequence <= last) {
      disordered++;
    } else {
      last = sequence;
    }
    received++;
    if (mark.micros() <= dueBefore) settledMicros = nowMicros;
    return true;
  }

  void addTo(LedgerTotals.Sum sum, long[] places) {
    if (epoch == null) {
      sum.absent++;
      return;
    }
    long explained = 0;
    for (long[] gap : gaps) explained += between(places, gap[0], gap[1]);
    long due = places.length - firstAfter(places, start) - explained;
    sum.clients++;
    sum.due += due;
    sum.received += received;
    sum.lost += Math.max(0, due - received);
    sum.doubled += doubled + Math.max(0, received - due);
    sum.disordered += disordered;
    sum.contradicted += contradicted;
    sum.gaps += gaps.size();
    sum.explained += explained;
  }

  private static long between(long[] places, long after, long upTo) {
    return Math.max(0, firstAfter(places, upTo) - firstAfter(places, after));
  }

  private static int firstAfter(long[] places, long sequence) {
    int at = Arrays.binarySearch(places, sequence);
    return at >= 0 ? at + 1 : -at - 1;
  }

  private boolean isRecent(int number) {
    if (number > newest) return false;
    if (newest - number >= WINDOW) return false;
    return (recent[number % WINDOW / 64] & 1L << (number & 63)) != 0;
  }

  private void remember(int number) {
    for (int n = Math.max(newest + 1, number - WINDOW + 1); n <= number; n++) {
      recent[n % WINDOW / 64] &= ~(1L << (n & 63));
    }
    newest = Math.max(newest, number);
    if (newest - number < WINDOW) recent[number % WINDOW / 64] |= 1L << (number & 63);
  }
}
