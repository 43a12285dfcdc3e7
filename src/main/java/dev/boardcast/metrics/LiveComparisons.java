package dev.boardcast.metrics;

import dev.boardcast.engine.BoardsByName;
import dev.boardcast.engine.ComparedWith;
import dev.boardcast.engine.ConcurrencyLimiter;
import dev.boardcast.engine.SnapshotComparison;
import dev.boardcast.engine.SnapshotComparisons;
import dev.boardcast.metrics.history.HistoryQueryLimiter;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Snapshot;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Compares snapshots for the sessions of a node. A snapshot is compared once for all of them. The
 * past is kept by the minute, as the history is: it is read once a minute for each board and kind,
 * and only while somebody asks; what nobody has asked for in five minutes is dropped. Thread safe.
 */
public final class LiveComparisons implements SnapshotComparisons {
  // As many as the sessions of a node may choose, whose options are counted.
  private static final int MAX_KNOWN = 1_000;
  // Of the few queries that the limit of the node allows.
  private static final int MAX_READS = 2;
  private static final long KEPT_NANOS = Duration.ofMinutes(5).toNanos();

  private final BoardsByName boards;
  private final HistoryQueryLimiter queryLimiter;
  private final LongSupplier nanos;
  private final ConcurrencyLimiter reads = new ConcurrencyLimiter(MAX_READS, MAX_KNOWN);
  private final Map<Key, Entry> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Entry> eldest) {
          return size() > MAX_KNOWN;
        }
      };

  /**
   * @param queryLimiter that of the node's HTTP API
   */
  public LiveComparisons(BoardsByName boards, HistoryQueryLimiter queryLimiter) {
    this(boards, queryLimiter, System::nanoTime);
  }

  LiveComparisons(BoardsByName boards, HistoryQueryLimiter queryLimiter, LongSupplier nanos) {
    this.boards = boards;
    this.nanos = nanos;
    this.queryLimiter = queryLimiter;
  }

  private record Key(String board, ComparedWith with) {}

  /** What is known of one board and kind; guarded by itself, {@code usedNanos} by all entries. */
  private static final class Entry {
    private long usedNanos;
    private Instant minute;
    private Future<EarlierNumbers> past;
    private Snapshot snapshot;
    private Future<SnapshotComparison> comparison;
  }

  @Override
  public Future<SnapshotComparison> compare(Snapshot snapshot, ComparedWith with) {
    Optional<Board> board = boards.find(snapshot.board());
    if (board.isEmpty()) return Future.failedFuture(Problem.notFound("this board"));
    Entry entry = entry(new Key(snapshot.board(), with));
    Promise<SnapshotComparison> promise = Promise.promise();
    synchronized (entry) {
      if (snapshot.equals(entry.snapshot)) return entry.comparison;
      entry.snapshot = snapshot;
      entry.comparison = promise.future();
    }
    // Not while other event loops wait for the entry: it may take milliseconds.
    try {
      compare(board.get(), snapshot, with, entry).onComplete(promise);
    } catch (RuntimeException failure) {
      promise.fail(failure);
    }
    return promise.future();
  }

  private Entry entry(Key key) {
    long now = nanos.getAsLong();
    synchronized (known) {
      Entry entry = known.computeIfAbsent(key, first -> new Entry());
      entry.usedNanos = now;
      // The first is the one whose last use is longest ago.
      var oldest = known.values().iterator();
      while (oldest.hasNext() && now - oldest.next().usedNanos > KEPT_NANOS) oldest.remove();
      return entry;
    }
  }

  int size() {
    synchronized (known) {
      return known.size();
    }
  }

  private Future<SnapshotComparison> compare(
      Board board, Snapshot snapshot, ComparedWith with, Entry entry) {
    if (with == ComparedWith.TARGET) {
      return Future.succeededFuture(encoded(ComparedSnapshot.withTargets(board, snapshot)));
    }
    return past(board, snapshot.timestamp().truncatedTo(ChronoUnit.MINUTES), with, entry)
        .map(past -> encoded(ComparedSnapshot.withHistory(board, snapshot, with, past)));
  }

  private Future<EarlierNumbers> past(Board board, Instant minute, ComparedWith with, Entry entry) {
    synchronized (entry) {
      boolean isKnown = minute.equals(entry.minute) && !entry.past.failed();
      if (!isKnown) {
        entry.minute = minute;
        entry.past =
            reads.run(
                () -> queryLimiter.run(pool -> EarlierNumbers.read(pool, board, minute, with)));
      }
      return entry.past;
    }
  }

  private static SnapshotComparison encoded(ComparedSnapshot from) {
    var metrics = new LinkedHashMap<String, RawJson>();
    from.comparison().forEach((path, each) -> metrics.put(path, RawJson.encode(each)));
    return new SnapshotComparison(RawJson.encode(from.compared()), metrics);
  }
}
