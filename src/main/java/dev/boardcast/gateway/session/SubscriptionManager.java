package dev.boardcast.gateway.session;

import dev.boardcast.engine.EventHistory;
import dev.boardcast.engine.SnapshotSource;
import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.TopicCatalogue;
import dev.boardcast.gateway.feed.BoardFeed;
import dev.boardcast.gateway.feed.FeedRegistry;
import dev.boardcast.gateway.feed.Hub;
import dev.boardcast.gateway.feed.SharedLogReads;
import dev.boardcast.gateway.protocol.ClientMessage;
import dev.boardcast.gateway.protocol.CloseCode;
import dev.boardcast.gateway.protocol.ErrorCode;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Shards;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gives sessions their topics, and takes away what is no longer theirs. One event loop. */
public final class SubscriptionManager {
  private final TopicCatalogue topics;
  private final Hub hub;
  private final FeedRegistry feeds;
  private final SharedLogReads log;
  private final GatewayLoop loop;
  private final Map<String, BoardFeed> boards = new HashMap<>();

  public SubscriptionManager(
      TopicCatalogue topics,
      Hub hub,
      FeedRegistry feeds,
      EventHistory history,
      SnapshotSource snapshots,
      GatewayLoop loop) {
    this.topics = topics;
    this.hub = hub;
    this.feeds = feeds;
    this.log = new SharedLogReads(history, loop.outside());
    this.loop = loop;
    for (TopicCatalogue.BoardTopic board : topics.boards()) {
      boards.put(board.board(), new BoardFeed(board, hub, loop.outside(), snapshots, loop.clock()));
    }
  }

  public Map<String, BoardFeed> boards() {
    return boards;
  }

  /** Subscribes to what may be seen, and says what may not. */
  void subscribe(Session session, List<ClientMessage.Wanted> wanted) {
    var begun = new ArrayList<Subscription>();
    for (ClientMessage.Wanted topic : wanted) {
      if (session.isClosing()) return;
      TopicCatalogue.Verdict verdict = topics.find(topic.topic(), session.who());
      if (verdict instanceof TopicCatalogue.Verdict.Refused refused) {
        refuse(session, topic, refused);
      } else if (session.interests().get(topic.topic()) == null
          && session.interests().all().size() >= loop.config().maxSubscriptions()) {
        tooMany(session, List.of(topic));
      } else {
        unsubscribe(session, topic.topic());
        Subscription subscription = subscription(session, topic, verdict);
        session.interests().put(subscription);
        hub.add(subscription);
        begun.add(subscription);
      }
    }
    begin(begun);
  }

  /** The same of people's streams, from now on, however long their teams take to be read. */
  List<ClientMessage.Wanted> fromNow(List<ClientMessage.Wanted> wanted) {
    String here = feeds.of(Shards.PEOPLE).offset().toString();
    return wanted.stream()
        .map(
            one ->
                TopicCatalogue.isOfPeople(one.topic())
                    ? new ClientMessage.Wanted(one.topic(), here)
                    : one)
        .toList();
  }

  void unsubscribe(Session session, String topic) {
    Subscription subscription = session.interests().get(topic);
    if (subscription == null) return;
    hub.remove(subscription);
    session.interests().drop(subscription);
  }

  /** Stops what comes from people's streams, because it may no longer be the session's to see. */
  void hold(Session session) {
    for (Subscription subscription : session.interests().all()) {
      if (subscription instanceof StreamSubscription stream && stream.shard() == Shards.PEOPLE) {
        if (stream.isLive()) stream.advanceTo(feeds.of(stream.shard()).position());
        catchUp(stream);
      }
    }
  }

  /**
   * Looks again at everything the session follows, and lets go on what {@link #hold} stopped; as
   * long as its teams are not known, at what does not depend on them.
   */
  void recheck(Session session) {
    var held = new ArrayList<Subscription>();
    for (Subscription subscription : List.copyOf(session.interests().all())) {
      String topic = subscription.topic();
      if (TopicCatalogue.isOfPeople(topic) && !session.teamsKnown()) continue;
      TopicCatalogue.Verdict verdict = topics.find(topic, session.who());
      if (verdict instanceof TopicCatalogue.Verdict.Refused refused) {
        unsubscribe(session, topic);
        error(session, refused.code(), refused.message(), topic);
      } else if (subscription instanceof StreamSubscription stream
          && verdict instanceof TopicCatalogue.Verdict.OfStreams found) {
        if (follow(stream, found)) held.add(stream);
      }
    }
    begin(held);
  }

  /** Why nothing at all of it can be had; empty when something can. */
  Optional<CloseCode> allRefused(List<ClientMessage.Wanted> wanted, Optional<Principal> who) {
    boolean forbidden = false;
    for (ClientMessage.Wanted topic : wanted) {
      if (who.isPresent() && TopicCatalogue.isOfTeams(topic.topic())) return Optional.empty();
      if (!(topics.find(topic.topic(), who) instanceof TopicCatalogue.Verdict.Refused refused)
          || refused.code() == ErrorCode.UNKNOWN_TOPIC) {
        return Optional.empty();
      }
      forbidden |= refused.code() == ErrorCode.FORBIDDEN;
    }
    if (wanted.isEmpty()) return Optional.empty();
    return Optional.of(forbidden ? CloseCode.FORBIDDEN : CloseCode.NOT_AUTHENTICATED);
  }

  /** Where the session stands in all it follows; null where that is not known. */
  String place(Session session) {
    return session.isSettled() ? ResumePoint.of(session.interests().all(), feeds) : null;
  }

  /** Says of topics that the session follows enough without them. */
  void tooMany(Session session, List<ClientMessage.Wanted> wanted) {
    for (ClientMessage.Wanted topic : wanted) {
      error(session, ErrorCode.TOO_MANY_TOPICS, "too many topics", topic.topic());
    }
  }

  /** Says of topics that they cannot be had now. */
  void postpone(Session session, List<ClientMessage.Wanted> wanted) {
    for (ClientMessage.Wanted topic : wanted) {
      error(session, ErrorCode.UNAVAILABLE, "teams cannot be read now", topic.topic());
    }
  }

  /** Takes a session off every table. */
  void leave(Session session) {
    session.interests().all().forEach(hub::remove);
  }

  /** A shard's history is another now: everybody begins afresh and is told so. */
  public void historyChanged(int shard) {
    hub.ofShard(shard, stream -> catchUp(stream).restart(loop.time()));
  }

  private Subscription subscription(
      Session session, ClientMessage.Wanted topic, TopicCatalogue.Verdict verdict) {
    if (verdict instanceof TopicCatalogue.Verdict.OfStreams found) {
      int shard = Shards.of(found.streams().iterator().next());
      return new StreamSubscription(session, topic.topic(), shard, found, topic.since());
    }
    var found = (TopicCatalogue.Verdict.OfBoard) verdict;
    return new BoardSubscription(session, found.board(), topic.since());
  }

  /** Places all before the first goes on, so that an event of several topics is brought once. */
  private void begin(List<Subscription> begun) {
    var placed = new ArrayList<Future<Void>>();
    var catchUps = new ArrayList<SubscriptionCatchUp>();
    for (Subscription subscription : begun) {
      if (!subscription.session().follows(subscription)) continue;
      if (subscription instanceof BoardSubscription board) begin(board);
      if (subscription instanceof StreamSubscription stream) {
        SubscriptionCatchUp catchUp = catchUp(stream);
        if (!stream.isPlaced()) placed.add(catchUp.place(stream.since()));
        catchUps.add(catchUp);
      }
    }
    Future.all(placed).onSuccess(all -> catchUps.forEach(SubscriptionCatchUp::goOn));
  }

  private void begin(BoardSubscription board) {
    Session session = board.session();
    BoardFeed feed = boards.get(board.board());
    boolean same = board.since() != null && board.since().equals(feed.offset());
    session.dialect().subscribed(board.topic(), feed.offset(), same).ifPresent(session::send);
    feed.serve(board);
  }

  /** Whether it has to catch up. */
  private boolean follow(StreamSubscription stream, TopicCatalogue.Verdict.OfStreams found) {
    var lost = new LinkedHashSet<>(stream.streams());
    lost.removeAll(found.streams());
    if (!found.streams().equals(stream.streams())) {
      hub.remove(stream);
      stream.follow(found.streams());
      hub.add(stream);
    }
    for (String name : lost) {
      error(stream.session(), ErrorCode.FORBIDDEN, "no longer yours to see", name);
    }
    return !stream.isLive();
  }

  private SubscriptionCatchUp catchUp(StreamSubscription stream) {
    return new SubscriptionCatchUp(
        stream, feeds.of(stream.shard()), loop.outside(), log, loop::later);
  }

  private void refuse(
      Session session, ClientMessage.Wanted topic, TopicCatalogue.Verdict.Refused refused) {
    boolean retry =
        refused.code() == ErrorCode.NOT_AUTHENTICATED
            && session.deferred().size() < loop.config().maxSubscriptions();
    if (retry) {
      var deferred = new ArrayList<>(session.deferred());
      deferred.add(topic);
      session.defer(deferred);
    }
    error(session, refused.code(), refused.message(), topic.topic());
  }

  private void error(Session session, ErrorCode code, String message, String topic) {
    String named = topic.length() > 200 ? topic.substring(0, 200) : topic;
    session.dialect().error(code, message, named, loop.time()).ifPresent(session::send);
  }
}
