package dev.boardcast.lab.load;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Records what one client received of one topic: its first and current offset, and what went wrong.
 * One event loop writes; other threads may read slightly old values.
 */
final class ClientLedger {
  private static final int MAX_STARTS = 6;

  private final Ledger ledger;
  private final int number;
  private String epoch;
  private long start = -1;
  private volatile long last;
  private volatile long received;
  private int duplicates;
  private int outOfOrder;
  private int conflicting;
  private final List<Gap> gaps = new ArrayList<>(0);
  private final ReceivedNumbers numbers = new ReceivedNumbers();
  private final Deque<Start> starts = new ArrayDeque<>(0);
  private volatile long caughtUpMicros;

  /** Sequences after {@code after} up to {@code upTo} that the client will not receive. */
  private record Gap(long after, long upTo) {
    boolean contains(long sequence) {
      return sequence > after && sequence <= upTo;
    }
  }

  /** A connection's confirmation of where it goes on. */
  private record Start(long micros, int node, EventOffset offset, boolean recovered) {
    @Override
    public String toString() {
      return "node %d after %s at %s%s"
          .formatted(node, offset, EventMarker.time(micros), recovered ? "" : " (not recovered)");
    }
  }

  ClientLedger(Ledger ledger, int number) {
    this.ledger = ledger;
    this.number = number;
  }

  Ledger ledger() {
    return ledger;
  }

  /** Whether the client ever subscribed to the topic. */
  boolean isSubscribed() {
    return epoch != null;
  }

  /** The offset to resume from, if any. */
  Optional<EventOffset> offset() {
    return Optional.ofNullable(epoch).map(known -> new EventOffset(known, last));
  }

  /** The highest event number received, -1 for none. */
  int newest() {
    return numbers.newest();
  }

  long received() {
    return received;
  }

  /** When it last received an event that was due before the end of the fault. */
  long caughtUpMicros() {
    return caughtUpMicros;
  }

  /** A connection to a node goes on after this offset; for {@link #missing}. */
  void started(int node, EventOffset offset, boolean recovered) {
    if (starts.size() == MAX_STARTS) starts.remove();
    starts.add(new Start(EventMarker.now(), node, offset, recovered));
  }

  /** The node confirmed a subscription from this offset; what it skips is a gap. */
  void subscribed(EventOffset offset, boolean recovered) {
    if (epoch == null) {
      start = offset.sequence();
    } else if (!recovered || !epoch.equals(offset.epoch())) {
      gaps.add(new Gap(last, offset.sequence()));
    } else if (offset.sequence() != last) {
      conflicting++;
    }
    epoch = offset.epoch();
    last = offset.sequence();
  }

  /**
   * The client goes on with another connection, whose events begin after this offset: what neither
   * connection delivers is a gap.
   */
  void movedAfterGap(EventOffset offset) {
    boolean isBehind = !offset.epoch().equals(epoch) || offset.sequence() > last;
    gaps.add(new Gap(last, isBehind ? offset.sequence() : last));
    if (!isBehind) return;
    epoch = offset.epoch();
    last = offset.sequence();
  }

  /** A subscription was confirmed from another offset than was asked for. */
  void conflicting() {
    conflicting++;
  }

  /** Whether the client has everything up to an offset. */
  boolean includes(EventOffset offset) {
    return offset.epoch().equals(epoch) && offset.sequence() <= last;
  }

  /**
   * The client received an event.
   *
   * @param faultEnd events that were due before this count for {@link #caughtUpMicros}
   * @return false for a duplicate
   */
  boolean received(EventMarker marker, EventOffset offset, long nowMicros, long faultEnd) {
    if (!ledger.agrees(marker.number(), offset.sequence()) || !offset.epoch().equals(epoch)) {
      conflicting++;
    }
    if (!numbers.add(marker.number())) {
      duplicates++;
      return false;
    }
    if (offset.sequence() <= last) {
      outOfOrder++;
    } else {
      last = offset.sequence();
    }
    received++;
    if (marker.dueMicros() <= faultEnd) caughtUpMicros = nowMicros;
    return true;
  }

  /**
   * The totals; empty if the client never subscribed.
   *
   * @param sequences of all events that any client received, ascending
   */
  Optional<LedgerTotals.Client> totals(long[] sequences) {
    if (epoch == null) return Optional.empty();
    long skipped = 0;
    for (Gap gap : gaps) skipped += count(sequences, gap);
    long expected = sequences.length - firstAfter(sequences, start) - skipped;
    return Optional.of(
        new LedgerTotals.Client(
            expected,
            received,
            Math.max(0, expected - received),
            duplicates + Math.max(0, received - expected),
            outOfOrder,
            conflicting,
            gaps.size(),
            skipped));
  }

  /** The number of its client. */
  int client() {
    return number;
  }

  /** Names events that the client expected and did not receive, and how it was connected. */
  Optional<String> missing() {
    if (epoch == null) return Optional.empty();
    List<String> events =
        numbers.missing().filter(this::isExpected).mapToObj(ledger::describe).toList();
    if (events.isEmpty()) return Optional.empty();
    return Optional.of(
        "%s: client %d lacks %s; connected to %s"
            .formatted(ledger.topic(), number, events, starts));
  }

  private boolean isExpected(int event) {
    long sequence = ledger.sequence(event);
    return sequence > start && gaps.stream().noneMatch(gap -> gap.contains(sequence));
  }

  private static long count(long[] sequences, Gap gap) {
    return Math.max(0, firstAfter(sequences, gap.upTo()) - firstAfter(sequences, gap.after()));
  }

  private static int firstAfter(long[] sequences, long sequence) {
    int at = Arrays.binarySearch(sequences, sequence);
    return at >= 0 ? at + 1 : -at - 1;
  }
}
