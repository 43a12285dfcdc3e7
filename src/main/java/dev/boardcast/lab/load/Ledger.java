package dev.boardcast.lab.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What was acknowledged of one topic, and which place in its log each event took. Nine bytes per
 * event, and one {@link ClientLedger} per client, however many events there are. Thread safe.
 *
 * <p>Why counting is enough: a client's places only grow, and each agrees with what everybody else
 * was told of that event; so what it got are different events of the log, and as many as there were
 * for it means all of them.
 */
final class Ledger {
  private static final int CHUNK = 1 << 14;
  private static final int CHUNKS = 1 << 13;

  private final String topic;
  private final long run;
  private final AtomicReferenceArray<AtomicLongArray> places = new AtomicReferenceArray<>(CHUNKS);
  private final AtomicReferenceArray<AtomicLongArray> acknowledged =
      new AtomicReferenceArray<>(CHUNKS);
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger acknowledgedCount = new AtomicInteger();
  private final AtomicInteger read = new AtomicInteger(-1);
  private final List<ClientLedger> accounts = new ArrayList<>();

  Ledger(String topic, long run) {
    this.topic = topic;
    this.run = run;
  }

  String topic() {
    return topic;
  }

  /** The mark of a new event. */
  EventMarker mark(long intendedMicros) {
    int number = next.getAndIncrement();
    if (number >= CHUNK * CHUNKS) throw new IllegalStateException("too many events for one run");
    return new EventMarker(run, number, intendedMicros);
  }

  boolean isOurs(EventMarker mark) {
    return mark.run() == run && mark.number() < next.get();
  }

  /** The server has said that it keeps the event; said again it changes nothing. */
  void acknowledged(int number) {
    long bit = 1L << (number & 63);
    AtomicLongArray words = chunk(acknowledged, number >> 6);
    long before = words.getAndUpdate(Math.floorMod(number >> 6, CHUNK), word -> word | bit);
    if ((before & bit) == 0) acknowledgedCount.incrementAndGet();
  }

  int acknowledged() {
    return acknowledgedCount.get();
  }

  /** How many events were meant to be written so far. */
  int begun() {
    return next.get();
  }

  /** A client that reads has got it: what others have not read by then, a node holds. */
  void read(int number) {
    if (number > read.get()) read.accumulateAndGet(number, Math::max);
  }

  /** The highest number that any client that reads has got, -1 for none. */
  int read() {
    return read.get();
  }

  /** A client was told that an event has this place; false when another was told otherwise. */
  boolean agrees(int number, long sequence) {
    AtomicLongArray chunk = chunk(places, number);
    int slot = number % CHUNK;
    long known = chunk.get(slot);
    if (known == 0 && chunk.compareAndSet(slot, 0, sequence)) return true;
    return chunk.get(slot) == sequence;
  }

  /** An account for one more client. */
  synchronized ClientLedger open() {
    var account = new ClientLedger(this);
    accounts.add(account);
    return account;
  }

  /** What it comes to; exact when nothing is under way. */
  synchronized LedgerTotals tally() {
    int events = next.get();
    long[] told = new long[events];
    int count = 0;
    int untold = 0;
    for (int n = 0; n < events; n++) {
      long place = chunk(places, n).get(n % CHUNK);
      if (place != 0) told[count++] = place;
      else if (isAcknowledged(n)) untold++;
    }
    long[] sorted = Arrays.copyOf(told, count);
    Arrays.sort(sorted);
    var sum = new LedgerTotals.Sum(topic, events, acknowledgedCount.get(), untold);
    for (ClientLedger account : accounts) account.addTo(sum, sorted);
    return sum.tally();
  }

  private boolean isAcknowledged(int number) {
    long word = chunk(acknowledged, number >> 6).get(Math.floorMod(number >> 6, CHUNK));
    return (word & 1L << (number & 63)) != 0;
  }

  private static AtomicLongArray chunk(AtomicReferenceArray<AtomicLongArray> chunks, int index) {
    int chunk = index / CHUNK;
    AtomicLongArray known = chunks.get(chunk);
    if (known != null) return known;
    chunks.compareAndSet(chunk, null, new AtomicLongArray(CHUNK));
    return chunks.get(chunk);
  }
}
