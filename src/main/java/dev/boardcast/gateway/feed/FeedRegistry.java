package dev.boardcast.gateway.feed;

import dev.boardcast.bus.EventBatch;
import dev.boardcast.bus.ShardBeacon;
import dev.boardcast.database.Backoff;
import dev.boardcast.engine.EventHistory;
import dev.boardcast.gateway.session.BoundedCalls;
import dev.boardcast.spi.Shards;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * All shards' feeds, and the watch over their beacons: when those of any shard fall silent, for
 * whatever reason, the log itself is asked for its heads, one question at a time. One event loop.
 *
 * <p>Each shard is watched by itself: a node that is cut off from the others may still hear its own
 * emitter, and that of one shard says nothing about the rest.
 */
public final class FeedRegistry {
  private static final int SILENCE_MILLIS = 2_500;
  private static final int POLL_MILLIS = 1_000;
  private static final Duration MAX_POLL_INTERVAL = Duration.ofSeconds(4);

  private final ShardFeed[] feeds = new ShardFeed[Shards.COUNT];
  private final BoundedCalls outside;
  private final EventHistory history;
  private boolean asking;
  private final Backoff backoff =
      new Backoff(Duration.ofMillis(2 * POLL_MILLIS), MAX_POLL_INTERVAL);
  private long pollInterval = POLL_MILLIS;
  private long askedAt;
  private final long[] heardAt = new long[Shards.COUNT];
  private boolean begun;
  private long now;

  public FeedRegistry(BoundedCalls outside, EventHistory history, ShardFeed.Sink sink) {
    this.outside = outside;
    this.history = history;
    for (int shard = 0; shard < feeds.length; shard++) {
      feeds[shard] = new ShardFeed(shard, outside, history, sink);
    }
  }

  public ShardFeed of(int shard) {
    return feeds[shard];
  }

  public void onBatch(EventBatch batch) {
    if (isShard(batch.shard())) feeds[batch.shard()].onBatch(batch);
  }

  public void onBeacon(ShardBeacon beacon) {
    if (!isShard(beacon.shard())) return;
    heardAt[beacon.shard()] = now;
    feeds[beacon.shard()].onBeacon(beacon);
  }

  /** Reads every head; completes when each shard knows where it stands, else fails. */
  public Future<Void> ask() {
    asking = true;
    askedAt = now;
    var positions = new long[feeds.length];
    for (int shard = 0; shard < feeds.length; shard++) positions[shard] = feeds[shard].position();
    return outside
        .call(history::heads)
        .compose(heads -> told(heads, positions))
        .onComplete(
            done -> {
              asking = false;
              pollInterval = POLL_MILLIS;
              backoff.reset();
            },
            failure -> {
              asking = false;
              pollInterval = backoff.next().toMillis();
            });
  }

  public void tick(long millis) {
    now = millis;
    if (!begun) Arrays.fill(heardAt, millis);
    begun = true;
    boolean doubt = false;
    for (ShardFeed feed : feeds) {
      feed.tick(millis);
      if (!asking && now - askedAt >= pollInterval) doubt |= feed.takeDoubt();
    }
    if ((doubt || isAnySilent()) && !asking && now - askedAt >= pollInterval) ask();
  }

  private Future<Void> told(List<EventHistory.Head> heads, long[] positions) {
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
    for (long heard : heardAt) {
      if (now - heard >= SILENCE_MILLIS) return true;
    }
    return false;
  }

  private static boolean isShard(int shard) {
    return shard >= 0 && shard < Shards.COUNT;
  }
}
