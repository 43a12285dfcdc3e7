package dev.boardcast.gateway.feed;

import dev.boardcast.engine.SharedQuery;
import dev.boardcast.engine.SnapshotSource;
import dev.boardcast.gateway.loop.BoundedCalls;
import dev.boardcast.gateway.protocol.SnapshotMessage;
import dev.boardcast.spi.Snapshot;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * Holds the newest snapshot of one board and passes each on to its {@link Sink}.
 *
 * <ul>
 *   <li>A heartbeat of the database with a newer version that the bus has not brought within
 *       {@value #GRACE_MILLIS} ms makes the {@link SnapshotSource} be queried.
 *   <li>When the bus has brought nothing for {@value #SILENCE_MILLIS} ms and the board has
 *       subscribers, the snapshot is sent again every {@value #RESEND_MILLIS} ms: as it is while
 *       heartbeats confirm it, else as the source answers, and as stale when that knows nothing.
 *   <li>The source is queried by one query at a time. Its answer replaces an older snapshot, and a
 *       newer one only if that was known when the query began: then the database was restored.
 *   <li>When nothing has confirmed the snapshot for a while, the sink is told that the board is
 *       stale, and later that it is fresh again.
 * </ul>
 *
 * One event loop; {@link #tick} brings the time.
 */
public final class BoardFeed {
  private static final int SILENCE_MILLIS = 7_000;
  // When no shard's beacon arrives either, the bus is to be doubted sooner.
  private static final int DEAD_BUS_SILENCE_MILLIS = 2_500;
  private static final int RESEND_MILLIS = 5_000;
  private static final int GRACE_MILLIS = 100;
  private static final int RETRY_MILLIS = 1_000;
  private static final int HEARTBEAT_STALE_MILLIS = 3_000;
  // Longer than the time between two queries.
  private static final int ANSWER_STALE_MILLIS = 7_000;
  // Longer than the silence: the query that this causes may confirm the snapshot.
  private static final int BUS_STALE_MILLIS = 9_000;
  private static final int DEAD_BUS_STALE_MILLIS = 3_500;
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

    /**
     * The node cannot vouch for the board: a newer snapshot may exist.
     *
     * @param ageMillis how long ago the snapshot was known to be the newest
     */
    void stale(String board, long ageMillis);

    /** The node can vouch for the board again. */
    void fresh(String board);
  }

  private final String board;
  private final Sink sink;
  private final BoundedCalls calls;
  private final SnapshotSource source;
  private final Clock clock;
  private final SharedQuery<Optional<Snapshot>> query = new SharedQuery<>(this::query);
  private final Completeness confirmed = new Completeness();
  private SnapshotMessage newest;
  private boolean busIsDead;
  private boolean hadHeartbeats;
  private boolean querying;
  private boolean resending;
  private boolean stale;
  private long wanted;
  private long announced;
  private long announcedAt;
  private long retryAt = LONG_AGO;
  private long queriedAt = LONG_AGO;
  private long resentAt = LONG_AGO;
  private long receivedAt = LONG_AGO;
  private long vouchedAt = LONG_AGO;
  private long answeredAt = LONG_AGO;
  private long now;

  BoardFeed(String board, Sink sink, BoundedCalls calls, SnapshotSource source, Clock clock) {
    this.board = board;
    this.sink = sink;
    this.calls = calls;
    this.source = source;
    this.clock = clock;
  }

  String name() {
    return board;
  }

  /** A feed that begins between two ticks. */
  void at(long millis) {
    now = millis;
  }

  /** The newest snapshot's offset; null while there is none. */
  public String offset() {
    return newest == null ? null : newest.offset();
  }

  /** The newest snapshot, however old. */
  public Optional<SnapshotMessage> newest() {
    return Optional.ofNullable(newest);
  }

  /** Whether a client that has this version knows more than this feed. */
  public boolean isBehind(long version) {
    return version > version();
  }

  /** Whether the newest snapshot is known to be the board's. */
  public boolean isCurrent() {
    return newest != null && (!isSilent() || isConfirmed());
  }

  /** Whether the sink was told that the board is stale, and not yet that it is fresh. */
  public boolean isStale() {
    return stale;
  }

  /** How long ago the newest snapshot was known to be the board's. */
  public long ageMillis() {
    long known = Math.max(confirmed.certainAt(), Math.max(vouchedAt, answeredAt));
    return known > LONG_AGO ? now - known : newest.snapshot().ageMillis();
  }

  /** Takes a snapshot from the bus; an older one is dropped. */
  void onSnapshot(Snapshot snapshot) {
    if (snapshot.version() < version()) return;
    receivedAt = now;
    if (!snapshot.stale()) vouchedAt = now;
    if (newest != null && isOlder(snapshot, newest.snapshot())) return;
    replace(new SnapshotMessage(snapshot));
    sink.snapshot(newest, false);
  }

  /**
   * Takes the version that a heartbeat has read from the database.
   *
   * @param askedAt when the heartbeat's statement was sent
   */
  void onHeartbeat(long version, long askedAt) {
    hadHeartbeats = true;
    confirmed.sourceWasAt(version, askedAt, version());
    if (version <= version()) return;
    if (announced == 0) announcedAt = now;
    announced = Math.max(announced, version);
  }

  /**
   * The snapshot for a new subscriber.
   *
   * @return empty when it is not known to be current: then the source is queried, and the sink gets
   *     its answer for subscribers without a snapshot
   */
  public Optional<SnapshotMessage> currentOrQuery() {
    if (isCurrent()) return Optional.of(newest);
    // A subscriber that knows nothing is served by the answer of a query that is under way.
    if (!querying) query.ask();
    return Optional.empty();
  }

  /**
   * Queries the source for a client that has a newer snapshot than this feed. The sink has received
   * the answer when this completes.
   *
   * @return fails when the source could not tell
   */
  public Future<Void> queryFor(long version) {
    wanted = Math.max(wanted, version);
    return query
        .ask(found -> found.filter(each -> !each.stale() && each.version() >= version).isPresent())
        .compose(
            found ->
                found.filter(Snapshot::stale).isPresent()
                    ? Future.failedFuture("the newest snapshot of " + board + " is not known")
                    : Future.succeededFuture());
  }

  /**
   * @param millis milliseconds of a monotonic clock
   * @param dead whether the bus brings nothing at all
   */
  void tick(long millis, boolean dead) {
    now = millis;
    busIsDead = dead;
    if (!querying && sink.hasSubscribers(board)) {
      boolean overdue = announced > version() && now - announcedAt >= GRACE_MILLIS;
      if (overdue && now >= retryAt) query.ask();
      else if (isSilent()) replaceBus();
      else if (newest.snapshot().stale() && isConfirmed()) resend();
    }
    checkStale();
  }

  /** Does what the bus does not: repeats the snapshot, and looks for a newer one. */
  private void replaceBus() {
    boolean resendDue = now - resentAt >= RESEND_MILLIS;
    if (newest != null && isConfirmed()) {
      if (resendDue || newest.snapshot().stale()) resend();
    } else if (now - queriedAt >= (hadHeartbeats ? RETRY_MILLIS : RESEND_MILLIS)) {
      queriedAt = now;
      resending = resendDue;
      if (resendDue) resentAt = now;
      query.ask();
    }
  }

  private void resend() {
    resentAt = now;
    replace(new SnapshotMessage(newest.snapshot().resent(clock.instant(), false)));
    sink.snapshot(newest, false);
  }

  private Future<Optional<Snapshot>> query() {
    querying = true;
    long atLeast = Math.max(wanted, Math.max(announced, version()));
    wanted = 0;
    announced = 0;
    SnapshotMessage before = newest;
    long askedAt = now;
    return calls
        .call(() -> source.latest(board, atLeast))
        .transform(
            answer -> {
              querying = false;
              Optional<Snapshot> found = answer.succeeded() ? answer.result() : Optional.empty();
              if (found.filter(each -> !each.stale()).isPresent()) answeredAt = askedAt;
              else retryAt = now + RETRY_MILLIS;
              boolean newOnly = !take(found, before) && !resending;
              resending = false;
              if (newest == null) sink.unavailable(board, clock.instant(), newOnly);
              else sink.snapshot(newest, newOnly);
              return answer.succeeded()
                  ? Future.succeededFuture(found)
                  : Future.failedFuture(answer.cause());
            });
  }

  /**
   * @param before the newest snapshot when the query began
   * @return whether the answer is news for every subscriber
   */
  private boolean take(Optional<Snapshot> found, SnapshotMessage before) {
    if (found.isPresent() && !found.get().stale()) {
      boolean older = newest != null && isOlder(found.get(), newest.snapshot());
      // The source's snapshot replaces one of a higher version: the database may have been
      // restored.
      if (older && !(newest == before && isSilent())) return false;
      boolean other = newest != null && newest.snapshot().version() != found.get().version();
      replace(new SnapshotMessage(found.get()));
      return other;
    }
    if (newest == null) {
      found.ifPresent(last -> replace(new SnapshotMessage(last)));
    } else if (isSilent() && !isConfirmed()) {
      replace(new SnapshotMessage(newest.snapshot().resent(clock.instant(), true)));
    }
    return false;
  }

  private void replace(SnapshotMessage message) {
    newest = message;
    confirmed.advancedTo(version());
    if (announced <= version()) announced = 0;
  }

  private void checkStale() {
    boolean late = newest != null && isUnconfirmed();
    if (late == stale) return;
    stale = late;
    if (stale) sink.stale(board, ageMillis());
    else sink.fresh(board);
  }

  private boolean isUnconfirmed() {
    int busLimit = busIsDead ? DEAD_BUS_STALE_MILLIS : BUS_STALE_MILLIS;
    return !isConfirmed()
        && now - answeredAt >= (hadHeartbeats ? HEARTBEAT_STALE_MILLIS : ANSWER_STALE_MILLIS)
        && now - vouchedAt >= busLimit;
  }

  private boolean isConfirmed() {
    return now - confirmed.certainAt() < HEARTBEAT_STALE_MILLIS;
  }

  private boolean isSilent() {
    return now - receivedAt >= (busIsDead ? DEAD_BUS_SILENCE_MILLIS : SILENCE_MILLIS);
  }

  private long version() {
    return newest == null ? 0 : newest.snapshot().version();
  }

  private static boolean isOlder(Snapshot received, Snapshot known) {
    return received.version() < known.version()
        || (received.version() == known.version()
            && received.timestamp().isBefore(known.timestamp()));
  }
}
