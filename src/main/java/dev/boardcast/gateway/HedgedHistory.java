package dev.boardcast.gateway;

import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.engine.EventHistory;
import dev.boardcast.gateway.loop.HedgedCalls;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads the event log through one pool of connections, and also through another one if the first
 * takes long: a connection to a server that was cut off may not answer for seconds. Thread safe.
 */
final class HedgedHistory implements EventHistory {
  private final HedgedCalls calls;
  private final EventHistory first;
  private final EventHistory other;

  HedgedHistory(HedgedCalls calls, EventHistory first, EventHistory other) {
    this.calls = calls;
    this.first = first;
    this.other = other;
  }

  @Override
  public EventHistory in(String epoch) {
    return new HedgedHistory(calls, first.in(epoch), other.in(epoch));
  }

  @Override
  public Future<List<Head>> heads() {
    return ask(EventHistory::heads);
  }

  @Override
  public Future<List<LoggedEvent>> read(int shard, long after, int limit) {
    return ask(log -> log.read(shard, after, limit));
  }

  @Override
  public Future<List<LoggedEvent>> readStream(String stream, long after, long upTo, int limit) {
    return ask(log -> log.readStream(stream, after, upTo, limit));
  }

  @Override
  public Future<List<LoggedEvent>> last(Set<String> streams, long upTo, int limit) {
    return ask(log -> log.last(streams, upTo, limit));
  }

  @Override
  public Future<Long> oldest(int shard) {
    return ask(log -> log.oldest(shard));
  }

  private <T> Future<T> ask(Function<EventHistory, Future<T>> question) {
    return calls.call(() -> question.apply(first), () -> question.apply(other));
  }
}
