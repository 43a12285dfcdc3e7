package dev.boardcast.lab.load;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Latencies and counts over all clients and the writer, in microseconds. Thread safe. */
final class ClientStatistics {
  private static final int DIGITS = 3;

  private final Map<ClientBehavior, Recorder> deliveries = new EnumMap<>(ClientBehavior.class);
  private final Recorder writes = new Recorder(DIGITS);
  private final Recorder connects = new Recorder(DIGITS);
  private final Map<Integer, AtomicInteger> closed = new ConcurrentSkipListMap<>();
  private final Map<Integer, AtomicInteger> rejected = new ConcurrentSkipListMap<>();
  private final Map<String, AtomicInteger> errors = new ConcurrentSkipListMap<>();
  private final AtomicReference<ConnectStages> slowest = new AtomicReference<>();
  private final AtomicLong received = new AtomicLong();
  private final AtomicInteger connected = new AtomicInteger();
  private final AtomicInteger timedOut = new AtomicInteger();
  private final AtomicInteger abandoned = new AtomicInteger();
  private final AtomicInteger moved = new AtomicInteger();
  private final AtomicInteger movedWithGap = new AtomicInteger();
  private final AtomicInteger movedLate = new AtomicInteger();

  ClientStatistics() {
    for (var behavior : ClientBehavior.values()) deliveries.put(behavior, new Recorder(DIGITS));
  }

  void received(ClientBehavior behavior, long micros) {
    received.incrementAndGet();
    deliveries.get(behavior).recordValue(Math.max(0, micros));
  }

  void written(long micros) {
    writes.recordValue(Math.max(0, micros));
  }

  /** All topics of a connection are subscribed. */
  void connected(ConnectStages stages) {
    connected.incrementAndGet();
    connects.recordValue(Math.max(0, stages.micros()));
    slowest.accumulateAndGet(
        stages, (before, now) -> before == null || now.micros() > before.micros() ? now : before);
  }

  /** The connection that took longest to be subscribed. */
  Optional<String> slowestConnect() {
    return Optional.ofNullable(slowest.get()).map(ConnectStages::text);
  }

  /** A connection was closed, or an attempt to connect failed. */
  void closed(int code, boolean wasLive) {
    increment(wasLive ? closed : rejected, code);
  }

  /** An error message came. */
  void error(String code) {
    increment(errors, code);
  }

  /** A handshake was not answered in time. */
  void timedOut() {
    timedOut.incrementAndGet();
  }

  /** A client closed a connection on which nothing came. */
  void abandoned() {
    abandoned.incrementAndGet();
  }

  /** A move was completed before the old connection ended, or was late. */
  void moved(boolean inTime, boolean recovered) {
    (inTime ? moved : movedLate).incrementAndGet();
    if (!recovered) movedWithGap.incrementAndGet();
  }

  MoveTotals moves() {
    return new MoveTotals(moved.get(), movedWithGap.get(), movedLate.get());
  }

  long received() {
    return received.get();
  }

  /** Deliveries to the clients of this behavior since the last call. */
  Histogram deliveries(ClientBehavior behavior) {
    return deliveries.get(behavior).getIntervalHistogram();
  }

  Histogram writes() {
    return writes.getIntervalHistogram();
  }

  Histogram connects() {
    return connects.getIntervalHistogram();
  }

  ConnectionTotals connections() {
    return new ConnectionTotals(
        connected.get(),
        slowestConnect().orElse(""),
        timedOut.get(),
        abandoned.get(),
        copy(rejected),
        copy(closed),
        copy(errors));
  }

  private static <K> void increment(Map<K, AtomicInteger> counts, K key) {
    counts.computeIfAbsent(key, first -> new AtomicInteger()).incrementAndGet();
  }

  private static <K extends Comparable<K>> Map<K, Integer> copy(Map<K, AtomicInteger> counts) {
    var copy = new TreeMap<K, Integer>();
    counts.forEach((key, count) -> copy.put(key, count.get()));
    return copy;
  }
}
