package dev.boardcast.bench;

import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.engine.EventHistory;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Shards;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** An in-memory event log with events of one stream; counts reads. Thread safe. */
final class BenchLog implements EventHistory {
  private final List<LoggedEvent> events;
  private final int shard;
  private final AtomicLong head;
  private final AtomicInteger reads = new AtomicInteger();

  /**
   * @param logged number of events
   * @param head of the stream's shard; the caller advances it
   */
  BenchLog(String stream, int logged, AtomicLong head, RawJson data) {
    this.shard = Shards.of(stream);
    this.head = head;
    this.events =
        LongStream.rangeClosed(1, logged)
            .mapToObj(
                sequence ->
                    new LoggedEvent(
                        sequence, UUID.randomUUID(), "tick", List.of(stream), data, Instant.now()))
            .toList();
  }

  /** How many ranges of events were read. */
  int reads() {
    return reads.get();
  }

  @Override
  public Future<List<Head>> heads() {
    return Future.succeededFuture(
        IntStream.range(0, Shards.COUNT)
            .mapToObj(each -> new Head(each, "e1", each == shard ? head.get() : 0))
            .toList());
  }

  @Override
  public Future<List<LoggedEvent>> read(int from, long after, int limit) {
    return range(from == shard, after, Long.MAX_VALUE, limit);
  }

  @Override
  public Future<List<LoggedEvent>> readStream(String name, long after, long upTo, int limit) {
    return range(Shards.of(name) == shard, after, upTo, limit);
  }

  @Override
  public Future<List<LoggedEvent>> last(Set<String> streams, long upTo, int limit) {
    return range(true, upTo - limit, upTo, limit);
  }

  @Override
  public Future<Long> oldest(int from) {
    return Future.succeededFuture(1L);
  }

  private Future<List<LoggedEvent>> range(boolean isOwnShard, long after, long upTo, int limit) {
    reads.incrementAndGet();
    if (!isOwnShard) return Future.succeededFuture(List.of());
    return Future.succeededFuture(
        events.stream()
            .filter(event -> event.sequence() > after && event.sequence() <= upTo)
            .limit(limit)
            .toList());
  }
}
