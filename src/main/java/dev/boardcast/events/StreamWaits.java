package dev.boardcast.events;

import dev.boardcast.bus.Offset;
import dev.boardcast.database.Heartbeat;
import dev.boardcast.engine.StreamLog;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.Shards;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Lets requests wait for events of streams. The node's heartbeats say which shard has new events;
 * then one statement finds the streams that have some, for all who wait. Those are woken together
 * and at most {@value #LOOKS_PER_SECOND} times a second, so that pollers behind a cache continue
 * from the same offset. One per node. Thread safe.
 */
public final class StreamWaits {
  private static final int LOOKS_PER_SECOND = 2;
  // Heartbeats are not on time.
  private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(900) / LOOKS_PER_SECOND;
  private static final int MAX_WAITS = 10_000;
  private static final int MAX_WAITS_PER_CLIENT = 1_000;

  private final Vertx vertx;
  private final StreamLog log;
  private final Map<Integer, ShardWaits> shards = new HashMap<>();
  private final Map<String, Integer> byClient = new HashMap<>();
  private int count;
  private boolean closed;

  private static final class ShardWaits {
    final Set<Wait> waits = new LinkedHashSet<>();
    boolean isLooking;
    long lookedNanos = System.nanoTime() - PACE_NANOS;
  }

  public StreamWaits(Vertx vertx, StreamLog log) {
    this.vertx = vertx;
    this.log = log;
  }

  /** One request that waits. Ends by an event, by its time, or by {@link #end}. */
  final class Wait {
    private final int shard;
    private final Set<String> streams;
    private final String epoch;
    private final String client;
    private final Context caller = vertx.getOrCreateContext();
    private final Promise<Boolean> over = Promise.promise();
    // Up to this sequence there was nothing.
    private long checked;
    private long timer;

    private Wait(Set<String> streams, Offset from, String client) {
      this.shard = Shards.of(streams.iterator().next());
      this.streams = streams;
      this.epoch = from.epoch();
      this.checked = from.sequence();
      this.client = client;
    }

    /**
     * Completes on the caller's context when there may be an event, or the time is over: with
     * whether the caller may wait again. Fails with a {@link Problem} when too many wait.
     */
    Future<Boolean> future() {
      return over.future();
    }

    /** Ends the wait; harmless when it is over. */
    void end() {
      if (!remove(this)) return;
      vertx.cancelTimer(timer);
      boolean mayWaitAgain = !isClosed();
      caller.runOnContext(turn -> over.tryComplete(mayWaitAgain));
    }
  }

  /**
   * Begins to wait for an event.
   *
   * @param streams of one shard, at least one
   * @param from a head of the log up to which they have no event that the caller wants
   * @param most how long, at least 1 ms
   * @param client who waits, by address or user
   */
  Wait begin(Set<String> streams, Offset from, Duration most, String client) {
    var wait = new Wait(streams, from, client);
    synchronized (this) {
      if (closed) {
        wait.over.complete(false);
        return wait;
      }
      if (count >= MAX_WAITS || byClient.getOrDefault(client, 0) >= MAX_WAITS_PER_CLIENT) {
        wait.over.fail(Problem.unavailable("too many requests wait for events", 1));
        return wait;
      }
      count++;
      byClient.merge(client, 1, Integer::sum);
      shards.computeIfAbsent(wait.shard, shard -> new ShardWaits()).waits.add(wait);
      wait.timer = vertx.setTimer(most.toMillis(), passed -> wait.end());
    }
    return wait;
  }

  private synchronized boolean remove(Wait wait) {
    ShardWaits all = shards.get(wait.shard);
    if (all == null || !all.waits.remove(wait)) return false;
    count--;
    byClient.merge(wait.client, -1, (before, less) -> before + less == 0 ? null : before + less);
    return true;
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** How many requests wait. */
  public synchronized int count() {
    return count;
  }

  /** Wakes all, who then ask again what they may read. */
  public void wakeAll() {
    List<Wait> all = new ArrayList<>();
    synchronized (this) {
      shards.values().forEach(shard -> all.addAll(shard.waits));
    }
    all.forEach(Wait::end);
  }

  /** Wakes all; from now on nobody waits. */
  public void close() {
    synchronized (this) {
      closed = true;
    }
    wakeAll();
  }

  /** Looks for events where the log has grown. */
  public void onHeartbeat(Heartbeat beat) {
    beat.shards().forEach(this::look);
  }

  private void look(Heartbeat.Shard at) {
    List<Wait> asking;
    Set<String> streams = new HashSet<>();
    long least = Long.MAX_VALUE;
    boolean isOtherEpoch = false;
    synchronized (this) {
      ShardWaits shard = shards.get(at.shard());
      if (shard == null || shard.isLooking || shard.waits.isEmpty()) return;
      if (System.nanoTime() - shard.lookedNanos < PACE_NANOS) return;
      for (Wait wait : shard.waits) {
        isOtherEpoch |= !wait.epoch.equals(at.epoch());
        least = Math.min(least, wait.checked);
      }
      if (at.head() <= least && !isOtherEpoch) return;
      asking = List.copyOf(shard.waits);
      asking.forEach(wait -> streams.addAll(wait.streams));
      shard.isLooking = true;
      shard.lookedNanos = System.nanoTime();
    }
    log.changed(at.shard(), streams, least)
        .onComplete(
            (last, failure) -> {
              synchronized (this) {
                shards.get(at.shard()).isLooking = false;
              }
              // Those who wait are answered in time, and a heartbeat follows.
              if (failure == null) wake(at, asking, last);
            });
  }

  private void wake(Heartbeat.Shard at, List<Wait> asking, Map<String, Long> last) {
    List<Wait> woken = new ArrayList<>();
    synchronized (this) {
      for (Wait wait : asking) {
        boolean hasNews =
            wait.streams.stream().anyMatch(name -> last.getOrDefault(name, 0L) > wait.checked);
        if (hasNews || !wait.epoch.equals(at.epoch())) woken.add(wait);
        else wait.checked = Math.max(wait.checked, at.head());
      }
    }
    woken.forEach(Wait::end);
  }
}
