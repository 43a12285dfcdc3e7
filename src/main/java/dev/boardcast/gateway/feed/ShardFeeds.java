package dev.boardcast.gateway.feed;

import dev.boardcast.bus.EventBatch;
import dev.boardcast.bus.ShardBeacon;
import dev.boardcast.database.Backoff;
import dev.boardcast.engine.EventHistory;
import dev.boardcast.gateway.loop.BoundedCalls;
import dev.boardcast.spi.Shards;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * The feeds of all shards, and a watchdog on their beacons: when those of any shard stop, the heads
 * are read from the log, one query at a time. One event loop; {@link #tick} brings the time.
 *
 * <p>Each shard has a watchdog of its own: a node that is cut off from the others may still receive
 * the beacons of its own emitter.
 */
final class ShardFeeds {
  private static final int SILENCE_MILLIS = 2_500;
  private static final int POLL_MILLIS = 1_000;
  private static final Duration FIRST_RETRY = Duration.ofSeconds(2);
  private static final Duration MAX_RETRY = Duration.ofSeconds(4);

  private final ShardFeed[] feeds = new ShardFeed[Shards.COUNT];
  private final long[] beaconAt = new long[Shards.COUNT];
  private final BoundedCalls calls;
  private final EventHistory history;
  private final Backoff backoff = new Backoff(FIRST_RETRY, MAX_RETRY);
  private boolean querying;
  private long pollMillis = POLL_MILLIS;
  private long queriedAt;
  private boolean started;
  private long now;

  ShardFeeds(BoundedCalls calls, EventHistory history, ShardFeed.Sink sink) {
    this.calls = calls;
    this.history = history;
    for (int shard = 0; shard < feeds.length; shard++) {
      feeds[shard] = new ShardFeed(shard, calls, history, sink);
    }
  }

  ShardFeed get(int shard) {
    return feeds[shard];
  }

  void onBatch(EventBatch batch) {
    if (isShard(batch.shard())) feeds[batch.shard()].onBatch(batch);
  }

  void onBeacon(ShardBeacon beacon) {
    if (!isShard(beacon.shard())) return;
    beaconAt[beacon.shard()] = now;
    feeds[beacon.shard()].onBeacon(beacon);
  }

  /** Reads all heads; completes when the position of each shard is known, else fails. */
  Future<Void> readHeads() {
    querying = true;
    queriedAt = now;
    long[] positions = Arrays.stream(feeds).mapToLong(ShardFeed::position).toArray();
    return calls
        .call(history::heads)
        .compose(heads -> onHeads(heads, positions))
        .onComplete(
            done -> {
              querying = false;
              backoff.reset();
              pollMillis = POLL_MILLIS;
            },
            failure -> {
              querying = false;
              pollMillis = backoff.next().toMillis();
            });
  }

  void tick(long millis) {
    now = millis;
    if (!started) Arrays.fill(beaconAt, millis);
    started = true;
    boolean mayQuery = !querying && now - queriedAt >= pollMillis;
    boolean headNeeded = false;
    for (ShardFeed feed : feeds) {
      feed.tick(millis);
      if (mayQuery) headNeeded |= feed.takeHeadNeeded();
    }
    if (mayQuery && (headNeeded || isAnySilent())) readHeads();
  }

  private Future<Void> onHeads(List<EventHistory.Head> heads, long[] positions) {
    for (EventHistory.Head head : heads) {
      if (!isShard(head.shard())) continue;
      feeds[head.shard()].onHead(head.epoch(), head.head(), positions[head.shard()]);
    }
    for (ShardFeed feed : feeds) {
      if (feed.epoch() == null) {
        return Future.failedFuture("the event log does not know every shard");
      }
    }
    return Future.succeededFuture();
  }

  private boolean isAnySilent() {
    for (long at : beaconAt) {
      if (now - at >= SILENCE_MILLIS) return true;
    }
    return false;
  }

  private static boolean isShard(int shard) {
    return shard >= 0 && shard < Shards.COUNT;
  }
}
