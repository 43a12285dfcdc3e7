package dev.boardcast.gateway.feed;

import dev.boardcast.engine.ConcurrencyLimiter;
import dev.boardcast.engine.EventHistory;
import dev.boardcast.engine.SharedQuery;
import dev.boardcast.gateway.loop.BoundedCalls;
import dev.boardcast.gateway.protocol.EventMessage;
import dev.boardcast.gateway.protocol.Frame;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Reads the event log for sessions that catch up: a range is read once and its events are encoded
 * once, however many sessions ask for it. Pages never change, so they are cached, bounded in number
 * and bytes. At most {@value #MAX_CONCURRENT_READS} pages are read at once, and one per set of
 * streams. One event loop.
 *
 * <p>A page that was read before a caller asked serves it as well: it says by its horizon how far
 * it is complete, and who needs more reads on from there.
 */
public final class SharedLogReads {
  private static final int MAX_PAGES = 256;
  private static final long MAX_BYTES = 8 << 20;
  private static final int MAX_CONCURRENT_READS = 4;

  private final EventHistory history;
  private final BoundedCalls calls;
  private final ConcurrencyLimiter limiter = new ConcurrencyLimiter(MAX_CONCURRENT_READS);
  private final Map<Range, TreeMap<Long, Page>> cache = new HashMap<>();
  private final Map<Range, Future<Page>> reading = new HashMap<>();
  private final Map<Integer, SharedQuery<Long>> oldest = new HashMap<>();
  private final Deque<CacheEntry> evictionOrder = new ArrayDeque<>();
  private final PageSize pageSize = new PageSize();
  private long bytes;

  /**
   * Events in order.
   *
   * @param horizon the page contains every event up to this sequence
   * @param lost whether retention dropped some of the range; then the page is empty
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

  private record CacheEntry(Range range, long after) {}

  SharedLogReads(EventHistory history, BoundedCalls calls) {
    this.history = history;
    this.calls = calls;
  }

  /** The oldest sequence that retention has kept, as read after this call. */
  public Future<Long> oldest(int shard) {
    return oldest
        .computeIfAbsent(
            shard, first -> new SharedQuery<>(() -> calls.call(() -> history.oldest(shard))))
        .ask();
  }

  /**
   * The last event of some streams up to a sequence that is wanted; empty where there is none. Not
   * shared: it is read once for a subscription that starts.
   *
   * @param most how many of the last events are read to find it
   */
  public Future<Optional<EventMessage>> last(
      int shard,
      String epoch,
      Set<String> streams,
      long upTo,
      int most,
      Predicate<EventMessage> wanted) {
    return limiter
        .run(() -> calls.call(() -> history.in(epoch).last(streams, upTo, most)))
        .map(
            found ->
                found.stream()
                    .map(event -> new EventMessage(shard, epoch, event))
                    .filter(wanted)
                    .reduce((earlier, later) -> later));
  }

  /** One page of the events of some streams after a sequence. */
  public Future<Page> page(int shard, String epoch, Set<String> streams, long after, long upTo) {
    var range = new Range(shard, epoch, streams);
    Page cached = find(range, after);
    if (cached != null) return Future.succeededFuture(cached);
    Future<Page> underWay = reading.get(range);
    if (underWay != null) {
      return underWay.transform(done -> page(shard, epoch, streams, after, upTo));
    }
    Future<Page> read = limiter.run(() -> read(range, after, upTo));
    reading.put(range, read);
    return read.onComplete(
        done -> {
          reading.remove(range, read);
          if (done.succeeded() && !done.result().lost()) cache(range, after, done.result());
        });
  }

  private Future<Page> read(Range range, long after, long upTo) {
    int limit = pageSize.next();
    return calls
        .call(
            () ->
                LogPage.read(
                    history.in(range.epoch()), range.shard(), range.streams(), after, upTo, limit))
        .onSuccess(page -> pageSize.onPage(page.events()))
        // After the page, so that what retention dropped during the read is noticed.
        .compose(
            page ->
                calls
                    .call(() -> history.oldest(range.shard()))
                    .map(oldest -> oldest > after + 1 ? Page.LOST : page(range, page)));
  }

  private static Page page(Range range, LogPage read) {
    return new Page(
        read.events().stream()
            .map(event -> new EventMessage(range.shard(), range.epoch(), event))
            .toList(),
        read.horizon(),
        false);
  }

  private Page find(Range range, long after) {
    TreeMap<Long, Page> pages = cache.get(range);
    Map.Entry<Long, Page> floor = pages == null ? null : pages.floorEntry(after);
    if (floor == null || floor.getValue().horizon() <= after) return null;
    return floor.getKey() == after ? floor.getValue() : floor.getValue().after(after);
  }

  private void cache(Range range, long after, Page page) {
    if (page.horizon() <= after) return;
    Page older = cache.computeIfAbsent(range, first -> new TreeMap<>()).put(after, page);
    bytes += page.size();
    if (older == null) evictionOrder.add(new CacheEntry(range, after));
    else bytes -= older.size();
    while (!evictionOrder.isEmpty() && (bytes > MAX_BYTES || evictionOrder.size() > MAX_PAGES)) {
      evictOldest();
    }
  }

  private void evictOldest() {
    CacheEntry oldest = evictionOrder.remove();
    TreeMap<Long, Page> pages = cache.get(oldest.range());
    bytes -= pages.remove(oldest.after()).size();
    if (pages.isEmpty()) cache.remove(oldest.range());
  }
}
