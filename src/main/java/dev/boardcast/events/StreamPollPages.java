package dev.boardcast.events;

import dev.boardcast.bus.Offset;
import dev.boardcast.events.StreamCatchUp.Event;
import dev.boardcast.events.StreamCatchUp.Page;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads the pages of pollers, which end at {@link CutPoints}. Pollers that ask for one page at the
 * same time share one read: a page that was read before an event is right, since the poller
 * continues where it ends. Thread safe; futures complete on the caller's context.
 */
final class StreamPollPages {
  private final StreamCatchUp catchUp;
  private final Clock clock;
  private final Map<Key, Future<Page>> running = new ConcurrentHashMap<>();

  private record Key(String topic, Set<String> streams, Optional<Offset> after) {}

  StreamPollPages(StreamCatchUp catchUp, Clock clock) {
    this.catchUp = catchUp;
    this.clock = clock;
  }

  /** Whether a page ended at a cut point, so that later events do not change it. */
  static boolean isFull(Page page) {
    int count = page.events().size();
    if (!page.recovered() || count == 0) return false;
    return count == CutPoints.MAX_EVENTS
        || CutPoints.isCut(page.events().get(count - 1).offset().sequence());
  }

  /**
   * Reads one page.
   *
   * @param after the poller's offset; empty for all events in the log
   */
  Future<Page> read(Vertx vertx, String topic, Set<String> streams, Optional<Offset> after) {
    Context caller = vertx.getOrCreateContext();
    var answer = Promise.<Page>promise();
    shared(new Key(topic, streams, after))
        .onComplete((page, failure) -> caller.runOnContext(turn -> answer.complete(page, failure)));
    return answer.future();
  }

  private Future<Page> shared(Key key) {
    var mine = Promise.<Page>promise();
    Future<Page> known = running.putIfAbsent(key, mine.future());
    if (known != null) return known;
    catchUp
        .read(key.topic(), key.streams(), key.after(), CutPoints.MAX_EVENTS)
        .map(this::cut)
        .onComplete(
            outcome -> {
              running.remove(key);
              mine.handle(outcome);
            });
    return mine.future();
  }

  private Page cut(Page page) {
    List<Event> events = page.events();
    if (events.isEmpty()) return withPoll(page);
    int count = 1;
    while (count < events.size() && !CutPoints.isCut(sequence(events, count - 1))) count++;
    // Not the head of the log, which moves by events of other streams: all who have the same events
    // continue with the same request.
    Offset next = events.get(count - 1).offset();
    return withPoll(new Page(events.subList(0, count), next, null, true));
  }

  private Page withPoll(Page page) {
    return page.withPoll(PollTurn.after(isFull(page), clock.instant()));
  }

  private static long sequence(List<Event> events, int at) {
    return events.get(at).offset().sequence();
  }
}
