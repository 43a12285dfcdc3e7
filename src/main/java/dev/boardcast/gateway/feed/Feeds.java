package dev.boardcast.gateway.feed;

import dev.boardcast.bus.EventBatch;
import dev.boardcast.bus.ShardBeacon;
import dev.boardcast.engine.DatabaseHeartbeat;
import dev.boardcast.engine.EventHistory;
import dev.boardcast.engine.SnapshotSource;
import dev.boardcast.gateway.loop.BoundedCalls;
import dev.boardcast.spi.Snapshot;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Receives the events of every shard and the snapshots of every board for one event loop, and
 * shares reads of the event log between its sessions. Pass it the messages of the bus, and call
 * {@link #tick} every few tens of milliseconds.
 */
public final class Feeds {
  private final ShardFeeds shards;
  private final Map<String, BoardFeed> boards = new HashMap<>();
  private final SharedLogReads log;

  /** What the feeds read when the bus is silent or has lost something. */
  public record Sources(EventHistory history, SnapshotSource snapshots) {}

  /**
   * @param boards the names of all boards
   */
  public Feeds(
      BoundedCalls calls,
      Clock clock,
      Sources sources,
      Collection<String> boards,
      ShardFeed.Sink events,
      BoardFeed.Sink snapshots) {
    this.shards = new ShardFeeds(calls, sources.history(), events);
    this.log = new SharedLogReads(sources.history(), calls);
    for (String board : boards) {
      this.boards.put(board, new BoardFeed(board, snapshots, calls, sources.snapshots(), clock));
    }
  }

  public void onBatch(EventBatch batch) {
    shards.onBatch(batch);
  }

  public void onBeacon(ShardBeacon beacon) {
    shards.onBeacon(beacon);
  }

  /** Processes a heartbeat of the database, which replaces the beacons of all emitters. */
  public void onHeartbeat(DatabaseHeartbeat beat) {
    for (EventHistory.Head head : beat.heads()) {
      shards.onBeacon(new ShardBeacon(head.shard(), head.epoch(), head.head()));
    }
  }

  /** Takes a snapshot; of an unknown board none. */
  public void onSnapshot(Snapshot snapshot) {
    BoardFeed feed = boards.get(snapshot.board());
    if (feed != null) feed.onSnapshot(snapshot);
  }

  /**
   * @param now milliseconds of a monotonic clock
   */
  public void tick(long now) {
    shards.tick(now);
    boards.values().forEach(board -> board.tick(now));
  }

  /** Reads the head of every shard; fails if one cannot be read. */
  public Future<Void> readHeads() {
    return shards.readHeads();
  }

  public ShardFeed shard(int shard) {
    return shards.get(shard);
  }

  /** The feed of a board that exists. */
  public BoardFeed board(String name) {
    return boards.get(name);
  }

  public SharedLogReads log() {
    return log;
  }
}
