package dev.boardcast.gateway.session;

import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.feed.BoardFeed;
import dev.boardcast.gateway.feed.Feeds;
import dev.boardcast.spi.Shards;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts subscriptions: a board's with its current snapshot, a stream's by a catch-up. One event
 * loop.
 */
final class SubscriptionStarter {
  private final Feeds feeds;
  private final GatewayLoop loop;

  SubscriptionStarter(Feeds feeds, GatewayLoop loop) {
    this.feeds = feeds;
    this.loop = loop;
  }

  /**
   * Starts subscriptions, and resumes suspended ones. The positions of all are found before the
   * first catches up, so that an event of several topics is sent once.
   */
  void start(List<Subscription> subscriptions) {
    var positions = new ArrayList<Future<Void>>();
    var catchUps = new ArrayList<SubscriptionCatchUp>();
    for (Subscription subscription : subscriptions) {
      if (!subscription.session().has(subscription)) continue;
      if (subscription instanceof BoardSubscription board) startBoard(board);
      if (subscription instanceof StreamSubscription stream) {
        SubscriptionCatchUp catchUp = catchUp(stream);
        if (!stream.isStarted()) positions.add(catchUp.findStart());
        catchUps.add(catchUp);
      }
    }
    Future.all(positions).onSuccess(all -> catchUps.forEach(SubscriptionCatchUp::run));
  }

  /** Stops live events until {@link #start}. */
  void suspend(StreamSubscription stream) {
    if (stream.isLive()) stream.advanceTo(feeds.shard(stream.shard()).position());
    catchUp(stream);
  }

  /** Starts over at the end of a changed history, and tells the client. */
  void restart(StreamSubscription stream) {
    catchUp(stream).restart();
  }

  /** The current offset of the users' and teams' streams. */
  String usersAndTeamsOffset() {
    return feeds.shard(Shards.PEOPLE).offset().toString();
  }

  /** Null where it is not known. */
  String resumePoint(Session session) {
    return ResumePoint.of(session.subscriptions().all(), feeds);
  }

  private void startBoard(BoardSubscription subscription) {
    Session session = subscription.session();
    BoardFeed feed = feeds.board(subscription.board());
    boolean same = subscription.since() != null && subscription.since().equals(feed.offset());
    session
        .dialect()
        .subscribed(subscription.topic(), feed.offset(), same)
        .ifPresent(session::send);
    feed.currentOrQuery().ifPresent(subscription::send);
  }

  private SubscriptionCatchUp catchUp(StreamSubscription stream) {
    return new SubscriptionCatchUp(stream, feeds, loop);
  }
}
