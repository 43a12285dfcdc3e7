package dev.boardcast.memory;

import dev.boardcast.bus.LogAnswer;
import dev.boardcast.bus.LogEntry;
import dev.boardcast.bus.LogEpoch;
import dev.boardcast.bus.LogQuery;
import dev.boardcast.bus.LoggedEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;

/**
 * The last events of one shard, in memory: bounded in number and bytes, and by age. Events that are
 * not committed are not dropped. Not thread safe.
 */
final class MemoryLog {
  private static final int MAX_EPOCHS = 64;
  private static final int FIRST_CAPACITY = 256;

  private final BroadcastConfig bounds;
  private final Map<String, Sequences> byStream = new HashMap<>();
  private final Map<Key, Long> byKey = new HashMap<>();
  private final Map<UUID, Long> byId = new HashMap<>();
  private List<LogEpoch> epochs = List.of();
  private LogEntry[] ring = new LogEntry[FIRST_CAPACITY];
  private long oldest = 1;
  private long head;
  private long committed;
  private long bytes;

  private record Key(String stream, UUID key) {}

  MemoryLog(BroadcastConfig bounds) {
    this.bounds = bounds;
  }

  /** Drops everything; the next event is that after a sequence. */
  void reset(List<LogEpoch> of, long after) {
    ring = new LogEntry[FIRST_CAPACITY];
    byStream.clear();
    byKey.clear();
    byId.clear();
    epochs = List.copyOf(of);
    oldest = after + 1;
    head = after;
    committed = after;
    bytes = 0;
  }

  /** Whether there is no history at all. */
  boolean isBlank() {
    return epochs.isEmpty();
  }

  List<LogEpoch> epochs() {
    return epochs;
  }

  /** Takes the epochs of a log that this one is the beginning of, or equal to. */
  void setEpochs(List<LogEpoch> of) {
    epochs = List.copyOf(of);
  }

  /** From the next event on, the sequences are of a new epoch. */
  void beginEpoch(String epoch, boolean isBroken) {
    var all = new ArrayList<>(epochs);
    all.add(new LogEpoch(epoch, head, isBroken));
    while (all.size() > MAX_EPOCHS && all.get(1).after() <= committed) {
      all.remove(0);
      // Events whose epoch is not known are of no use.
      while (oldest <= all.get(0).after()) drop();
    }
    while (all.size() > 1 && all.get(1).after() < oldest - 1) all.remove(0);
    epochs = List.copyOf(all);
  }

  String epoch() {
    return Lineage.current(epochs);
  }

  /** The epoch of the last event; null in a blank log. */
  String epochOfHead() {
    return Lineage.epochAt(epochs, head);
  }

  long oldest() {
    return oldest;
  }

  long head() {
    return head;
  }

  long committed() {
    return committed;
  }

  void commit(long sequence) {
    committed = Math.max(committed, Math.min(sequence, head));
    trim();
  }

  /** Appends the next event, which has its sequence. */
  void append(LogEntry entry) {
    long sequence = entry.event().sequence();
    if (sequence != head + 1) {
      throw new IllegalStateException("expected " + (head + 1) + ", got " + sequence);
    }
    if (head - oldest + 1 == ring.length) grow();
    ring[slot(sequence)] = entry;
    head = sequence;
    bytes += entry.size();
    for (String stream : entry.event().streams()) {
      byStream.computeIfAbsent(stream, first -> new Sequences()).add(sequence);
    }
    if (entry.key() != null) byKey.put(new Key(entry.stream(), entry.key()), sequence);
    byId.put(entry.event().id(), sequence);
    trim();
  }

  /** The sequence of the event with an id; 0 when it is not here. */
  long findId(UUID id) {
    return byId.getOrDefault(id, 0L);
  }

  /** The sequence of the event that a stream remembers by a key; 0 when it is not here. */
  long findKey(String stream, UUID key) {
    return key == null ? 0 : byKey.getOrDefault(new Key(stream, key), 0L);
  }

  /** Drops what is older than the bound. */
  void expire(Instant now) {
    Instant end = now.minus(bounds.keep());
    while (oldest <= committed && ring[slot(oldest)].event().at().isBefore(end)) drop();
  }

  /** Events after a sequence that is not older than the log, in order: at least one, if any. */
  List<LogEntry> after(long sequence, int maxEvents, int maxBytes) {
    var entries = new ArrayList<LogEntry>();
    long size = 0;
    for (long next = sequence + 1; next <= head && entries.size() < maxEvents; next++) {
      LogEntry entry = ring[slot(next)];
      size += entry.size();
      if (!entries.isEmpty() && size > maxBytes) break;
      entries.add(entry);
    }
    return entries;
  }

  /** Answers by committed events. */
  LogAnswer answer(LogQuery query) {
    var events = new ArrayList<LoggedEvent>();
    long after = Math.max(query.after(), oldest - 1);
    long upTo = Math.min(query.upTo(), committed);
    if (query.limit() > 0 && upTo > after) {
      if (query.streams().isEmpty()) {
        for (long at = after + 1; at <= upTo && events.size() < query.limit(); at++) {
          events.add(event(at));
        }
      } else {
        found(query, after, upTo).forEach(at -> events.add(event(at)));
      }
    }
    return new LogAnswer(epochs, committed, oldest, events);
  }

  private Collection<Long> found(LogQuery query, long after, long upTo) {
    var found = new TreeSet<Long>();
    for (String stream : query.streams()) {
      Sequences all = byStream.get(stream);
      if (all == null) continue;
      int from = all.firstAbove(after);
      int to = all.firstAbove(upTo);
      if (query.backwards()) from = Math.max(from, to - query.limit());
      else to = Math.min(to, from + query.limit());
      for (int at = from; at < to; at++) found.add(all.get(at));
    }
    var ordered = new ArrayList<>(found);
    if (ordered.size() <= query.limit()) return ordered;
    return query.backwards()
        ? ordered.subList(ordered.size() - query.limit(), ordered.size())
        : ordered.subList(0, query.limit());
  }

  private LoggedEvent event(long sequence) {
    return ring[slot(sequence)].event();
  }

  private void trim() {
    while (oldest <= committed
        && (head - oldest >= bounds.maxEvents() || bytes > bounds.maxShardBytes())) {
      drop();
    }
  }

  private void drop() {
    LogEntry entry = ring[slot(oldest)];
    ring[slot(oldest)] = null;
    bytes -= entry.size();
    for (String stream : entry.event().streams()) {
      Sequences all = byStream.get(stream);
      if (all == null) continue;
      all.removeFirst(oldest);
      if (all.isEmpty()) byStream.remove(stream);
    }
    if (entry.key() != null) byKey.remove(new Key(entry.stream(), entry.key()), oldest);
    byId.remove(entry.event().id(), oldest);
    oldest++;
  }

  private void grow() {
    var larger = new LogEntry[ring.length * 2];
    for (long at = oldest; at <= head; at++) larger[(int) (at % larger.length)] = ring[slot(at)];
    ring = larger;
  }

  private int slot(long sequence) {
    return (int) (sequence % ring.length);
  }
}
