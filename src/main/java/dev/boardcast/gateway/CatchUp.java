package dev.boardcast.gateway;

import dev.boardcast.bus.Offset;
import dev.boardcast.event.EventHistory;
import io.vertx.core.Future;
import java.util.List;
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
final class CatchUp {
  /** Makes time pass. */
  @FunctionalInterface
  interface Later {
    void run(long millis, Runnable task);
  }

  private static final int FIRST_PAUSE = 100;
  private static final int LONGEST_PAUSE = 4_000;

  private final StreamSubscription subscription;
  private final ShardFeed feed;
  private final Outside outside;
  private final EventHistory history;
  private final Later later;
  private final String epoch;
  private int pause;

  CatchUp(
      StreamSubscription subscription,
      ShardFeed feed,
      Outside outside,
      EventHistory history,
      Later later) {
    this.subscription = subscription;
    this.feed = feed;
    this.outside = outside;
    this.history = history;
    this.later = later;
    this.epoch = feed.epoch();
    subscription.catchUpBy(this);
  }

  /** From now on; the client is told where that is. */
  void fresh() {
    subscription.startAfter(feed.position());
    subscription.live();
    tell(feed.offset(), false);
  }

  /** From where the client was, if that can be had; else from now on. */
  void resume(String since) {
    Offset offset;
    try {
      offset = Offset.parse(since);
    } catch (IllegalArgumentException notOurs) {
      fresh();
      return;
    }
    if (!offset.epoch().equals(epoch)) {
      fresh();
    } else if (offset.sequence() > feed.position()) {
      ask(history::heads, heads -> decide(offset, reaches(heads, offset)));
    } else if (feed.recent().coverAfter(offset.sequence())) {
      recover(offset);
    } else {
      ask(
          () -> history.oldest(subscription.shard()),
          oldest -> decide(offset, offset.sequence() >= oldest - 1));
    }
  }

  /** From the subscription's own position. */
  void goOn() {
    Session session = subscription.session();
    while (isCurrent() && epoch.equals(feed.epoch())) {
      if (session.isBacklogged()) {
        session.whenDrained(this::goOn);
        return;
      }
      long next = subscription.position() + 1;
      if (next > feed.position()) {
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
    if (recoverable) {
      recover(offset);
    } else {
      fresh();
    }
  }

  private void recover(Offset offset) {
    subscription.resumeAfter(offset.sequence());
    tell(offset, true);
    goOn();
  }

  private void page(long after, long upTo) {
    ask(
        () -> LogPage.read(history, subscription.shard(), subscription.streams(), after, upTo),
        page -> {
          for (var event : page.events()) {
            subscription
                .session()
                .replay(subscription, new EventMessage(subscription.shard(), epoch, event));
          }
          subscription.advanceTo(page.horizon());
          goOn();
        });
  }

  /** Whether the log goes as far as the client says: it may be ahead of this node. */
  private boolean reaches(List<EventHistory.Head> heads, Offset offset) {
    return heads.stream()
        .filter(head -> head.shard() == subscription.shard() && head.epoch().equals(epoch))
        .anyMatch(head -> head.head() >= offset.sequence());
  }

  private <T> void ask(Supplier<Future<T>> question, Consumer<T> then) {
    outside
        .call(question)
        .onComplete(
            answer -> {
              pause = 0;
              if (isCurrent()) then.accept(answer);
            },
            failure -> {
              pause = Math.min(LONGEST_PAUSE, Math.max(FIRST_PAUSE, pause * 2));
              if (isCurrent()) later.run(pause, () -> retry(question, then));
            });
  }

  private <T> void retry(Supplier<Future<T>> question, Consumer<T> then) {
    if (isCurrent()) ask(question, then);
  }

  private boolean isCurrent() {
    return subscription.isCaughtUpBy(this) && subscription.session().follows(subscription);
  }

  private void tell(Offset offset, boolean recovered) {
    Session session = subscription.session();
    session
        .dialect()
        .subscribed(subscription.topic(), offset.toString(), recovered)
        .ifPresent(session::send);
  }
}
