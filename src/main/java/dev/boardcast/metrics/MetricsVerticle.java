package dev.boardcast.metrics;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.engine.ConcurrencyLimiter;
import dev.boardcast.metrics.audit.AuditedSumsScheduler;
import dev.boardcast.metrics.history.HistoryRetention;
import dev.boardcast.spi.AuditedSums;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.Snapshot;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Keeps the boards' numbers up to date until undeployed: each board is computed by the one node of
 * the cluster that holds its lease, and sent to all. One per node; one event loop.
 *
 * <ul>
 *   <li>Starts whether or not the database can be reached, and goes on by itself when it can.
 *   <li>Undeploying ends the folds under way and gives the leases back, within three lease times.
 * </ul>
 */
public final class MetricsVerticle extends VerticleBase {
  private final String node;
  private final Pool pool;
  private final Pool guests;
  private final SnapshotCache cache;
  private final TypedBus bus;
  private final MetricsConfig config;
  private final List<Board> boards;
  private final List<AuditedSums> others;
  private final Clock clock;
  private final MeterRegistry meters;

  private final Map<String, BoardScheduler> keepers = new HashMap<>();
  private final Map<String, AuditedSumsScheduler> audited = new HashMap<>();
  private final Map<String, BoardHealth> standings = new ConcurrentHashMap<>();
  private final ConcurrencyLimiter jobs = new ConcurrencyLimiter(1);
  private final List<MessageConsumer<?>> subscriptions = new ArrayList<>();
  private HistoryRetention history;

  /**
   * Does not close what it is given.
   *
   * @param node unique for this run of the process: the holder of the leases
   * @param pool a connection per board; better its own than one that writers can exhaust
   * @param guests the same, for the boards that are guests
   * @param others what else is to be audited
   */
  public MetricsVerticle(
      String node,
      Pool pool,
      Pool guests,
      SnapshotCache cache,
      TypedBus bus,
      MetricsConfig config,
      List<Board> boards,
      List<AuditedSums> others,
      Clock clock,
      MeterRegistry meters) {
    this.node = node;
    this.pool = pool;
    this.guests = guests;
    this.cache = cache;
    this.bus = bus;
    this.config = config;
    this.boards = List.copyOf(boards);
    this.others = List.copyOf(others);
    this.clock = clock;
    this.meters = meters;
  }

  /** With the same pool for all boards, and nothing else. */
  public MetricsVerticle(
      String node,
      Pool pool,
      SnapshotCache cache,
      TypedBus bus,
      MetricsConfig config,
      List<Board> boards,
      Clock clock,
      MeterRegistry meters) {
    this(node, pool, pool, cache, bus, config, boards, List.of(), clock, meters);
  }

  /**
   * What the last audits on this node found: board to rollup rows that are not as the facts say.
   * From any thread.
   */
  public Map<String, Long> drift() {
    var drift = new TreeMap<String, Long>();
    standings.forEach(
        (board, standing) -> standing.drift().ifPresent(rows -> drift.put(board, rows)));
    return drift;
  }

  /** The boards that this node keeps and cannot compute. From any thread. */
  public Set<String> stale() {
    var stale = new TreeSet<String>();
    standings.forEach(
        (board, standing) -> {
          if (standing.isFailing()) stale.add(board);
        });
    return stale;
  }

  @Override
  public Future<?> start() {
    history = new HistoryRetention(vertx, node, pool, config, clock);
    for (Board board : boards) keepers.put(board.name(), keeper(board));
    for (AuditedSums other : others) audited.put(other.name(), keeper(other));
    var listeners = FactListeners.of(boards);
    var hints =
        bus.subscribe(
            Addresses.FACTS_HINTS,
            hint -> {
              listeners
                  .getOrDefault(hint.board(), Set.of())
                  .forEach(name -> with(name, BoardScheduler::changed));
              if (audited.containsKey(hint.board())) audited.get(hint.board()).changed();
            });
    var snapshots =
        bus.subscribe(
            Addresses.SNAPSHOTS,
            snapshot -> with(snapshot.board(), keeper -> keeper.heard(snapshot)));
    return Future.all(hints.onSuccess(subscriptions::add), snapshots.onSuccess(subscriptions::add))
        .compose(subscribed -> history.start())
        .compose(
            prepared -> Future.join(keepers.values().stream().map(BoardScheduler::start).toList()))
        .compose(
            kept ->
                Future.join(audited.values().stream().map(AuditedSumsScheduler::start).toList()));
  }

  @Override
  public Future<?> stop() {
    return Future.join(keepers.values().stream().map(BoardScheduler::stop).toList())
        .eventually(
            () -> Future.join(audited.values().stream().map(AuditedSumsScheduler::stop).toList()))
        .eventually(history::stop)
        .eventually(
            () -> Future.join(subscriptions.stream().map(MessageConsumer::unregister).toList()));
  }

  private BoardScheduler keeper(Board board) {
    return new BoardScheduler(
        vertx,
        node,
        board,
        board.isGuest() ? guests : pool,
        config,
        clock,
        meters,
        jobs,
        standing(board.name()),
        this::send);
  }

  private AuditedSumsScheduler keeper(AuditedSums other) {
    return new AuditedSumsScheduler(
        vertx, node, other, pool, config, meters, jobs, standing(other.name()));
  }

  private BoardHealth standing(String board) {
    return standings.computeIfAbsent(board, first -> new BoardHealth());
  }

  private void send(Snapshot snapshot) {
    cache.put(snapshot);
    bus.publish(Addresses.SNAPSHOTS, snapshot);
  }

  private void with(String board, Consumer<BoardScheduler> action) {
    var keeper = keepers.get(board);
    if (keeper != null) action.accept(keeper);
  }
}
