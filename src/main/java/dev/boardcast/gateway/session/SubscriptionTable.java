package dev.boardcast.gateway.session;

import dev.boardcast.bus.EphemeralMessage;
import dev.boardcast.engine.SnapshotComparisons;
import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.feed.BoardFeed;
import dev.boardcast.gateway.protocol.EventMessage;
import dev.boardcast.gateway.protocol.SnapshotMessage;
import dev.boardcast.spi.BoardPart;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Indexes the subscriptions of one event loop by stream and by board, and delivers to them. It must
 * not change during a delivery: sessions that close meanwhile are removed at the end of the tick.
 */
public final class SubscriptionTable implements BoardFeed.Sink {
  private final DistinctForms forms;
  private final FollowedParts parts;
  // The subscriptions that count as users of their form and of their part of a board.
  private final Set<Subscription> counted = new HashSet<>();
  private final Map<String, Set<StreamSubscription>> streams = new HashMap<>();
  private final Map<String, Set<BoardSubscription>> boards = new HashMap<>();
  // Those with options, apart from the others, whose delivery they do not touch.
  private final ChosenStreams chosenStreams;
  private final BoardViews views;

  /**
   * @param forms counts the forms in which the sessions of the node have chosen topics
   * @param parts counts the parts of boards that they follow
   * @param comparisons compares the snapshots of boards
   */
  public SubscriptionTable(
      DistinctForms forms, FollowedParts parts, SnapshotComparisons comparisons, GatewayLoop loop) {
    this.forms = forms;
    this.parts = parts;
    this.views = new BoardViews(comparisons, loop);
    this.chosenStreams = new ChosenStreams(loop);
  }

  /** Adds a subscription; nothing has changed when that returns why the node has too many. */
  Optional<String> add(Subscription subscription) {
    String part = part(subscription);
    if (part != null && !parts.acquire(part)) {
      return Optional.of("the node shows at most %d values of boards".formatted(FollowedParts.MAX));
    }
    if (subscription.form() != null && !forms.acquire(subscription.form())) {
      if (part != null) parts.release(part);
      return Optional.of("the node has too many different options: ask for the whole topic");
    }
    if (part != null || subscription.form() != null) counted.add(subscription);
    if (subscription instanceof ChosenBoardSubscription board) {
      views.add(board);
    } else if (subscription instanceof BoardSubscription board) {
      put(boards, board.board(), board);
    } else {
      index((StreamSubscription) subscription);
    }
    return Optional.empty();
  }

  /** The part of a board that a subscription follows; null for none. */
  private static String part(Subscription subscription) {
    return subscription instanceof BoardSubscription board && BoardPart.isPart(board.board())
        ? board.board()
        : null;
  }

  /** Removes a subscription, if it is there. */
  void remove(Subscription subscription) {
    if (subscription instanceof ChosenBoardSubscription board) {
      views.remove(board);
    } else if (subscription instanceof BoardSubscription board) {
      drop(boards, board.board(), board);
    } else {
      unindex((StreamSubscription) subscription);
    }
    if (counted.remove(subscription)) {
      if (subscription.form() != null) forms.release(subscription.form());
      String part = part(subscription);
      if (part != null) parts.release(part);
    }
    subscription.ended();
  }

  /** Lets a subscription follow other streams. */
  void changeStreams(StreamSubscription subscription, Set<String> others) {
    unindex(subscription);
    subscription.changeStreams(others);
    index(subscription);
  }

  private void index(StreamSubscription stream) {
    if (stream instanceof ChosenStreamSubscription chosen) {
      chosenStreams.add(chosen);
    } else {
      stream.streams().forEach(name -> put(streams, name, stream));
    }
  }

  private void unindex(StreamSubscription stream) {
    if (stream instanceof ChosenStreamSubscription chosen) {
      chosenStreams.remove(chosen);
    } else {
      stream.streams().forEach(name -> drop(streams, name, stream));
    }
  }

  /**
   * Delivers an event to every session that follows one of its streams, once each and by each topic
   * with options.
   *
   * @return whether there is one
   */
  public boolean publish(EventMessage message) {
    boolean delivered = false;
    for (String stream : message.event().streams()) {
      Set<StreamSubscription> subscribers = streams.get(stream);
      if (subscribers == null) continue;
      delivered = true;
      for (StreamSubscription subscriber : subscribers) {
        Delivery.live(subscriber.session(), message);
      }
    }
    if (chosenStreams.isEmpty()) return delivered;
    return chosenStreams.publish(message) || delivered;
  }

  /** Delivers a message that is not stored to every session that follows its topic. */
  public void publish(EphemeralMessage message) {
    Set<StreamSubscription> subscribers = streams.getOrDefault(message.topic(), Set.of());
    boolean isChosen = chosenStreams.has(message.topic());
    if (subscribers.isEmpty() && !isChosen) return;
    var delivery = new EphemeralDelivery(message);
    for (StreamSubscription subscriber : subscribers) delivery.to(subscriber.session());
    if (isChosen) chosenStreams.publish(message, delivery);
  }

  /** Whether a session subscribes to one of these streams. */
  public boolean hasSubscribers(List<String> names) {
    for (int i = 0; i < names.size(); i++) {
      if (streams.containsKey(names.get(i)) || chosenStreams.has(names.get(i))) return true;
    }
    return false;
  }

  @Override
  public boolean hasSubscribers(String board) {
    return boards.containsKey(board) || views.has(board);
  }

  @Override
  public void snapshot(SnapshotMessage message, boolean newOnly) {
    for (BoardSubscription subscriber : boards.getOrDefault(message.snapshot().board(), Set.of())) {
      if (!newOnly || !subscriber.hasSnapshot()) subscriber.send(message);
    }
    views.snapshot(message, newOnly);
  }

  @Override
  public void unavailable(String board, Instant now, boolean newOnly) {
    forEachOfBoard(
        board,
        subscriber -> {
          if (!newOnly || !subscriber.hasSnapshot()) subscriber.sendUnavailable(now);
        });
  }

  @Override
  public void stale(String board, long ageMillis) {
    forEachOfBoard(board, subscriber -> subscriber.sendStale(ageMillis));
  }

  @Override
  public void fresh(String board) {
    forEachOfBoard(board, Subscription::sendFresh);
  }

  private void forEachOfBoard(String board, Consumer<BoardSubscription> action) {
    boards.getOrDefault(board, Set.of()).forEach(action);
    views.of(board).forEach(action);
  }

  /** Tells the subscribers of a shard's streams that the node cannot vouch for it. */
  public void stale(int shard, long ageMillis) {
    forEachOfShard(shard, subscriber -> subscriber.sendStale(ageMillis));
  }

  /** Tells the subscribers of a shard's streams that the node can vouch for it again. */
  public void fresh(int shard) {
    forEachOfShard(shard, Subscription::sendFresh);
  }

  /** A shard has another history. */
  void historyChanged(int shard) {
    chosenStreams.historyChanged(shard);
  }

  /** The data of events as trees, shared by all filters. */
  ParsedEvents parsed() {
    return chosenStreams.parsed();
  }

  /** Calls {@code action} for every subscription of a shard, once each; it may change the table. */
  void forEachOfShard(int shard, Consumer<StreamSubscription> action) {
    var found = new LinkedHashSet<StreamSubscription>();
    streams.values().forEach(found::addAll);
    chosenStreams.addAllTo(found);
    found.removeIf(subscriber -> subscriber.shard() != shard);
    found.forEach(action);
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
