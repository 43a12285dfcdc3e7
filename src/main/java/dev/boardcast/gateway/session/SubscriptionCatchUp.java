package dev.boardcast.gateway.session;

import dev.boardcast.bus.Offset;
import dev.boardcast.database.Backoff;
import dev.boardcast.engine.EventHistory;
import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.feed.Feeds;
import dev.boardcast.gateway.feed.ShardFeed;
import dev.boardcast.gateway.feed.SharedLogReads;
import dev.boardcast.gateway.protocol.EventMessage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Brings one subscription from its position to live: from the shard's recent events where they
 * reach back far enough, else page by page from the log, at the speed at which the client reads. It
 * switches to live within one task of the event loop, so that no event is lost or sent twice.
 *
 * <p>Reads that fail are retried with a backoff. A newer catch-up of the subscription ends this
 * one. One event loop.
 */
final class SubscriptionCatchUp {
  private static final Duration MIN_RETRY = Duration.ofMillis(100);
  private static final Duration MAX_RETRY = Duration.ofSeconds(4);

  private final StreamSubscription subscription;
  private final Session session;
  private final ShardFeed feed;
  private final SharedLogReads log;
  private final GatewayLoop loop;
  private final String epoch;
  private final Deque<EventMessage> page = new ArrayDeque<>();
  private final Backoff backoff = new Backoff(MIN_RETRY, MAX_RETRY);
  private long horizon;

  SubscriptionCatchUp(StreamSubscription subscription, Feeds feeds, GatewayLoop loop) {
    this.subscription = subscription;
    this.session = subscription.session();
    this.feed = feeds.shard(subscription.shard());
    this.log = feeds.log();
    this.loop = loop;
    this.epoch = feed.epoch();
    subscription.catchUpBy(this);
  }

  /** Skips to live, and tells the client that events are lost. */
  void restart() {
    skipToLive();
    session
        .dialect()
        .restarted(subscription.topic(), feed.offset().toString(), loop.time())
        .ifPresent(session::sendWithResumePoint);
  }

  /**
   * Finds the first position, and confirms it to the client: the requested one, if the log reaches
   * back that far, else live.
   *
   * @return completes, never fails, when the position is known or the catch-up has ended; then
   *     {@link #run}
   */
  Future<Void> findStart() {
    String since = subscription.since();
    Optional<Offset> requested = since == null ? Optional.empty() : ResumePoint.find(epoch, since);
    if (requested.isEmpty()) {
      startLive();
      return Future.succeededFuture();
    }
    Offset offset = requested.get();
    if (offset.sequence() > feed.position()) {
      // Another node may have received more of the shard than this one.
      return query(log::heads, heads -> start(offset, isInLog(offset, heads)));
    }
    if (feed.hasRecentAfter(offset.sequence())) {
      start(offset, true);
      return Future.succeededFuture();
    }
    return query(
        () -> log.oldest(subscription.shard()),
        oldest -> start(offset, offset.sequence() >= oldest - 1));
  }

  /** Sends events from the subscription's position on until it is live. */
  void run() {
    while (isCurrent() && subscription.isStarted() && epoch.equals(feed.epoch())) {
      if (session.isBacklogged()) {
        session.whenDrained(this::run);
        return;
      }
      long next = subscription.position() + 1;
      if (!page.isEmpty()) {
        session.replay(subscription, page.remove());
      } else if (horizon >= next) {
        subscription.advanceTo(horizon);
      } else if (next > feed.position()) {
        subscription.goLive();
      } else if (feed.hasRecentAfter(next - 1)) {
        session.replay(subscription, feed.recent(next));
        subscription.advanceTo(next);
      } else {
        readPage(next - 1, feed.position());
        return;
      }
    }
  }

  private void startLive() {
    skipToLive();
    confirm(feed.offset(), false);
  }

  private void skipToLive() {
    subscription.startAfter(feed.position());
    subscription.goLive();
  }

  private void start(Offset offset, boolean recoverable) {
    if (!recoverable) {
      startLive();
      return;
    }
    subscription.resumeAfter(offset.sequence());
    confirm(offset, true);
  }

  private void confirm(Offset offset, boolean recovered) {
    session
        .dialect()
        .subscribed(subscription.topic(), offset.toString(), recovered)
        .ifPresent(session::sendWithResumePoint);
  }

  private boolean isInLog(Offset offset, List<EventHistory.Head> heads) {
    return heads.stream()
        .filter(head -> head.shard() == subscription.shard() && head.epoch().equals(epoch))
        .anyMatch(head -> head.head() >= offset.sequence());
  }

  private void readPage(long after, long upTo) {
    query(
            () -> log.page(subscription.shard(), epoch, subscription.streams(), after, upTo),
            read -> {
              if (read.lost()) {
                restart();
                return;
              }
              page.addAll(read.events());
              horizon = read.horizon();
            })
        .onSuccess(done -> run());
  }

  /** Queries until there is an answer; {@code then} is skipped when the catch-up has ended. */
  private <T> Future<Void> query(Supplier<Future<T>> query, Consumer<T> then) {
    Promise<Void> done = Promise.promise();
    query(query, then, done);
    return done.future();
  }

  private <T> void query(Supplier<Future<T>> query, Consumer<T> then, Promise<Void> done) {
    if (!isCurrent()) {
      done.complete();
      return;
    }
    loop.calls()
        .callUnbounded(query)
        .onComplete(
            answer -> {
              backoff.reset();
              if (isCurrent()) then.accept(answer);
              done.complete();
            },
            failure -> loop.later(backoff.next().toMillis(), () -> query(query, then, done)));
  }

  private boolean isCurrent() {
    return subscription.isCaughtUpBy(this) && session.has(subscription);
  }
}
