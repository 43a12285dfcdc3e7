package dev.boardcast.memory;

import dev.boardcast.bus.LogAnswer;
import dev.boardcast.bus.LogEntry;
import dev.boardcast.bus.LogQuery;
import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.bus.Offset;
import dev.boardcast.bus.Origin;
import dev.boardcast.engine.EventStore;
import dev.boardcast.engine.StreamLog;
import dev.boardcast.spi.AuditEntry;
import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.Shards;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Stores and reads streams that are kept in memory: see {@link BroadcastNode}. Thread safe. */
public final class BroadcastStreams implements StreamLog, EventStore {
  // Each comes with its data.
  private static final int MAX_CHANGES = 100;

  private final BroadcastNode node;
  private final String epoch;

  public BroadcastStreams(BroadcastNode node) {
    this(node, null);
  }

  /**
   * @param epoch that the history must continue; null for any history
   */
  private BroadcastStreams(BroadcastNode node, String epoch) {
    this.node = node;
    this.epoch = epoch;
  }

  @Override
  public Future<List<Boolean>> store(List<Item> items, Optional<AuditEntry> entry) {
    Map<Integer, List<Integer>> places = new TreeMap<>();
    for (int i = 0; i < items.size(); i++) {
      int shard = Shards.of(items.get(i).stream());
      places.computeIfAbsent(shard, first -> new ArrayList<>()).add(i);
    }
    var fresh = new Boolean[items.size()];
    var stored = new ArrayList<Future<?>>();
    places.forEach(
        (shard, indexes) ->
            stored.add(
                node.append(shard, indexes.stream().map(at -> entry(items.get(at))).toList())
                    .map(
                        outcomes -> {
                          for (int i = 0; i < indexes.size(); i++) {
                            fresh[indexes.get(i)] = outcomes.get(i);
                          }
                          return null;
                        })));
    if (stored.size() == 1) return stored.get(0).map(done -> List.of(fresh));
    return Future.all(stored).map(done -> List.of(fresh));
  }

  private static LogEntry entry(Item item) {
    NewEvent event = item.event();
    return new LogEntry(
        new LoggedEvent(
            0,
            event.id(),
            event.type(),
            event.streams(),
            event.data(),
            event.at(),
            Origin.parse(item.origin())),
        item.key());
  }

  @Override
  public StreamLog in(String other) {
    return new BroadcastStreams(node, other);
  }

  @Override
  public Future<List<Head>> heads() {
    var heads = new ArrayList<Future<Head>>();
    for (int shard = 0; shard < Shards.COUNT; shard++) {
      int of = shard;
      heads.add(node.query(shard, LogQuery.HEAD).map(answer -> head(of, answer)));
    }
    return Future.all(heads).map(all -> all.<Head>list());
  }

  private static Head head(int shard, LogAnswer answer) {
    return new Head(
        shard,
        Lineage.current(answer.epochs()),
        answer.head(),
        offset -> Lineage.resolve(answer.epochs(), answer.head(), offset));
  }

  @Override
  public Future<List<LoggedEvent>> read(int shard, long after, int limit) {
    return ask(shard, new LogQuery(Set.of(), after, Long.MAX_VALUE, limit, false))
        .compose(
            answer ->
                epoch == null || epoch.equals(Lineage.current(answer.epochs()))
                    ? Future.succeededFuture(answer.events())
                    : Future.failedFuture(otherHistory()));
  }

  @Override
  public Future<List<LoggedEvent>> readStream(String stream, long after, long upTo, int limit) {
    return readStreams(Set.of(stream), after, upTo, limit);
  }

  @Override
  public Future<List<LoggedEvent>> readStreams(
      Set<String> streams, long after, long upTo, int limit) {
    return page(streams, new LogQuery(streams, after, upTo, limit, false));
  }

  @Override
  public Future<List<LoggedEvent>> readBefore(Set<String> streams, long before, int limit) {
    return page(streams, new LogQuery(streams, 0, before - 1, limit, true));
  }

  @Override
  public Future<List<LoggedEvent>> last(Set<String> streams, long upTo, int limit) {
    return readBefore(streams, upTo + 1, limit);
  }

  @Override
  public Future<Long> oldest(int shard) {
    return ask(shard, LogQuery.HEAD).map(LogAnswer::oldest);
  }

  @Override
  public Future<Map<String, Long>> changed(int shard, Set<String> streams, long after) {
    return ask(shard, new LogQuery(streams, after, Long.MAX_VALUE, MAX_CHANGES, true))
        .map(
            answer -> {
              Map<String, Long> last = new HashMap<>();
              for (LoggedEvent event : answer.events()) {
                event.streams().forEach(stream -> last.put(stream, event.sequence()));
              }
              // There may be more: who waits without need asks again.
              if (answer.events().size() == MAX_CHANGES) {
                streams.forEach(stream -> last.putIfAbsent(stream, answer.head()));
              }
              return last;
            });
  }

  private Future<List<LoggedEvent>> page(Set<String> streams, LogQuery query) {
    return ask(Shards.of(streams.iterator().next()), query)
        .compose(
            answer -> {
              long upTo = Math.min(query.upTo(), answer.head());
              boolean isOther =
                  epoch != null
                      && Lineage.resolve(
                              answer.epochs(), answer.head(), new Offset(epoch, Math.max(0, upTo)))
                          .isEmpty();
              return isOther
                  ? Future.failedFuture(otherHistory())
                  : Future.succeededFuture(answer.events());
            });
  }

  private Future<LogAnswer> ask(int shard, LogQuery query) {
    return node.query(shard, query);
  }

  private static Problem otherHistory() {
    return Problem.unavailable("the history of this stream has just changed", 1);
  }
}
