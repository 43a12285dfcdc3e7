package dev.boardcast.lab.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Records when each event of one topic was acknowledged and which sequence it got. It takes 16
 * bytes per event, and one {@link ClientLedger} per client, however many events there are. Thread
 * safe.
 *
 * <p>Counting is enough: the sequences of a client only increase, and each agrees with what all
 * other clients received for that event. So what a client received are different events of the log,
 * and if it received as many as it expected, it received all of them.
 */
final class Ledger {
  private static final int CHUNK = 1 << 14;
  private static final int CHUNKS = 1 << 13;
  private static final int MAX_WAITING = 10_000;
  private static final int MAX_DESCRIBED = 10;

  private final String topic;
  private final long run;
  private final AtomicReferenceArray<AtomicLongArray> sequences =
      new AtomicReferenceArray<>(CHUNKS);
  private final AtomicReferenceArray<AtomicLongArray> acknowledged =
      new AtomicReferenceArray<>(CHUNKS);
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicInteger acknowledgedCount = new AtomicInteger();
  private final AtomicInteger newestReceived = new AtomicInteger(-1);
  private final List<ClientLedger> clients = new ArrayList<>();

  /**
   * @param run different for each ledger of all runs
   */
  Ledger(String topic, long run) {
    this.topic = topic;
    this.run = run;
  }

  String topic() {
    return topic;
  }

  /** The marker of a new event that is due to be sent at this time. */
  EventMarker newEvent(long dueMicros) {
    int number = sent.getAndIncrement();
    if (number >= CHUNK * CHUNKS) throw new IllegalStateException("too many events for one run");
    return new EventMarker(run, number, dueMicros);
  }

  /** Whether this ledger made the marker. */
  boolean contains(EventMarker marker) {
    return marker.run() == run && marker.number() < sent.get();
  }

  /** A node acknowledged the event, at a time after 0. Only the first call counts. */
  void acknowledged(int number, long micros) {
    if (chunk(acknowledged, number).compareAndSet(number % CHUNK, 0, micros)) {
      acknowledgedCount.incrementAndGet();
    }
  }

  /** When the event was acknowledged, 0 if it was not. */
  long acknowledgedAt(int number) {
    return chunk(acknowledged, number).get(number % CHUNK);
  }

  /** When the first acknowledged event after this one was acknowledged, 0 for none. */
  long waitingSince(int number) {
    int end = Math.min(sent.get(), number + 1 + MAX_WAITING);
    for (int n = number + 1; n < end; n++) {
      long at = acknowledgedAt(n);
      if (at > 0) return at;
    }
    return 0;
  }

  /** How many events were acknowledged. */
  int acknowledged() {
    return acknowledgedCount.get();
  }

  /** How many events were made. */
  int sent() {
    return sent.get();
  }

  /** A steady client received the event. */
  void received(int number) {
    if (number > newestReceived.get()) newestReceived.accumulateAndGet(number, Math::max);
  }

  /** The highest number that any steady client received, -1 for none. */
  int newestReceived() {
    return newestReceived.get();
  }

  /** Records the sequence that a client received for an event; false if others received another. */
  boolean agrees(int number, long sequence) {
    AtomicLongArray chunk = chunk(sequences, number);
    int slot = number % CHUNK;
    long known = chunk.get(slot);
    if (known == 0 && chunk.compareAndSet(slot, 0, sequence)) return true;
    return chunk.get(slot) == sequence;
  }

  /** The sequence of an event, 0 while no client has received it. */
  long sequence(int number) {
    return chunk(sequences, number).get(number % CHUNK);
  }

  /** What is known of an event. */
  String describe(int number) {
    return "event %d (sequence %d, acknowledged %s)"
        .formatted(number, sequence(number), EventMarker.time(acknowledgedAt(number)));
  }

  /** Some of the clients that lack events. */
  synchronized List<ClientLedger> incomplete() {
    return clients.stream()
        .filter(client -> client.missing().isPresent())
        .limit(MAX_DESCRIBED)
        .toList();
  }

  /** The ledger of one more client. */
  synchronized ClientLedger newClient() {
    var client = new ClientLedger(this, clients.size());
    clients.add(client);
    return client;
  }

  /** The totals; exact if nothing is in flight. */
  synchronized LedgerTotals totals() {
    int events = sent.get();
    long[] received = new long[events];
    int count = 0;
    int undelivered = 0;
    for (int n = 0; n < events; n++) {
      long sequence = sequence(n);
      if (sequence != 0) received[count++] = sequence;
      else if (acknowledgedAt(n) > 0) undelivered++;
    }
    long[] sorted = Arrays.copyOf(received, count);
    Arrays.sort(sorted);
    List<LedgerTotals.Client> subscribed =
        clients.stream().map(client -> client.totals(sorted)).flatMap(Optional::stream).toList();
    return LedgerTotals.of(this, undelivered, clients.size() - subscribed.size(), subscribed);
  }

  private static AtomicLongArray chunk(AtomicReferenceArray<AtomicLongArray> chunks, int index) {
    int chunk = index / CHUNK;
    AtomicLongArray known = chunks.get(chunk);
    if (known != null) return known;
    chunks.compareAndSet(chunk, null, new AtomicLongArray(CHUNK));
    return chunks.get(chunk);
  }
}
