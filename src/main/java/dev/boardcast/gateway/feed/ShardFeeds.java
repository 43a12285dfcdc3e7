package dev.boardcast.gateway.feed;

import dev.boardcast.bus.EventBatch;
import dev.boardcast.bus.ShardBeacon;
import dev.boardcast.database.Backoff;
import dev.boardcast.engine.EventHistory;
import dev.boardcast.engine.SharedQuery;
import dev.boardcast.gateway.loop.BoundedCalls;
import dev.boardcast.spi.Shards;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * The feeds of all shards, and a watchdog on their beacons: when those of any shard stop, and no
 * heartbeat of the database replaces them, the heads are read from the log. One event loop; {@link
 * #tick} brings the time.
 *
 * <ul>
 *   <li>Each shard has a watchdog of its own: a node that is cut off from the others may still
 *       receive the beacons of its own emitter.
 *   <li>All who need the heads share one query at a time, see {@link SharedQuery}, and every answer
 *       is given to the feeds before those who asked get it. So answers never arrive out of order.
 * </ul>
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
  private final SharedQuery<List<EventHistory.Head>> heads = new SharedQuery<>(this::queryHeads);
  private boolean polling;
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

  /**
   * Takes the head of a shard that a heartbeat has read from the log.
   *
   * @param askedAt when the heartbeat's statement was sent
   */
  void onHeartbeat(EventHistory.Head head, long askedAt) {
    if (!isShard(head.shard())) return;
    beaconAt[head.shard()] = now;
    feeds[head.shard()].onHeartbeat(head.epoch(), head.head(), askedAt);
  }

  /** Reads all heads; completes when the position of each shard is known, else fails. */
  Future<Void> readHeads() {
    return heads
        .ask()
        .compose(
            answer ->
                Arrays.stream(feeds).allMatch(feed -> feed.epoch() != null)
                    ? Future.succeededFuture()
                    : Future.failedFuture("the event log does not know every shard"));
  }

  /**
   * The heads that a query has read which began after this call, or one that is under way when they
   * suffice. The feeds have taken them.
   */
  Future<List<EventHistory.Head>> heads(Predicate<List<EventHistory.Head>> suffices) {
    return heads.ask(suffices);
  }

  void tick(long millis) {
    now = millis;
    if (!started) Arrays.fill(beaconAt, millis);
    started = true;
    boolean mayQuery = !polling && now - queriedAt >= pollMillis;
    boolean headNeeded = false;
    for (ShardFeed feed : feeds) {
      feed.tick(millis);
      if (mayQuery) headNeeded |= feed.takeHeadNeeded();
    }
    if (mayQuery && (headNeeded || isAnySilent())) poll();
  }

  private void poll() {
    polling = true;
    readHeads().onComplete(done -> polling = false);
  }

  private Future<List<EventHistory.Head>> queryHeads() {
    queriedAt = now;
    long askedAt = now;
    long[] positions = Arrays.stream(feeds).mapToLong(ShardFeed::position).toArray();
    return calls
        .call(history::heads)
        .map(
            answer -> {
              backoff.reset();
              pollMillis = POLL_MILLIS;
              answer.forEach(head -> onHead(head, positions, askedAt));
              return answer;
            })
        .onFailure(failure -> pollMillis = backoff.next().toMillis());
  }

  private void onHead(EventHistory.Head head, long[] positions, long askedAt) {
    if (!isShard(head.shard())) return;
    long before = positions[head.shard()];
    feeds[head.shard()].onHead(head, before, askedAt);
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
