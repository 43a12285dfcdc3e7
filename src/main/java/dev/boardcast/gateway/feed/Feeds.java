package dev.boardcast.gateway.feed;

import dev.boardcast.bus.EventBatch;
import dev.boardcast.bus.ShardBeacon;
import dev.boardcast.database.Heartbeat;
import dev.boardcast.engine.EventHistory;
import dev.boardcast.engine.SnapshotSource;
import dev.boardcast.gateway.loop.BoundedCalls;
import dev.boardcast.spi.BoardPart;
import dev.boardcast.spi.Snapshot;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Receives the events of every shard and the snapshots of every board for one event loop, and
 * shares reads of the event log between its sessions. Pass it the messages of the bus, and call
 * {@link #tick} every few tens of milliseconds.
 */
public final class Feeds {
  private static final int DEAD_BUS_MILLIS = 2_500;
  // They may be thousands.
  private static final int PARTS_MILLIS = 100;
  // Clients that reconnect find the snapshot.
  private static final int UNUSED_MILLIS = 10_000;

  private final ShardFeeds shards;
  private final Map<String, BoardFeed> boards = new HashMap<>();
  // Of parts of boards: there while somebody follows them.
  private final Map<String, PartFeed> parts = new HashMap<>();
  private final Function<String, BoardFeed> newFeed;
  private final BoardFeed.Sink snapshots;
  private final SharedLogReads log;
  private boolean started;
  private long partsAt;
  private long busAt;
  private long now;

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
    this.snapshots = snapshots;
    newFeed = name -> new BoardFeed(name, snapshots, calls, sources.snapshots(), clock);
    for (String board : boards) this.boards.put(board, newFeed.apply(board));
  }

  private static final class PartFeed {
    private final BoardFeed feed;
    private long usedAt;

    PartFeed(BoardFeed feed) {
      this.feed = feed;
    }
  }

  public void onBatch(EventBatch batch) {
    busAt = now;
    shards.onBatch(batch);
  }

  public void onBeacon(ShardBeacon beacon) {
    busAt = now;
    shards.onBeacon(beacon);
  }

  /** Processes a heartbeat of the database, which replaces the beacons of all emitters. */
  public void onHeartbeat(Heartbeat beat) {
    long askedAt = TimeUnit.NANOSECONDS.toMillis(beat.askedNanos());
    for (Heartbeat.Shard shard : beat.shards()) {
      shards.onHeartbeat(
          new EventHistory.Head(shard.shard(), shard.epoch(), shard.head()), askedAt);
    }
    beat.boards()
        .forEach(
            (name, version) -> {
              BoardFeed board = boards.get(name);
              if (board != null) board.onHeartbeat(version, askedAt);
            });
  }

  /** Takes a snapshot; of an unknown board none. */
  public void onSnapshot(Snapshot snapshot) {
    busAt = now;
    if (BoardPart.isPart(snapshot.board())) {
      PartFeed part = parts.get(snapshot.board());
      if (part != null) part.feed.onSnapshot(snapshot);
      return;
    }
    BoardFeed feed = boards.get(snapshot.board());
    if (feed != null) feed.onSnapshot(snapshot);
  }

  /**
   * Takes the versions of parts that were read from the database, which are no part of its
   * heartbeats.
   *
   * @param askedMillis when they were asked for, in milliseconds of {@link System#nanoTime}
   */
  public void onParts(Map<String, Long> versions, long askedMillis) {
    versions.forEach(
        (name, version) -> {
          PartFeed part = parts.get(name);
          if (part != null) part.feed.onHeartbeat(version, askedMillis);
        });
  }

  /**
   * @param millis milliseconds of {@link System#nanoTime}
   */
  public void tick(long millis) {
    now = millis;
    if (!started) {
      busAt = now;
      partsAt = now;
    }
    started = true;
    boolean busIsDead = now - busAt >= DEAD_BUS_MILLIS;
    shards.tick(now);
    boards.values().forEach(board -> board.tick(now, busIsDead));
    if (now - partsAt < PARTS_MILLIS) return;
    partsAt = now;
    parts.values().removeIf(part -> !isFollowed(part, busIsDead));
  }

  private boolean isFollowed(PartFeed part, boolean busIsDead) {
    if (snapshots.hasSubscribers(part.feed.name())) part.usedAt = now;
    part.feed.tick(now, busIsDead);
    return now - part.usedAt < UNUSED_MILLIS;
  }

  /** Reads the head of every shard; fails if one cannot be read. */
  public Future<Void> readHeads() {
    return shards.readHeads();
  }

  /**
   * The head of every shard's log, as read by a query that began after this call, or by the one
   * under way when its answer suffices. The shards' feeds have taken it.
   */
  public Future<List<EventHistory.Head>> heads(Predicate<List<EventHistory.Head>> suffices) {
    return shards.heads(suffices);
  }

  public ShardFeed shard(int shard) {
    return shards.get(shard);
  }

  /** The feed of a board that exists, or of a part of one. */
  public BoardFeed board(String name) {
    if (!BoardPart.isPart(name)) return boards.get(name);
    PartFeed part = parts.computeIfAbsent(name, first -> new PartFeed(newFeed.apply(first)));
    part.usedAt = now;
    part.feed.at(now);
    return part.feed;
  }

  public SharedLogReads log() {
    return log;
  }
}
