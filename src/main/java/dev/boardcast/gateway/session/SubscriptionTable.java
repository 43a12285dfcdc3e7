package dev.boardcast.gateway.session;

import dev.boardcast.bus.EphemeralMessage;
import dev.boardcast.gateway.feed.BoardFeed;
import dev.boardcast.gateway.protocol.EventMessage;
import dev.boardcast.gateway.protocol.SnapshotMessage;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Indexes the subscriptions of one event loop by stream and by board, and delivers to them. It must
 * not change during a delivery: sessions that close meanwhile are removed at the end of the tick.
 */
public final class SubscriptionTable implements BoardFeed.Sink {
  private final Map<String, Set<StreamSubscription>> streams = new HashMap<>();
  private final Map<String, Set<BoardSubscription>> boards = new HashMap<>();

  void add(Subscription subscription) {
    if (subscription instanceof BoardSubscription board) {
      put(boards, board.board(), board);
    } else if (subscription instanceof StreamSubscription stream) {
      stream.streams().forEach(name -> put(streams, name, stream));
    }
  }

  void remove(Subscription subscription) {
    if (subscription instanceof BoardSubscription board) {
      drop(boards, board.board(), board);
    } else if (subscription instanceof StreamSubscription stream) {
      stream.streams().forEach(name -> drop(streams, name, stream));
    }
  }

  /**
   * Delivers an event to every session that follows one of its streams, once each.
   *
   * @return whether there is one
   */
  public boolean publish(EventMessage message) {
    boolean delivered = false;
    for (String stream : message.event().streams()) {
      Set<StreamSubscription> subscribers = streams.get(stream);
      if (subscribers == null) continue;
      delivered = true;
      for (StreamSubscription subscriber : subscribers)
        Delivery.live(subscriber.session(), message);
    }
    return delivered;
  }

  /** Delivers a message that is not stored to every session that follows its topic. */
  public void publish(EphemeralMessage message) {
    Set<StreamSubscription> subscribers = streams.get(message.topic());
    if (subscribers == null) return;
    var delivery = new EphemeralDelivery(message);
    for (StreamSubscription subscriber : subscribers) delivery.to(subscriber.session());
  }

  /** Whether a session subscribes to one of these streams. */
  public boolean hasSubscribers(List<String> names) {
    for (int i = 0; i < names.size(); i++) {
      if (streams.containsKey(names.get(i))) return true;
    }
    return false;
  }

  @Override
  public boolean hasSubscribers(String board) {
    return boards.containsKey(board);
  }

  @Override
  public void snapshot(SnapshotMessage message, boolean newOnly) {
    for (BoardSubscription subscriber : subscribers(message.snapshot().board())) {
      if (!newOnly || !subscriber.hasSnapshot()) subscriber.send(message);
    }
  }

  @Override
  public void unavailable(String board, Instant now, boolean newOnly) {
    for (BoardSubscription subscriber : subscribers(board)) {
      if (!newOnly || !subscriber.hasSnapshot()) subscriber.sendUnavailable(now);
    }
  }

  @Override
  public void stale(String board, long ageMillis) {
    for (BoardSubscription subscriber : subscribers(board)) subscriber.sendStale(ageMillis);
  }

  @Override
  public void fresh(String board) {
    for (BoardSubscription subscriber : subscribers(board)) subscriber.sendFresh();
  }

  /** Tells the subscribers of a shard's streams that the node cannot vouch for it. */
  public void stale(int shard, long ageMillis) {
    forEachOfShard(shard, subscriber -> subscriber.sendStale(ageMillis));
  }

  /** Tells the subscribers of a shard's streams that the node can vouch for it again. */
  public void fresh(int shard) {
    forEachOfShard(shard, Subscription::sendFresh);
  }

  /** Calls {@code action} for every subscription of a shard, once each; it may change the table. */
  void forEachOfShard(int shard, Consumer<StreamSubscription> action) {
    var found = new LinkedHashSet<StreamSubscription>();
    for (Set<StreamSubscription> subscribers : streams.values()) {
      for (StreamSubscription subscriber : subscribers) {
        if (subscriber.shard() == shard) found.add(subscriber);
      }
    }
    found.forEach(action);
  }

  private Set<BoardSubscription> subscribers(String board) {
    return boards.getOrDefault(board, Set.of());
  }

  private static <S> void put(Map<String, Set<S>> table, String name, S subscription) {
    table.computeIfAbsent(name, first -> new LinkedHashSet<>(4)).add(subscription);
  }

  private static <S> void drop(Map<String, Set<S>> table, String name, S subscription) {
    Set<S> subscribers = table.get(name);
    if (subscribers == null) return;
    subscribers.remove(subscription);
    if (subscribers.isEmpty()) table.remove(name);
  }
}
