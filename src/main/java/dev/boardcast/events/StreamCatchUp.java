package dev.boardcast.events;

import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.bus.Offset;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Shards;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads what a client missed of a topic. */
final class StreamCatchUp {
  private final EventLog log;

  StreamCatchUp(EventLog log) {
    this.log = log;
  }

  /** An event as the native protocol writes it. */
  record Event(String type, String topic, RawJson data, Instant timestamp, Offset offset) {}

  /**
   * @param next where to go on; the place of the last event, or of the log's head when there are no
   *     more
   * @param recovered false when something between {@code after} and {@code events} is lost: then
   *     there are none, and the client needs fresh state before it goes on from {@code next}
   */
  record Page(List<Event> events, Offset next, boolean recovered) {
    /** Whether it holds as many as were asked for: then no later event can change it. */
    boolean isFull(int limit) {
      return recovered && events.size() == limit;
    }

    /** Equal for equal answers to one question. */
    String etag() {
      return '"' + next.toString() + (recovered ? "\"" : "-lost\"");
    }
  }

  /**
   * @param topic what the events are told under
   * @param streams of one shard, at least one
   * @param after the client's place; empty for everything that is kept
   * @param limit most events of a page
   */
  Future<Page> read(String topic, Set<String> streams, Optional<Offset> after, int limit) {
    int shard = Shards.of(streams.iterator().next());
    return log.heads()
        .compose(
            heads -> {
              var head = heads.get(shard);
              var end = new Offset(head.epoch(), head.head());
              var lost = new Page(List.of(), end, false);
              long from = after.map(Offset::sequence).orElse(0L);
              if (after.filter(place -> !place.epoch().equals(head.epoch())).isPresent()
                  || from > head.head()) {
                return Future.succeededFuture(lost);
              }
              Future<Page> page =
                  log.readStreams(streams, from, head.head(), limit)
                      .map(events -> page(topic, events, limit, end));
              if (after.isEmpty()) return page;
              // Asked last: what was deleted while we read is noticed too.
              return page.compose(
                  read -> log.oldest(shard).map(oldest -> oldest > from + 1 ? lost : read));
            });
  }

  private static Page page(String topic, List<LoggedEvent> events, int limit, Offset end) {
    var shown =
        events.stream()
            .map(
                event ->
                    new Event(
                        event.type(),
                        topic,
                        event.data(),
                        event.at(),
                        new Offset(end.epoch(), event.sequence())))
            .toList();
    return new Page(shown, shown.size() < limit ? end : shown.get(limit - 1).offset(), true);
  }
}
