package dev.boardcast.gateway.feed;

import dev.boardcast.bus.EventBatch;
import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.bus.Offset;
import dev.boardcast.bus.ShardBeacon;
import dev.boardcast.database.Backoff;
import dev.boardcast.engine.EventHistory;
import dev.boardcast.gateway.protocol.EventMessage;
import dev.boardcast.gateway.session.BoundedCalls;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;

/**
 * One shard's events, in order and without a hole, made of a bus that loses, doubles and reorders.
 *
 * <ul>
 *   <li>A batch that overlaps what is known is trimmed, one that leaves a hole waits until the hole
 *       was read from the log: one read at a time, however many sessions wait.
 *   <li>A beacon ahead of us, that no batch explains within {@value #GRACE_MILLIS} ms, means a
 *       loss: the log is read.
 *   <li>Another epoch, or a head behind us, is believed only when the log itself says so; then
 *       followers are told that history has changed.
 *   <li>While the log cannot be read, events wait, and reading is tried again ever more slowly.
 * </ul>
 *
 * One event loop; {@link #tick} brings the time.
 */
public final class ShardFeed {
  static final int GRACE_MILLIS = 50;

  private static final int PAGE = 500;
  private static final int MAX_WAITING = 10_000;
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);
  private static final Duration MAX_RETRY = Duration.ofSeconds(2);

  /** Where events go. */
  public interface Sink {
    void event(EventMessage message);

    /** What was between the old and the new position is not to be had. */
    void historyChanged(int shard);

    /** The log was read because the bus had lost something. */
    void repaired(int shard);
  }

  private final int shard;
  private final BoundedCalls outside;
  private final EventHistory history;
  private final Sink sink;
  private final RecentEvents recent = new RecentEvents();
  private final TreeMap<Long, EventBatch> waiting = new TreeMap<>();
  private int waitingEvents;
  private String epoch;
  private long position;
  private long target;
  private long announced;
  private long announcedAt;
  private boolean reading;
  private boolean doubtful;
  private final Backoff backoff = new Backoff(FIRST_RETRY, MAX_RETRY);
  private long notBefore;
  private long now;

  ShardFeed(int shard, BoundedCalls outside, EventHistory history, Sink sink) {
    this.shard = shard;
    this.outside = outside;
    this.history = history;
    this.sink = sink;
  }

  /** The last event handed on. */
  public Offset offset() {
    return new Offset(epoch, position);
  }

  public long position() {
    return position;
  }

  public String epoch() {
    return epoch;
  }

  public RecentEvents recent() {
    return recent;
  }

  /** Whether only the log can say what is true; asking resets it. */
  boolean takeDoubt() {
    boolean was = doubtful;
    doubtful = false;
    return was;
  }

  void onBatch(EventBatch batch) {
    if (batch.events().isEmpty()) return;
    if (epoch == null) {
      keep(batch);
    } else if (!batch.epoch().equals(epoch)) {
      doubtful = true;
    } else if (batch.first() <= position + 1) {
      batch.events().forEach(this::deliver);
      deliverWaiting();
    } else {
      keep(batch);
      target = Math.max(target, batch.last());
      repair();
    }
  }

  void onBeacon(ShardBeacon beacon) {
    if (epoch == null || !beacon.epoch().equals(epoch)) {
      doubtful = true;
    } else if (beacon.head() > announced) {
      announced = beacon.head();
      announcedAt = now;
    }
  }

  /**
   * What the log itself says.
   *
   * @param asked our position when it was asked: a head behind that one is no late answer
   */
  void onHead(String headEpoch, long head, long asked) {
    boolean started = epoch != null;
    if (!headEpoch.equals(epoch) || head < asked) {
      epoch = headEpoch;
      restartAt(head);
      if (started) sink.historyChanged(shard);
      deliverWaiting();
    } else if (head > position) {
      target = Math.max(target, head);
      repair();
    }
  }

  void tick(long millis) {
    now = millis;
    if (announced > position && now - announcedAt >= GRACE_MILLIS) {
      target = Math.max(target, announced);
    }
    if (target > position) repair();
  }

  private void restartAt(long head) {
    position = head;
    target = head;
    announced = head;
    recent.restart(head);
  }

  private void keep(EventBatch batch) {
    EventBatch other = waiting.get(batch.first());
    if (other != null && other.last() >= batch.last()) return;
    waiting.put(batch.first(), batch);
    waitingEvents += batch.events().size() - (other == null ? 0 : other.events().size());
    while (waitingEvents > MAX_WAITING) {
      waitingEvents -= waiting.pollLastEntry().getValue().events().size();
    }
  }

  private void deliverWaiting() {
    while (!waiting.isEmpty()) {
      EventBatch first = waiting.firstEntry().getValue();
      boolean ours = first.epoch().equals(epoch);
      if (ours && first.first() > position + 1) {
        target = Math.max(target, first.last());
        repair();
        return;
      }
      waiting.pollFirstEntry();
      waitingEvents -= first.events().size();
      if (ours) first.events().forEach(this::deliver);
    }
  }

  private void deliver(LoggedEvent event) {
    if (event.sequence() != position + 1) return;
    position = event.sequence();
    var message = new EventMessage(shard, epoch, event);
    recent.add(message);
    sink.event(message);
  }

  private void repair() {
    if (reading || now < notBefore) return;
    reading = true;
    sink.repaired(shard);
    String asked = epoch;
    outside
        .call(() -> history.read(shard, position, PAGE))
        .onComplete(
            page -> {
              reading = false;
              backoff.reset();
              if (asked.equals(epoch)) onPage(page);
            },
            failure -> {
              reading = false;
              again();
            });
  }

  private void onPage(List<LoggedEvent> page) {
    long before = position;
    for (LoggedEvent event : page) {
      if (event.sequence() > position + 1) {
        // The log no longer has what is between: nobody can bring it.
        long end = Math.max(target, announced);
        restartAt(event.sequence() - 1);
        target = end;
        sink.historyChanged(shard);
      }
      deliver(event);
    }
    deliverWaiting();
    if (target <= position) return;
    if (position > before) {
      repair();
    } else {
      doubtful = true;
      again();
    }
  }

  private void again() {
    notBefore = now + backoff.next().toMillis();
  }
}
