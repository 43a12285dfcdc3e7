package dev.boardcast.gateway.feed;

import dev.boardcast.engine.SnapshotSource;
import dev.boardcast.gateway.TopicCatalogue;
import dev.boardcast.gateway.protocol.SnapshotMessage;
import dev.boardcast.gateway.session.BoardSubscription;
import dev.boardcast.gateway.session.BoundedCalls;
import dev.boardcast.gateway.session.Session;
import dev.boardcast.spi.Snapshot;
import io.vertx.core.AsyncResult;
import java.time.Clock;
import java.util.Optional;

/**
 * One board's newest numbers, and who has yet to get them.
 *
 * <p>When the bus has been silent about a board for {@value #SILENCE_MILLIS} ms and somebody looks
 * at it, {@link SnapshotSource} is asked in the rhythm of the heartbeat; when that knows nothing
 * either, the last numbers are sent again as stale, or word that there are none. One question at a
 * time. One event loop.
 */
public final class BoardFeed {
  private static final int SILENCE_MILLIS = 7_000;
  private static final int HEARTBEAT_MILLIS = 5_000;

  private final TopicCatalogue.BoardTopic board;
  private final Hub hub;
  private final BoundedCalls outside;
  private final SnapshotSource source;
  private final Clock clock;
  private SnapshotMessage newest;
  private boolean asking;
  private long askedAt = Long.MIN_VALUE / 2;
  private long heardAt = Long.MIN_VALUE / 2;
  private long now;

  public BoardFeed(
      TopicCatalogue.BoardTopic board,
      Hub hub,
      BoundedCalls outside,
      SnapshotSource source,
      Clock clock) {
    this.board = board;
    this.hub = hub;
    this.outside = outside;
    this.source = source;
    this.clock = clock;
  }

  /** The newest numbers' offset; null while none are known. */
  public String offset() {
    return newest == null ? null : newest.offset();
  }

  /** Takes a message of the bus; older news is dropped. */
  public void onSnapshot(Snapshot snapshot) {
    if (newest != null && isOlder(snapshot, newest.snapshot())) return;
    heardAt = now;
    newest = new SnapshotMessage(snapshot);
    for (BoardSubscription follower : hub.followersOf(board.board())) follower.deliver(newest);
  }

  /** Gives a new follower the newest numbers, at once or when they are found. */
  public void serve(BoardSubscription follower) {
    if (newest != null && now - heardAt < SILENCE_MILLIS) {
      follower.deliver(newest);
    } else if (!asking) {
      ask(false);
    }
  }

  public void tick(long millis) {
    now = millis;
    if (asking || now - heardAt < SILENCE_MILLIS || now - askedAt < HEARTBEAT_MILLIS) return;
    if (!hub.followersOf(board.board()).isEmpty()) ask(true);
  }

  private void ask(boolean everybody) {
    asking = true;
    if (everybody) askedAt = now;
    outside
        .call(() -> source.latest(board.board()))
        .onComplete(
            answer -> {
              asking = false;
              take(answer);
              tell(everybody);
            });
  }

  private void take(AsyncResult<Optional<Snapshot>> answer) {
    if (now - heardAt < SILENCE_MILLIS && newest != null) return;
    Optional<Snapshot> found = answer.succeeded() ? answer.result() : Optional.empty();
    // The source's word outweighs a higher version: history may have been set back.
    if (found.isPresent() && (newest == null || !found.get().stale())) {
      newest = new SnapshotMessage(found.get());
    } else if (newest != null) {
      newest = new SnapshotMessage(newest.snapshot().resent(clock.instant(), true));
    }
  }

  private void tell(boolean everybody) {
    for (BoardSubscription follower : hub.followersOf(board.board())) {
      if (!everybody && follower.isServed()) continue;
      if (newest != null) {
        follower.deliver(newest);
      } else {
        Session session = follower.session();
        session.dialect().unavailable(follower.topic(), clock.instant()).ifPresent(session::send);
      }
    }
  }

  private static boolean isOlder(Snapshot news, Snapshot known) {
    return news.version() < known.version()
        || (news.version() == known.version() && news.timestamp().isBefore(known.timestamp()));
  }
}
