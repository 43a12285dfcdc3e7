package dev.boardcast.gateway.feed;

import dev.boardcast.bus.EventBatch;
import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.bus.Offset;
import dev.boardcast.bus.ShardBeacon;
import dev.boardcast.database.Backoff;
import dev.boardcast.engine.EventHistory;
import dev.boardcast.gateway.loop.BoundedCalls;
import dev.boardcast.gateway.protocol.EventMessage;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Turns what the bus brings of one shard, which may lose, repeat and reorder messages, into its
 * events in order and without a gap.
 *
 * <ul>
 *   <li>An event that the sink does not want moves the position without being decoded; it is among
 *       the recent events for those who come later.
 *   <li>A batch that overlaps the position is trimmed. One that leaves a gap waits until the gap
 *       was read from the log, by one read however many sessions wait.
 *   <li>A beacon ahead of the position that no batch explains within {@value #GRACE_MILLIS} ms
 *       means a loss: the log is read.
 *   <li>Another epoch, or a head behind the position, counts only when read from the log itself;
 *       then the sink is told that the history has changed, unless the epoch continues this one.
 *   <li>While the log cannot be read, batches wait and reading is retried with a backoff.
 *   <li>When it is not certain that the feed had every event {@value #STALE_MILLIS} ms ago, the
 *       sink is told that the shard is stale, and later that it is fresh again.
 * </ul>
 *
 * One event loop; {@link #tick} brings the time.
 */
public final class ShardFeed {
  static final int GRACE_MILLIS = 50;
  static final int STALE_MILLIS = 3_000;

  // A position that has advanced so recently may be ahead of a heartbeat for good reason.
  private static final int SETTLED_MILLIS = 1_000;
  private static final Duration MIN_RETRY = Duration.ofMillis(100);
  private static final Duration MAX_RETRY = Duration.ofSeconds(2);

  /** Receives the events of all shards. */
  public interface Sink {
    /** Whether the sink has a subscriber for one of these streams; other events are not decoded. */
    boolean wants(List<String> streams);

    void event(EventMessage message);

    /** The events between the shard's old and new position are lost. */
    void historyChanged(int shard);

    /** The log is read because the bus has lost something. */
    void repaired(int shard);

    /**
     * The node cannot vouch for the shard: events may exist that it does not know of.
     *
     * @param ageMillis how long ago the shard was known to be complete
     */
    void stale(int shard, long ageMillis);

    /** The node can vouch for the shard again. */
    void fresh(int shard);
  }

  private final int shard;
  private final BoundedCalls calls;
  private final EventHistory history;
  private final Sink sink;
  private final RecentEvents recent = new RecentEvents();
  private final PageSize pageSize = new PageSize();
  private final PendingBatches pending = new PendingBatches();
  private final Backoff backoff = new Backoff(MIN_RETRY, MAX_RETRY);
  private final Completeness completeness = new Completeness();
  private final Set<String> continued = new HashSet<>();
  private String epoch;
  private EventHistory.Continuation continuation = EventHistory.Continuation.NONE;
  private long position;
  private long target;
  private long announced;
  private long announcedAt;
  private boolean reading;
  private boolean headNeeded;
  private boolean stale;
  private long advancedAt;
  private long retryAt;
  private long now;

  ShardFeed(int shard, BoundedCalls calls, EventHistory history, Sink sink) {
    this.shard = shard;
    this.calls = calls;
    this.history = history;
    this.sink = sink;
  }

  /** The offset of the last event passed on. */
  public Offset offset() {
    return new Offset(epoch, position);
  }

  /** The sequence of the last event passed on. */
  public long position() {
    return position;
  }

  /** The epoch of the history; null until the first head was read. */
  public String epoch() {
    return epoch;
  }

  /** Whether positions of an epoch, up to the present one, are the same in the present epoch. */
  public boolean hasContinued(String other) {
    return other.equals(epoch) || continued.contains(other);
  }

  /** The offset in the present epoch that is the same position as another one, if there is one. */
  public Optional<Offset> resolve(Offset offset) {
    return offset.epoch().equals(epoch) ? Optional.of(offset) : continuation.resolve(offset);
  }

  /** Whether every event after that sequence is in memory. */
  public boolean hasRecentAfter(long sequence) {
    return recent.coversAfter(sequence);
  }

  /** An event in memory; null for one beyond the last. */
  public EventMessage recent(long sequence) {
    return recent.get(sequence);
  }

  /** Whether the sink was told that the shard is stale, and not yet that it is fresh. */
  public boolean isStale() {
    return stale;
  }

  /** How long ago the shard was known to be complete. */
  public long ageMillis() {
    return now - completeness.certainAt();
  }

  /** Whether the head must be read from the log; resets that. */
  boolean takeHeadNeeded() {
    boolean needed = headNeeded;
    headNeeded = false;
    return needed;
  }

  void onBatch(EventBatch batch) {
    if (batch.count() == 0) return;
    if (epoch == null) {
      pending.add(batch);
    } else if (!batch.epoch().equals(epoch)) {
      headNeeded = true;
    } else if (batch.first() <= position + 1) {
      deliver(batch);
      deliverPending();
    } else {
      pending.add(batch);
      target = Math.max(target, batch.last());
      repair();
    }
  }

  void onBeacon(ShardBeacon beacon) {
    onAnnounced(beacon.epoch(), beacon.head(), now);
  }

  /**
   * Takes the head that a heartbeat has read from the log. It counts as a beacon: the log's own
   * answer to a later question decides on another epoch or a head behind the position.
   *
   * @param askedAt when the heartbeat's statement was sent
   */
  void onHeartbeat(String headEpoch, long head, long askedAt) {
    onAnnounced(headEpoch, head, askedAt);
    if (head < position && askedAt > advancedAt + SETTLED_MILLIS) headNeeded = true;
  }

  private void onAnnounced(String headEpoch, long head, long at) {
    if (epoch == null || !headEpoch.equals(epoch)) {
      headNeeded = true;
      return;
    }
    completeness.sourceWasAt(head, at, position);
    if (head > announced) {
      announced = head;
      announcedAt = now;
    }
  }

  /**
   * Takes the head that was read from the log.
   *
   * @param positionBefore the position when the read began: only a head behind that one is behind
   * @param askedAt when the read began
   */
  void onHead(EventHistory.Head read, long positionBefore, long askedAt) {
    String headEpoch = read.epoch();
    long head = read.head();
    boolean started = epoch != null;
    continueIn(read);
    continuation = read.continuation();
    if (!headEpoch.equals(epoch) || head < positionBefore) {
      epoch = headEpoch;
      continued.clear();
      restartAt(head);
      if (started) sink.historyChanged(shard);
      deliverPending();
    } else if (head > position) {
      target = Math.max(target, head);
      repair();
    }
    completeness.sourceWasAt(head, askedAt, position);
  }

  /** Another node numbers, and has every event that this feed has passed on. */
  private void continueIn(EventHistory.Head read) {
    if (epoch == null || read.epoch().equals(epoch)) return;
    if (read.resolve(new Offset(epoch, position)).isEmpty()) return;
    continued.add(epoch);
    epoch = read.epoch();
    target = position;
    announced = position;
  }

  void tick(long millis) {
    now = millis;
    if (announced > position && now - announcedAt >= GRACE_MILLIS) {
      target = Math.max(target, announced);
    }
    if (target > position) repair();
    if (epoch != null) checkStale();
  }

  private void checkStale() {
    boolean late = ageMillis() >= STALE_MILLIS;
    if (late == stale) return;
    stale = late;
    if (stale) sink.stale(shard, ageMillis());
    else sink.fresh(shard);
  }

  private void restartAt(long head) {
    position = head;
    target = head;
    announced = head;
    advancedAt = now;
    completeness.restart();
    recent.restart(head);
  }

  private void deliverPending() {
    while (!pending.isEmpty()) {
      EventBatch first = pending.first();
      boolean sameEpoch = first.epoch().equals(epoch);
      if (sameEpoch && first.first() > position + 1) {
        target = Math.max(target, first.last());
        repair();
        return;
      }
      pending.removeFirst();
      if (sameEpoch) deliver(first);
    }
  }

  /** Passes on the events after the position of a batch that leaves no gap. */
  private void deliver(EventBatch batch) {
    while (position < batch.last()) {
      position++;
      advancedAt = now;
      completeness.advancedTo(position);
      recent.add(batch, position);
      if (sink.wants(batch.streams(position))) sink.event(recent.get(position));
    }
  }

  private void repair() {
    if (reading || now < retryAt) return;
    reading = true;
    sink.repaired(shard);
    String epochBefore = epoch;
    calls
        .call(() -> history.in(epochBefore).read(shard, position, pageSize.next()))
        .onComplete(
            page -> {
              reading = false;
              backoff.reset();
              pageSize.onPage(page);
              if (epochBefore.equals(epoch)) onPage(page);
            },
            failure -> {
              reading = false;
              retryLater();
            });
  }

  private void onPage(List<LoggedEvent> page) {
    long before = position;
    for (LoggedEvent event : page) {
      if (event.sequence() > position + 1) {
        // Retention has dropped what is between.
        long end = Math.max(target, announced);
        restartAt(event.sequence() - 1);
        target = end;
        sink.historyChanged(shard);
      }
      if (event.sequence() <= position) continue;
      deliver(new EventBatch(shard, epoch, event.sequence(), List.of(event)));
    }
    deliverPending();
    if (target <= position) return;
    if (position > before) {
      repair();
    } else {
      headNeeded = true;
      retryLater();
    }
  }

  private void retryLater() {
    retryAt = now + backoff.next().toMillis();
  }
}
