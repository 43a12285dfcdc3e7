package dev.boardcast.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.bus.Offset;
import dev.boardcast.engine.EventHistory;
import dev.boardcast.engine.StreamLog;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Shards;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads pages of events that a client missed. Each call reads the head of the log itself, so an
 * offset is never judged by what was true before the client asked. Thread safe.
 */
final class StreamCatchUp {
  private final StreamLog log;

  StreamCatchUp(StreamLog log) {
    this.log = log;
  }

  /** An event in the shape of the native protocol. */
  record Event(String type, String topic, RawJson data, Instant timestamp, Offset offset) {}

  /**
   * A page of events.
   *
   * @param next the offset to continue from: that of the last event, or of the log's head when
   *     there are no more events
   * @param previous of a page that was read backwards: the offset to continue before; null when
   *     there are no older events
   * @param recovered false when events after {@code after}, or the history of {@code before}, are
   *     no longer in the log: then there are none here, and the client needs fresh state before it
   *     continues from {@code next}
   * @param poll of a poller: the parameter of its next request; null for others
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Page(List<Event> events, Offset next, Offset previous, boolean recovered, String poll) {
    Page(List<Event> events, Offset next, Offset previous, boolean recovered) {
      this(events, next, previous, recovered, null);
    }

    /** Whether it has as many events as requested: later events cannot change it. */
    boolean isFull(int limit) {
      return recovered && events.size() == limit;
    }

    /** Whether it says only that there are no events yet. */
    boolean isWithoutNews() {
      return recovered && events.isEmpty();
    }

    /** When its last event happened. */
    Instant lastAt() {
      return events.get(events.size() - 1).timestamp();
    }

    Page withPoll(String turn) {
      return new Page(events, next, previous, recovered, turn);
    }

    /** Equal for equal responses to the same request only: their bytes are the same. */
    String etag() {
      var tag = new StringBuilder(64).append('"').append(next).append('-').append(events.size());
      // Without an offset, a page begins where the log does.
      if (!events.isEmpty()) tag.append('-').append(events.get(0).offset().sequence());
      if (previous != null) tag.append('-').append(previous.sequence());
      if (poll != null) tag.append('-').append(poll);
      return tag.append(recovered ? "\"" : "-lost\"").toString();
    }
  }

  /** Where a log ends, and whether an offset of a client is of its history. */
  private record End(Offset offset, EventHistory.Head head) {
    boolean hasHistoryOf(Optional<Offset> known) {
      return known.filter(each -> head.resolve(each).isEmpty()).isEmpty();
    }

    /** Events that the client has asked for are no longer there. */
    Page lost() {
      return new Page(List.of(), offset, null, false);
    }
  }

  /** Reads the page that a client asks for. */
  Future<Page> read(String topic, Set<String> streams, StreamPageRequest request) {
    return request.backwards()
        ? readBefore(topic, streams, request.before(), request.limit())
        : read(topic, streams, request.after(), request.limit());
  }

  /**
   * Reads one page.
   *
   * @param topic the topic in the events
   * @param streams of one shard, at least one
   * @param after the client's offset; empty for all events in the log
   * @param limit most events of a page
   */
  Future<Page> read(String topic, Set<String> streams, Optional<Offset> after, int limit) {
    return end(streams)
        .compose(
            end -> {
              long head = end.offset().sequence();
              long from = after.map(Offset::sequence).orElse(0L);
              if (!end.hasHistoryOf(after) || from > head) {
                return Future.succeededFuture(end.lost());
              }
              Future<Page> page =
                  log.in(end.offset().epoch())
                      .readStreams(streams, from, head, limit)
                      .map(events -> page(topic, events, limit, end.offset()));
              if (after.isEmpty()) return page;
              // Read last, to notice events that were deleted in the meantime.
              return page.compose(
                  read ->
                      log.oldest(shard(streams))
                          .map(oldest -> oldest > from + 1 ? end.lost() : read));
            });
  }

  /**
   * Reads the page of the last events before an offset.
   *
   * @param before exclusive; empty for the last events of all
   */
  Future<Page> readBefore(String topic, Set<String> streams, Optional<Offset> before, int limit) {
    return end(streams)
        .compose(
            end -> {
              if (!end.hasHistoryOf(before)) return Future.succeededFuture(end.lost());
              long from =
                  Math.min(
                      before.map(Offset::sequence).orElse(Long.MAX_VALUE),
                      end.offset().sequence() + 1);
              return log.in(end.offset().epoch())
                  .readBefore(streams, from, limit)
                  .map(events -> pageBefore(topic, events, limit, end.offset(), from));
            });
  }

  private Future<End> end(Set<String> streams) {
    return log.heads()
        .map(heads -> heads.get(shard(streams)))
        .map(head -> new End(new Offset(head.epoch(), head.head()), head));
  }

  private static int shard(Set<String> streams) {
    return Shards.of(streams.iterator().next());
  }

  private static Page page(String topic, List<LoggedEvent> events, int limit, Offset end) {
    List<Event> shown = shown(topic, events, end);
    return new Page(shown, shown.size() < limit ? end : shown.get(limit - 1).offset(), null, true);
  }

  private static Page pageBefore(
      String topic, List<LoggedEvent> events, int limit, Offset end, long before) {
    List<Event> shown = shown(topic, events, end);
    Offset previous = shown.size() < limit ? null : shown.get(0).offset();
    Offset next =
        shown.isEmpty()
            ? new Offset(end.epoch(), before - 1)
            : shown.get(shown.size() - 1).offset();
    return new Page(shown, next, previous, true);
  }

  private static List<Event> shown(String topic, List<LoggedEvent> events, Offset end) {
    return events.stream()
        .map(
            event ->
                new Event(
                    event.type(),
                    topic,
                    event.data(),
                    event.at(),
                    new Offset(end.epoch(), event.sequence())))
        .toList();
  }
}
