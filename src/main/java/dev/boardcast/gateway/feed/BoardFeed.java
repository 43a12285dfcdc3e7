package dev.boardcast.gateway.feed;

import dev.boardcast.engine.SnapshotSource;
import dev.boardcast.gateway.loop.BoundedCalls;
import dev.boardcast.gateway.protocol.SnapshotMessage;
import dev.boardcast.spi.Snapshot;
import io.vertx.core.AsyncResult;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * Holds the newest snapshot of one board and passes each on to its {@link Sink}.
 *
 * <p>When the bus has brought nothing for {@value #SILENCE_MILLIS} ms and the board has
 * subscribers, the {@link SnapshotSource} is queried every {@value #HEARTBEAT_MILLIS} ms, one query
 * at a time. When that finds nothing either, the last snapshot is sent again as stale, or an error
 * when there is none. One event loop; {@link #tick} brings the time.
 */
public final class BoardFeed {
  private static final int SILENCE_MILLIS = 7_000;
  private static final int HEARTBEAT_MILLIS = 5_000;
  private static final long LONG_AGO = Long.MIN_VALUE / 2;

  /** Delivers to the subscribers of a board. */
  public interface Sink {
    boolean hasSubscribers(String board);

    /**
     * @param newOnly only to subscribers that have received no snapshot yet
     */
    void snapshot(SnapshotMessage message, boolean newOnly);

    /**
     * The board has no snapshot.
     *
     * @param newOnly only to subscribers that have received no snapshot yet
     */
    void unavailable(String board, Instant now, boolean newOnly);
  }

  private final String board;
  private final Sink sink;
  private final BoundedCalls calls;
  private final SnapshotSource source;
  private final Clock clock;
  private SnapshotMessage newest;
  private boolean querying;
  private long queriedAt = LONG_AGO;
  private long receivedAt = LONG_AGO;
  private long now;

  BoardFeed(String board, Sink sink, BoundedCalls calls, SnapshotSource source, Clock clock) {
    this.board = board;
    this.sink = sink;
    this.calls = calls;
    this.source = source;
    this.clock = clock;
  }

  /** The newest snapshot's offset; null while there is none. */
  public String offset() {
    return newest == null ? null : newest.offset();
  }

  /** Takes a snapshot from the bus; an older one is dropped. */
  void onSnapshot(Snapshot snapshot) {
    if (newest != null && isOlder(snapshot, newest.snapshot())) return;
    receivedAt = now;
    newest = new SnapshotMessage(snapshot);
    sink.snapshot(newest, false);
  }

  /**
   * The snapshot for a new subscriber.
   *
   * @return empty when the bus has been silent: then the source is queried, and the sink gets its
   *     answer for subscribers without a snapshot
   */
  public Optional<SnapshotMessage> currentOrQuery() {
    if (newest != null && !isSilent()) return Optional.of(newest);
    if (!querying) query(true);
    return Optional.empty();
  }

  void tick(long millis) {
    now = millis;
    if (querying || !isSilent() || now - queriedAt < HEARTBEAT_MILLIS) return;
    if (!sink.hasSubscribers(board)) return;
    queriedAt = now;
    query(false);
  }

  private void query(boolean newOnly) {
    querying = true;
    calls
        .call(() -> source.latest(board))
        .onComplete(
            answer -> {
              querying = false;
              take(answer);
              if (newest == null) {
                sink.unavailable(board, clock.instant(), newOnly);
              } else {
                sink.snapshot(newest, newOnly);
              }
            });
  }

  private void take(AsyncResult<Optional<Snapshot>> answer) {
    if (newest != null && !isSilent()) return;
    Optional<Snapshot> found = answer.succeeded() ? answer.result() : Optional.empty();
    // The source's snapshot replaces one of a higher version: the database may have been restored.
    if (found.isPresent() && (newest == null || !found.get().stale())) {
      newest = new SnapshotMessage(found.get());
    } else if (newest != null) {
      newest = new SnapshotMessage(newest.snapshot().resent(clock.instant(), true));
    }
  }

  private boolean isSilent() {
    return now - receivedAt >= SILENCE_MILLIS;
  }

  private static boolean isOlder(Snapshot received, Snapshot known) {
    return received.version() < known.version()
        || (received.version() == known.version()
            && received.timestamp().isBefore(known.timestamp()));
  }
}
