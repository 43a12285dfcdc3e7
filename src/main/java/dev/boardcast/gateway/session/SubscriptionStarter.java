package dev.boardcast.gateway.session;

import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.Recovery;
import dev.boardcast.gateway.feed.BoardFeed;
import dev.boardcast.gateway.feed.Feeds;
import dev.boardcast.gateway.protocol.SnapshotMessage;
import dev.boardcast.spi.Shards;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts subscriptions: a board's with its current snapshot, a stream's by a catch-up. One event
 * loop.
 */
final class SubscriptionStarter {
  private static final int CONFIRM_MILLIS = 1_000;
  private static final int RETRY_MILLIS = 1_000;

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

  /**
   * Starts over at the end of a changed history, and tells the client. A subscription whose first
   * position is still being found is left to that, which judges by the history that is there then.
   */
  void restart(StreamSubscription stream) {
    if (stream.isStarted()) catchUp(stream).restart(Recovery.HISTORY_CHANGED);
  }

  /** The current offset of the users' and teams' streams. */
  String usersAndTeamsOffset() {
    return feeds.shard(Shards.PEOPLE).offset().toString();
  }

  /** Where a subscription stands; null where that is not known. */
  String offset(Subscription subscription) {
    return subscription instanceof BoardSubscription board
        ? feeds.board(board.board()).offset()
        : ResumePoint.of(List.of(subscription), feeds);
  }

  /** Null where it is not known. */
  String resumePoint(Session session) {
    return ResumePoint.of(session.subscriptions().all(), feeds);
  }

  private void startBoard(BoardSubscription subscription) {
    BoardFeed feed = feeds.board(subscription.board());
    long known = SnapshotMessage.version(subscription.since());
    if (feed.isBehind(known)) {
      subscription.await(known);
      loop.schedule(CONFIRM_MILLIS, () -> subscription.confirm(null, false));
      queryFor(subscription, feed, known);
    } else {
      subscription.confirm(feed.offset(), feed.isCurrent());
      feed.currentOrQuery().ifPresent(subscription::send);
    }
    if (feed.isStale()) subscription.sendStale(feed.ageMillis());
  }

  /**
   * The client has a newer snapshot than this node: it gets an older one only if the source has no
   * newer one. Until the source can tell, it gets what the bus brings that is not older.
   */
  private void queryFor(BoardSubscription subscription, BoardFeed feed, long known) {
    if (!subscription.session().has(subscription) || subscription.hasSnapshot()) return;
    feed.queryFor(known)
        .onComplete(
            answered -> {
              if (!subscription.session().has(subscription) || subscription.hasSnapshot()) return;
              subscription.await(0);
              subscription.confirm(feed.offset(), true);
              feed.newest().ifPresent(subscription::send);
            },
            failure -> {
              subscription.confirm(null, false);
              loop.schedule(RETRY_MILLIS, () -> queryFor(subscription, feed, known));
            });
  }

  private SubscriptionCatchUp catchUp(StreamSubscription stream) {
    return new SubscriptionCatchUp(stream, feeds, loop);
  }
}
