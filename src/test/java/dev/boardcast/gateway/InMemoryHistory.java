package dev.boardcast.gateway;

import dev.boardcast.bus.EventBatch;
import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.engine.EventHistory;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Shards;
import dev.boardcast.web.audit.RequestContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** An event log in memory. Thread safe. */
public final class InMemoryHistory implements EventHistory {
  static final Instant AT = Instant.parse("2025-11-16T12:34:56.789Z");

  public final AtomicInteger reads = new AtomicInteger();
  final AtomicInteger headReads = new AtomicInteger();
  public volatile boolean unavailable;

  /** The ids of the requests in whose contexts heads were read, or {@code none}. */
  final List<String> askers = new CopyOnWriteArrayList<>();

  /** How many of the next questions for heads get no answer, as on a connection to a dead peer. */
  final AtomicInteger silentHeads = new AtomicInteger();

  /** Heads are read at once, and told when this completes. */
  volatile Future<Void> headsGate = Future.succeededFuture();

  /** Pages of a shard are read when this completes. */
  volatile Future<Void> readGate = Future.succeededFuture();

  private final List<List<LoggedEvent>> shards = new ArrayList<>();
  private final long[] oldest = new long[Shards.COUNT];
  private String epoch = "e1";
  private boolean epochPerShard;
  private long dropBefore;
  private int dropShard;

  public InMemoryHistory() {
    for (int shard = 0; shard < Shards.COUNT; shard++) {
      shards.add(new ArrayList<>());
      oldest[shard] = 1;
    }
  }

  /** Appends one event and returns it as the batch the emitter would publish. */
  public synchronized EventBatch append(String type, String data, String... streams) {
    return append(UUID.randomUUID(), type, data, streams);
  }

  /** The same, with an id. */
  synchronized EventBatch append(UUID id, String type, String data, String... streams) {
    int shard = Shards.of(streams[0]);
    List<LoggedEvent> log = shards.get(shard);
    var event = new LoggedEvent(log.size() + 1L, id, type, List.of(streams), RawJson.of(data), AT);
    log.add(event);
    return new EventBatch(shard, epoch(shard), event.sequence(), List.of(event));
  }

  public synchronized EventBatch batch(int shard, long first, long last) {
    return new EventBatch(
        shard,
        epoch(shard),
        first,
        List.copyOf(shards.get(shard).subList((int) first - 1, (int) last)));
  }

  /** Restores a backup: another epoch, fewer events. */
  synchronized void restoreBackup(int shard, String newEpoch, int head) {
    epoch = newEpoch;
    List<LoggedEvent> log = shards.get(shard);
    while (log.size() > head) log.remove(log.size() - 1);
  }

  public synchronized void dropBefore(int shard, long sequence) {
    oldest[shard] = sequence;
  }

  /** Drops all events before {@code sequence} directly after the next read of a stream. */
  synchronized void dropAfterNextRead(int shard, long sequence) {
    dropShard = shard;
    dropBefore = sequence;
  }

  synchronized String epoch() {
    return epoch;
  }

  /** Gives each shard an epoch of its own, as a database does. */
  public synchronized void useEpochPerShard() {
    epochPerShard = true;
  }

  private String epoch(int shard) {
    return epochPerShard ? epoch + "s" + shard : epoch;
  }

  synchronized long head(int shard) {
    return shards.get(shard).size();
  }

  @Override
  public synchronized Future<List<Head>> heads() {
    askers.add(Objects.requireNonNullElse(RequestContext.id(), "none"));
    headReads.incrementAndGet();
    if (silentHeads.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      return Promise.<List<Head>>promise().future();
    }
    if (unavailable) return Future.failedFuture("the database is away");
    return headsGate.map(currentHeads());
  }

  /** All heads, without a read that counts. */
  synchronized List<Head> currentHeads() {
    var heads = new ArrayList<Head>();
    for (int shard = 0; shard < Shards.COUNT; shard++) {
      heads.add(new Head(shard, epoch(shard), shards.get(shard).size()));
    }
    return heads;
  }

  @Override
  public Future<List<LoggedEvent>> read(int shard, long after, int limit) {
    return readGate.compose(open -> readNow(shard, after, limit));
  }

  private synchronized Future<List<LoggedEvent>> readNow(int shard, long after, int limit) {
    reads.incrementAndGet();
    if (unavailable) return Future.failedFuture("the database is away");
    return Future.succeededFuture(
        shards.get(shard).stream()
            .filter(event -> event.sequence() > after && event.sequence() >= oldest[shard])
            .limit(limit)
            .toList());
  }

  @Override
  public synchronized Future<List<LoggedEvent>> readStream(
      String stream, long after, long upTo, int limit) {
    reads.incrementAndGet();
    if (unavailable) return Future.failedFuture("the database is away");
    int shard = Shards.of(stream);
    var page =
        shards.get(shard).stream()
            .filter(event -> event.sequence() > after && event.sequence() <= upTo)
            .filter(event -> event.sequence() >= oldest[shard])
            .filter(event -> event.streams().contains(stream))
            .limit(limit)
            .toList();
    if (dropBefore > 0 && dropShard == shard) oldest[shard] = dropBefore;
    return Future.succeededFuture(page);
  }

  @Override
  public synchronized Future<List<LoggedEvent>> last(Set<String> streams, long upTo, int limit) {
    if (unavailable) return Future.failedFuture("the database is away");
    int shard = Shards.of(streams.iterator().next());
    List<LoggedEvent> all =
        shards.get(shard).stream()
            .filter(event -> event.sequence() <= upTo && event.sequence() >= oldest[shard])
            .filter(event -> event.streams().stream().anyMatch(streams::contains))
            .toList();
    return Future.succeededFuture(all.subList(Math.max(0, all.size() - limit), all.size()));
  }

  @Override
  public synchronized Future<Long> oldest(int shard) {
    if (unavailable) return Future.failedFuture("the database is away");
    return Future.succeededFuture(oldest[shard]);
  }
}
