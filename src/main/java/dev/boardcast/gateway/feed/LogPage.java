package dev.boardcast.gateway.feed;

import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.engine.EventHistory;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Events of some streams of one shard, read from the log, in order and each once.
 *
 * @param horizon the page contains every event of these streams up to this sequence
 */
record LogPage(Collection<LoggedEvent> events, long horizon) {
  /** With more streams than this, one read of the whole shard is cheaper than one per stream. */
  private static final int MAX_STREAM_READS = 8;

  /**
   * @param limit most events of the page
   */
  static Future<LogPage> read(
      EventHistory history, int shard, Set<String> streams, long after, long upTo, int limit) {
    if (streams.size() > MAX_STREAM_READS) {
      return history.read(shard, after, limit).map(page -> filter(page, streams, upTo, limit));
    }
    var pages = new ArrayList<Future<List<LoggedEvent>>>();
    streams.forEach(stream -> pages.add(history.readStream(stream, after, upTo, limit)));
    return Future.all(pages).map(all -> merge(all.list(), upTo, limit));
  }

  private static LogPage filter(List<LoggedEvent> page, Set<String> streams, long upTo, int limit) {
    var events =
        page.stream()
            .filter(event -> event.sequence() <= upTo)
            .filter(event -> event.streams().stream().anyMatch(streams::contains))
            .toList();
    return new LogPage(events, Math.min(upTo, end(page, upTo, limit)));
  }

  private static LogPage merge(List<List<LoggedEvent>> pages, long upTo, int limit) {
    long horizon = upTo;
    for (List<LoggedEvent> page : pages) horizon = Math.min(horizon, end(page, upTo, limit));
    var events = new TreeMap<Long, LoggedEvent>();
    for (List<LoggedEvent> page : pages) {
      for (LoggedEvent event : page) {
        if (event.sequence() <= horizon) events.put(event.sequence(), event);
      }
    }
    return new LogPage(events.values(), horizon);
  }

  /** A full page covers its last event; one that is not full covers everything. */
  private static long end(List<LoggedEvent> page, long upTo, int limit) {
    return page.size() < limit ? upTo : page.get(page.size() - 1).sequence();
  }
}
