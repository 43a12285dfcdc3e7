package dev.boardcast.gateway;

import dev.boardcast.bus.EventBatch;
import dev.boardcast.bus.ShardBeacon;
import dev.boardcast.event.EventHistory;
import dev.boardcast.event.Shards;
import io.vertx.core.Future;
import java.util.List;

/**
 * All shards' feeds, and the watch over their beacons: when these fall silent, for whatever reason,
 * the log itself is asked for its heads, one question at a time. One event loop.
 */
final class Feeds {
  private static final int SILENCE_MILLIS = 2_500;
  private static final int POLL_MILLIS = 1_000;
  private static final int LONGEST_PAUSE_MILLIS = 4_000;

  private final ShardFeed[] feeds = new ShardFeed[Shards.COUNT];
  private final Outside outside;
  private final EventHistory history;
  private boolean asking;
  private int pause = POLL_MILLIS;
  private long askedAt;
  private long heardAt;
  private long now;

  Feeds(Outside outside, EventHistory history, ShardFeed.Sink sink) {
    this.outside = outside;
    this.history = history;
    for (int shard = 0; shard < feeds.length; shard++) {
      feeds[shard] = new ShardFeed(shard, outside, history, sink);
    }
  }

  ShardFeed of(int shard) {
    return feeds[shard];
  }

  void onBatch(EventBatch batch) {
    if (isShard(batch.shard())) feeds[batch.shard()].onBatch(batch);
  }

  void onBeacon(ShardBeacon beacon) {
    if (!isShard(beacon.shard())) return;
    heardAt = now;
    feeds[beacon.shard()].onBeacon(beacon);
  }

  /** Reads every head; completes when each shard knows where it stands, else fails. */
  Future<Void> ask() {
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
              pause = POLL_MILLIS;
            },
            failure -> {
              asking = false;
              pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
            });
  }

  void tick(long millis) {
    now = millis;
    if (heardAt == 0) heardAt = millis;
    boolean doubt = false;
    for (ShardFeed feed : feeds) {
      feed.tick(millis);
      if (!asking && now - askedAt >= pause) doubt |= feed.takeDoubt();
    }
    boolean silent = now - heardAt >= SILENCE_MILLIS;
    if ((doubt || silent) && !asking && now - askedAt >= pause) ask();
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

  private static boolean isShard(int shard) {
    return shard >= 0 && shard < Shards.COUNT;
  }
}
