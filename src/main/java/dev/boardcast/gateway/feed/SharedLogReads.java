package dev.boardcast.gateway.feed;

import dev.boardcast.engine.ConcurrencyLimiter;
import dev.boardcast.engine.EventHistory;
import dev.boardcast.gateway.protocol.EventMessage;
import dev.boardcast.gateway.protocol.Frame;
import dev.boardcast.gateway.session.BoundedCalls;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Reads of the log that sessions share: however many come back for a range, it is read once, and
 * its events are encoded once. Pages never change, so they are kept, bounded in number and size; of
 * one set of streams one page is read at a time, of all a few. One event loop.
 */
public final class SharedLogReads {
  private static final int MOST_PAGES = 256;
  private static final long MOST_BYTES = 8 << 20;
  private static final int MOST_AT_ONCE = 4;

  private final EventHistory history;
  private final BoundedCalls outside;
  private final ConcurrencyLimiter limiter = new ConcurrencyLimiter(MOST_AT_ONCE);
  private final Map<Range, TreeMap<Long, Page>> kept = new HashMap<>();
  private final Map<Range, Future<Page>> reading = new HashMap<>();
  private final Map<Object, Future<?>> asking = new HashMap<>();
  private final Deque<Place> order = new ArrayDeque<>();
  private long bytes;

  /**
   * Events in order.
   *
   * @param horizon every event up to here is among them
   * @param lost whether something between was deleted: then there are none
   */
  public record Page(List<EventMessage> events, long horizon, boolean lost) {
    private static final Page LOST = new Page(List.of(), 0, true);

    private Page after(long sequence) {
      return new Page(
          events.stream().filter(event -> event.sequence() > sequence).toList(), horizon, false);
    }

    private long size() {
      long size = Frame.OVERHEAD;
      for (EventMessage event : events) {
        size += event.event().data().text().length() + Frame.OVERHEAD;
      }
      return size;
    }
  }

  private record Range(int shard, String epoch, Set<String> streams) {}

  private record Place(Range range, long after) {}

  public SharedLogReads(EventHistory history, BoundedCalls outside) {
    this.history = history;
    this.outside = outside;
  }

  /** Every shard's head, as of now. */
  public Future<List<EventHistory.Head>> heads() {
    return shared("heads", history::heads);
  }

  /** The oldest sequence that is kept. */
  public Future<Long> oldest(int shard) {
    return shared(shard, () -> history.oldest(shard));
  }

  /** Events of some streams after a sequence, at least as far as one page goes. */
  public Future<Page> page(int shard, String epoch, Set<String> streams, long after, long upTo) {
    var range = new Range(shard, epoch, streams);
    Page known = find(range, after);
    if (known != null) return Future.succeededFuture(known);
    Future<Page> before = reading.get(range);
    if (before != null) {
      return before.transform(done -> page(shard, epoch, streams, after, upTo));
    }
    Future<Page> read =
        limiter.run(
            () ->
                outside
                    .call(() -> LogPage.read(history, shard, streams, after, upTo))
                    // Asked after it: what was deleted while we read is noticed too.
                    .compose(
                        page -> oldestNow(shard).map(oldest -> page(range, page, after, oldest))));
    reading.put(range, read);
    return read.onComplete(
        done -> {
          reading.remove(range, read);
          if (done.succeeded() && !done.result().lost()) keep(range, after, done.result());
        });
  }

  private Future<Long> oldestNow(int shard) {
    return outside.call(() -> history.oldest(shard));
  }

  private static Page page(Range range, LogPage read, long after, long oldest) {
    if (oldest > after + 1) return Page.LOST;
    return new Page(
        read.events().stream()
            .map(event -> new EventMessage(range.shard(), range.epoch(), event))
            .toList(),
        read.horizon(),
        false);
  }

  private Page find(Range range, long after) {
    TreeMap<Long, Page> pages = kept.get(range);
    Map.Entry<Long, Page> below = pages == null ? null : pages.floorEntry(after);
    if (below == null || below.getValue().horizon() <= after) return null;
    return below.getKey() == after ? below.getValue() : below.getValue().after(after);
  }

  private void keep(Range range, long after, Page page) {
    if (page.horizon() <= after) return;
    Page older = kept.computeIfAbsent(range, first -> new TreeMap<>()).put(after, page);
    bytes += page.size();
    if (older == null) order.add(new Place(range, after));
    else bytes -= older.size();
    while (!order.isEmpty() && (bytes > MOST_BYTES || order.size() > MOST_PAGES)) forgetOldest();
  }

  private void forgetOldest() {
    Place first = order.remove();
    TreeMap<Long, Page> pages = kept.get(first.range());
    bytes -= pages.remove(first.after()).size();
    if (pages.isEmpty()) kept.remove(first.range());
  }

  /** Who asks while the same question is under way gets its answer. */
  @SuppressWarnings("unchecked")
  private <T> Future<T> shared(Object question, Supplier<Future<T>> ask) {
    Future<?> before = asking.get(question);
    if (before != null) return (Future<T>) before;
    Future<T> asked = outside.call(ask);
    asking.put(question, asked);
    return asked.onComplete(done -> asking.remove(question, asked));
  }
}
