package dev.boardcast.gateway.feed;

import dev.boardcast.gateway.protocol.EventMessage;
import dev.boardcast.gateway.session.BoardSubscription;
import dev.boardcast.gateway.session.StreamSubscription;
import dev.boardcast.gateway.session.Subscription;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Who follows what: an in-process table, one per event loop. It must not change while a message is
 * being handed out; sessions that end meanwhile are taken off at the end of the turn.
 */
public final class Hub {
  private final Map<String, Set<StreamSubscription>> streams = new HashMap<>();
  private final Map<String, Set<BoardSubscription>> boards = new HashMap<>();

  public void add(Subscription subscription) {
    if (subscription instanceof BoardSubscription ofBoard) {
      put(boards, ofBoard.board(), ofBoard);
    } else if (subscription instanceof StreamSubscription ofStreams) {
      ofStreams.streams().forEach(stream -> put(streams, stream, ofStreams));
    }
  }

  public void remove(Subscription subscription) {
    if (subscription instanceof BoardSubscription ofBoard) {
      drop(boards, ofBoard.board(), ofBoard);
    } else if (subscription instanceof StreamSubscription ofStreams) {
      ofStreams.streams().forEach(stream -> drop(streams, stream, ofStreams));
    }
  }

  /** Hands an event to every session that follows one of its streams, once each. */
  public void publish(EventMessage message) {
    for (String stream : message.event().streams()) {
      Set<StreamSubscription> followers = streams.get(stream);
      if (followers == null) continue;
      for (StreamSubscription follower : followers) follower.session().offer(message);
    }
  }

  Collection<BoardSubscription> followersOf(String board) {
    return boards.getOrDefault(board, Set.of());
  }

  /** Every subscription of a shard, once each. */
  public void ofShard(int shard, Consumer<StreamSubscription> action) {
    var found = new LinkedHashSet<StreamSubscription>();
    for (Set<StreamSubscription> followers : streams.values()) {
      for (StreamSubscription follower : followers) {
        if (follower.shard() == shard) found.add(follower);
      }
    }
    found.forEach(action);
  }

  private static <S> void put(Map<String, Set<S>> table, String name, S subscription) {
    table.computeIfAbsent(name, first -> new LinkedHashSet<>(4)).add(subscription);
  }

  private static <S> void drop(Map<String, Set<S>> table, String name, S subscription) {
    Set<S> followers = table.get(name);
    if (followers == null) return;
    followers.remove(subscription);
    if (followers.isEmpty()) table.remove(name);
  }
}
