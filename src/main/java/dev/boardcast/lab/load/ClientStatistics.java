package dev.boardcast.lab.load;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** What happened to the clients, counted. Thread safe. */
final class ClientStatistics {
  private static final int DIGITS = 3;

  private final Map<ClientBehavior, Recorder> deliveries = new EnumMap<>(ClientBehavior.class);
  private final Recorder writes = new Recorder(DIGITS);
  private final Recorder connects = new Recorder(DIGITS);
  private final Map<Integer, AtomicInteger> ends = new ConcurrentSkipListMap<>();
  private final Map<Integer, AtomicInteger> refusals = new ConcurrentSkipListMap<>();
  private final Map<String, AtomicInteger> errors = new ConcurrentSkipListMap<>();
  private final AtomicLong received = new AtomicLong();
  private final AtomicInteger connected = new AtomicInteger();
  private final AtomicInteger timedOut = new AtomicInteger();
  private final AtomicInteger givenUp = new AtomicInteger();

  ClientStatistics() {
    for (ClientBehavior habit : ClientBehavior.values())
      deliveries.put(habit, new Recorder(DIGITS));
  }

  void received(ClientBehavior habit, long micros) {
    received.incrementAndGet();
    deliveries.get(habit).recordValue(Math.max(0, micros));
  }

  void written(long micros) {
    writes.recordValue(Math.max(0, micros));
  }

  void connected(long micros) {
    connected.incrementAndGet();
    connects.recordValue(Math.max(0, micros));
  }

  /** A line has ended, or a try to open one. */
  void ended(int code, boolean wasLive) {
    (wasLive ? ends : refusals)
        .computeIfAbsent(code, first -> new AtomicInteger())
        .incrementAndGet();
  }

  void error(String code) {
    errors.computeIfAbsent(code, first -> new AtomicInteger()).incrementAndGet();
  }

  /** A handshake was not answered in time. */
  void timedOut() {
    timedOut.incrementAndGet();
  }

  /** An alert client gave up a silent line. */
  void givenUp() {
    givenUp.incrementAndGet();
  }

  long received() {
    return received.get();
  }

  /** Deliveries to the clients of that habit since this was asked before. */
  Histogram deliveries(ClientBehavior habit) {
    return deliveries.get(habit).getIntervalHistogram();
  }

  Histogram writes() {
    return writes.getIntervalHistogram();
  }

  Histogram connects() {
    return connects.getIntervalHistogram();
  }

  ConnectionTotals lines() {
    return new ConnectionTotals(
        connected.get(), timedOut.get(), givenUp.get(), copy(refusals), copy(ends), copy(errors));
  }

  private static <K extends Comparable<K>> Map<K, Integer> copy(Map<K, AtomicInteger> counts) {
    var copy = new TreeMap<K, Integer>();
    counts.forEach((key, count) -> copy.put(key, count.get()));
    return copy;
  }
}
