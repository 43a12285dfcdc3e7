package dev.boardcast.gateway.session;

import dev.boardcast.bus.Offset;
import dev.boardcast.database.Backoff;
import dev.boardcast.engine.EventHistory;
import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.Recovery;
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
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Brings one subscription from its position to live: from the shard's recent events where they
 * reach back far enough, else page by page from the log, at the speed at which the client reads. It
 * switches to live within one task of the event loop, so that no event is lost or sent twice.
 *
 * <p>What the node knows may be older than the client's offset, which another node has sent. So an
 * offset that the node does not know is refused only by an answer of the log to a question that was
 * asked after the client came.
 *
 * <p>Reads that fail are retried with a backoff. A newer catch-up of the subscription ends this
 * one. One event loop.
 */
final class SubscriptionCatchUp {
  private static final Duration MIN_RETRY = Duration.ofMillis(100);
  private static final Duration MAX_RETRY = Duration.ofSeconds(4);

  // Of the last events of a stream, for the last one that a filter lets pass.
  private static final int MAX_SEARCHED = 100;

  private final StreamSubscription subscription;
  private final Session session;
  private final ShardFeed feed;
  private final Feeds feeds;
  private final SharedLogReads log;
  private final GatewayLoop loop;
  private final Deque<EventMessage> page = new ArrayDeque<>();
  private final Backoff backoff = new Backoff(MIN_RETRY, MAX_RETRY);
  private String epoch;
  private long horizon;
  private long start = -1;

  SubscriptionCatchUp(StreamSubscription subscription, Feeds feeds, GatewayLoop loop) {
    this.subscription = subscription;
    this.session = subscription.session();
    this.feeds = feeds;
    this.feed = feeds.shard(subscription.shard());
    this.log = feeds.log();
    this.loop = loop;
    this.epoch = feed.epoch();
    subscription.catchUpBy(this);
  }

  /**
   * Skips to live, and tells the client that events are lost.
   *
   * @param reason what has become of the position so far
   */
  void restart(Recovery reason) {
    loop.meters().recovery(reason);
    skipToLive();
    session
        .dialect()
        .restarted(subscription.topic(), feed.offset().toString(), loop.time())
        .ifPresent(frame -> Delivery.withResumePoint(session, frame));
  }

  /**
   * Finds the first position, and confirms it to the client: the requested one, if the log reaches
   * back that far, else live.
   *
   * @return completes, never fails, when the position is known or the catch-up has ended; then
   *     {@link #run}
   */
  Future<Void> findStart() {
    epoch = feed.epoch();
    if (subscription instanceof ChosenStreamSubscription chosen && chosen.startsWithLast()) {
      return startWithLast(chosen);
    }
    if (subscription.since() == null) {
      startLive();
      return Future.succeededFuture();
    }
    List<Offset> offered = ResumePoint.parse(subscription.since());
    if (offered.isEmpty()) {
      refuse(Recovery.MALFORMED_OFFSET);
      return Future.succeededFuture();
    }
    Optional<Offset> offset = ResumePoint.lowest(feed::resolve, offered);
    if (offset.isEmpty() || offset.get().sequence() > feed.position()) {
      return query(
          () -> feeds.heads(heads -> contains(heads, offered)), heads -> judge(offered, heads));
    }
    if (feed.hasRecentAfter(offset.get().sequence())) {
      resume(offset.get());
      return Future.succeededFuture();
    }
    return query(
        () -> log.oldest(subscription.shard()),
        oldest -> {
          if (!feed.hasContinued(epoch)) return findStart();
          if (offset.get().sequence() >= oldest - 1) resume(offset.get());
          else refuse(Recovery.DROPPED_BY_RETENTION);
          return Future.succeededFuture();
        });
  }

  /** Starts with the last event that the client wants, in place of all that it has missed. */
  private Future<Void> startWithLast(ChosenStreamSubscription chosen) {
    long upTo = feed.position();
    int most = chosen.where() == null ? 1 : MAX_SEARCHED;
    return query(
        () ->
            log.last(
                subscription.shard(), epoch, subscription.streams(), upTo, most, chosen::wants),
        last -> {
          if (!feed.hasContinued(epoch)) return findStart();
          subscription.startAfter(upTo);
          confirm(new Offset(epoch, upTo), true);
          last.ifPresent(chosen::takeLast);
          return Future.succeededFuture();
        });
  }

  /** Decides by the log's own answer, which the feed has taken, too. */
  private Future<Void> judge(List<Offset> offered, List<EventHistory.Head> heads) {
    epoch = feed.epoch();
    Optional<EventHistory.Head> head =
        heads.stream().filter(each -> each.shard() == subscription.shard()).findFirst();
    // Another answer came between this one and its callers.
    if (head.isPresent() && !head.get().epoch().equals(epoch)) return findStart();
    Optional<Offset> offset = ResumePoint.lowest(feed::resolve, offered);
    if (offset.isPresent() && offset.get().sequence() <= feed.position()) return findStart();
    if (offset.isPresent() && contains(heads, offered)) {
      resume(offset.get());
    } else if (offset.isPresent()) {
      refuse(Recovery.BEYOND_HEAD);
    } else if (areOfOtherShards(offered, heads)) {
      startLive();
    } else {
      refuse(Recovery.EPOCH_CHANGED);
    }
    return Future.succeededFuture();
  }

  /** Sends events from the subscription's position on until it is live. */
  void run() {
    if (start < 0) start = subscription.position();
    while (isCurrent() && subscription.isStarted() && feed.hasContinued(epoch)) {
      epoch = feed.epoch();
      if (session.writer().isBacklogged()) {
        session.writer().whenDrained(this::run);
        return;
      }
      long next = subscription.position() + 1;
      if (!page.isEmpty()) {
        subscription.replay(page.remove());
      } else if (horizon >= next) {
        subscription.advanceTo(horizon);
      } else if (next > feed.position()) {
        subscription.goLive();
        if (subscription instanceof ChosenStreamSubscription chosen) sendPosition(chosen);
      } else if (feed.hasRecentAfter(next - 1)) {
        subscription.replay(feed.recent(next));
        subscription.advanceTo(next);
      } else {
        readPage(next - 1, feed.position());
        return;
      }
    }
  }

  /** Tells a client from which the end of the catch-up was hidden how far it has come. */
  private void sendPosition(ChosenStreamSubscription chosen) {
    if (chosen.where() == null || feed.position() == start) return;
    session
        .dialect()
        .position(chosen.topic(), feed.offset().toString())
        .ifPresent(frame -> Delivery.withResumePoint(session, frame));
  }

  private void startLive() {
    skipToLive();
    confirm(feed.offset(), false);
  }

  private void skipToLive() {
    epoch = feed.epoch();
    subscription.startAfter(feed.position());
    subscription.goLive();
  }

  private void resume(Offset offset) {
    loop.meters().recovery(Recovery.RECOVERED);
    subscription.resumeAfter(offset.sequence());
    confirm(offset, true);
  }

  private void refuse(Recovery reason) {
    loop.meters().recovery(reason);
    startLive();
  }

  private void confirm(Offset offset, boolean recovered) {
    session
        .dialect()
        .subscribed(subscription.topic(), offset.toString(), recovered)
        .ifPresent(frame -> Delivery.withResumePoint(session, frame));
    if (feed.isStale()) subscription.sendStale(feed.ageMillis());
  }

  /** Whether the shard's log reaches as far as the client's offset in the same history. */
  private boolean contains(List<EventHistory.Head> heads, List<Offset> offered) {
    return heads.stream()
        .filter(head -> head.shard() == subscription.shard())
        .anyMatch(
            head ->
                ResumePoint.lowest(head::resolve, offered)
                    .filter(offset -> offset.sequence() <= head.head())
                    .isPresent());
  }

  /** Whether the client has offsets of other topics only, as an event stream may. */
  private boolean areOfOtherShards(List<Offset> offered, List<EventHistory.Head> heads) {
    return offered.stream()
        .allMatch(
            offset ->
                heads.stream()
                    .filter(head -> head.shard() != subscription.shard())
                    .anyMatch(head -> head.resolve(offset).isPresent()));
  }

  private void readPage(long after, long upTo) {
    query(
            () -> log.page(subscription.shard(), epoch, subscription.streams(), after, upTo),
            read -> {
              if (read.lost()) {
                restart(Recovery.DROPPED_BY_RETENTION);
              } else {
                page.addAll(read.events());
                horizon = read.horizon();
              }
              return Future.succeededFuture();
            })
        .onSuccess(done -> run());
  }

  /** Queries until there is an answer; {@code then} is skipped when the catch-up has ended. */
  private <T> Future<Void> query(Supplier<Future<T>> query, Function<T, Future<Void>> then) {
    Promise<Void> done = Promise.promise();
    query(query, then, done);
    return done.future();
  }

  private <T> void query(
      Supplier<Future<T>> query, Function<T, Future<Void>> then, Promise<Void> done) {
    if (!isCurrent()) {
      done.complete();
      return;
    }
    loop.calls()
        .callUnbounded(query)
        .onComplete(
            answer -> {
              backoff.reset();
              if (isCurrent()) then.apply(answer).onComplete(done);
              else done.complete();
            },
            failure -> loop.schedule(backoff.next().toMillis(), () -> query(query, then, done)));
  }

  private boolean isCurrent() {
    return subscription.isCaughtUpBy(this) && session.has(subscription);
  }
}
