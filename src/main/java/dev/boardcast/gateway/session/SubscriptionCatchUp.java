package dev.boardcast.gateway.session;

import dev.boardcast.bus.Offset;
import dev.boardcast.database.Backoff;
import dev.boardcast.engine.EventHistory;
import dev.boardcast.gateway.feed.ShardFeed;
import dev.boardcast.gateway.feed.SharedLogReads;
import dev.boardcast.gateway.protocol.EventMessage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Brings one subscription from its position to live: from the shard's recent events where they
 * reach back far enough, else page by page from the log, at the speed the client reads. The step to
 * live happens in one turn of the event loop, so nothing is lost or doubled there.
 *
 * <p>While the log cannot be read it waits and tries again. A newer one takes its place. One event
 * loop.
 */
final class SubscriptionCatchUp {
  /** Makes time pass. */
  @FunctionalInterface
  interface Later {
    void run(long millis, Runnable task);
  }

  private static final Duration FIRST_RETRY = Duration.ofMillis(100);
  private static final Duration MAX_RETRY = Duration.ofSeconds(4);

  private final StreamSubscription subscription;
  private final ShardFeed feed;
  private final BoundedCalls outside;
  private final SharedLogReads log;
  private final Later later;
  private final String epoch;
  private final Deque<EventMessage> read = new ArrayDeque<>();
  private long horizon;
  private final Backoff backoff = new Backoff(FIRST_RETRY, MAX_RETRY);

  SubscriptionCatchUp(
      StreamSubscription subscription,
      ShardFeed feed,
      BoundedCalls outside,
      SharedLogReads log,
      Later later) {
    this.subscription = subscription;
    this.feed = feed;
    this.outside = outside;
    this.log = log;
    this.later = later;
    this.epoch = feed.epoch();
    subscription.catchUpBy(this);
  }

  /** From now on; the client is told where that is. */
  void fresh() {
    startNow();
    tell(feed.offset(), false);
  }

  /** From now on, though it had begun before: what is between is lost, and the client is told. */
  void restart(Instant now) {
    startNow();
    Session session = subscription.session();
    session
        .dialect()
        .restarted(subscription.topic(), feed.offset().toString(), now)
        .ifPresent(session::sendPlaced);
  }

  private void startNow() {
    subscription.startAfter(feed.position());
    subscription.live();
  }

  /**
   * Decides where to begin, and tells the client: where it was, if that can be had, else now.
   *
   * @param since the offset handed back; null for now
   * @return completes, never fails, when that is decided or no longer matters; then {@link #goOn}
   */
  Future<Void> place(String since) {
    if (since == null) {
      fresh();
      return Future.succeededFuture();
    }
    Optional<Offset> place = ResumePoint.in(epoch, since);
    if (place.isEmpty()) {
      fresh();
      return Future.succeededFuture();
    }
    Offset offset = place.get();
    if (offset.sequence() > feed.position()) {
      return ask(log::heads, heads -> decide(offset, reaches(heads, offset)));
    }
    if (feed.recent().coverAfter(offset.sequence())) {
      decide(offset, true);
      return Future.succeededFuture();
    }
    return ask(
        () -> log.oldest(subscription.shard()),
        oldest -> decide(offset, offset.sequence() >= oldest - 1));
  }

  /** From the subscription's own position to live, as fast as the client reads. */
  void goOn() {
    Session session = subscription.session();
    while (isCurrent() && subscription.isPlaced() && epoch.equals(feed.epoch())) {
      if (session.isBacklogged()) {
        session.whenDrained(this::goOn);
        return;
      }
      long next = subscription.position() + 1;
      if (!read.isEmpty()) {
        session.replay(subscription, read.remove());
      } else if (horizon >= next) {
        subscription.advanceTo(horizon);
      } else if (next > feed.position()) {
        subscription.live();
      } else if (feed.recent().coverAfter(next - 1)) {
        session.replay(subscription, feed.recent().get(next));
        subscription.advanceTo(next);
      } else {
        page(next - 1, feed.position());
        return;
      }
    }
  }

  private void decide(Offset offset, boolean recoverable) {
    if (!recoverable) {
      fresh();
      return;
    }
    subscription.resumeAfter(offset.sequence());
    tell(offset, true);
  }

  private void page(long after, long upTo) {
    ask(
            () -> log.page(subscription.shard(), epoch, subscription.streams(), after, upTo),
            page -> {
              if (page.lost()) {
                restart(Instant.now());
                return;
              }
              read.addAll(page.events());
              horizon = page.horizon();
            })
        .onSuccess(done -> goOn());
  }

  /** Whether the log goes as far as the client says: it may be ahead of this node. */
  private boolean reaches(List<EventHistory.Head> heads, Offset offset) {
    return heads.stream()
        .filter(head -> head.shard() == subscription.shard() && head.epoch().equals(epoch))
        .anyMatch(head -> head.head() >= offset.sequence());
  }

  /** Asks until there is an answer; without it when nobody waits for it any more. */
  private <T> Future<Void> ask(Supplier<Future<T>> question, Consumer<T> then) {
    Promise<Void> done = Promise.promise();
    ask(question, then, done);
    return done.future();
  }

  private <T> void ask(Supplier<Future<T>> question, Consumer<T> then, Promise<Void> done) {
    if (!isCurrent()) {
      done.complete();
      return;
    }
    outside
        .here(question)
        .onComplete(
            answer -> {
              backoff.reset();
              if (isCurrent()) then.accept(answer);
              done.complete();
            },
            failure -> {
              later.run(backoff.next().toMillis(), () -> ask(question, then, done));
            });
  }

  private boolean isCurrent() {
    return subscription.isCaughtUpBy(this) && subscription.session().follows(subscription);
  }

  private void tell(Offset offset, boolean recovered) {
    Session session = subscription.session();
    session
        .dialect()
        .subscribed(subscription.topic(), offset.toString(), recovered)
        .ifPresent(session::sendPlaced);
  }
}
