package dev.boardcast.metrics;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.FactsCommitted;
import dev.boardcast.engine.ConcurrencyLimiter;
import dev.boardcast.metrics.history.HistoryRetention;
import dev.boardcast.metrics.seal.SealableBoards;
import dev.boardcast.spi.AuditedSums;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.Snapshot;
import io.vertx.core.CompositeFuture;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes and broadcasts the boards' snapshots until undeployed: each board is computed by the one
 * node of the cluster that holds its lease. One per node; one event loop.
 *
 * <ul>
 *   <li>Starts whether or not the database can be reached, and resumes by itself when it can.
 *   <li>Undeploying finishes the folds in progress and hands the leases over, within three lease
 *       times.
 * </ul>
 */
public final class MetricsVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsVerticle.class);

  private final MetricsContext context;
  private final SnapshotCache cache;
  private final List<Board> boards;
  private final List<AuditedSums> auditedSums;

  private final Map<String, BoardScheduler> boardSchedulers = new HashMap<>();
  private final Map<String, AuditedSumsScheduler> sumsSchedulers = new HashMap<>();
  private final Map<String, BoardHealth> health = new ConcurrentHashMap<>();
  // Long jobs run one at a time, so that they take one connection and one core of the database.
  private final ConcurrencyLimiter jobs = new ConcurrencyLimiter(1);
  private final List<MessageConsumer<?>> subscriptions = new ArrayList<>();
  private Map<String, Set<String>> hintTargets;
  private HistoryRetention history;

  /**
   * @param auditedSums what else is audited
   */
  public MetricsVerticle(
      MetricsContext context,
      SnapshotCache cache,
      List<Board> boards,
      List<AuditedSums> auditedSums) {
    this.context = context;
    this.cache = cache;
    this.boards = List.copyOf(boards);
    this.auditedSums = List.copyOf(auditedSums);
  }

  /**
   * Results of the last audits on this node: wrong rollup rows by board. May be called from any
   * thread.
   */
  public Map<String, Long> drift() {
    var drift = new TreeMap<String, Long>();
    health.forEach((board, one) -> one.drift().ifPresent(rows -> drift.put(board, rows)));
    return drift;
  }

  /** Boards whose lease this node holds and that it cannot compute. From any thread. */
  public Set<String> stale() {
    var stale = new TreeSet<String>();
    health.forEach(
        (board, one) -> {
          if (one.isFailing()) stale.add(board);
        });
    return stale;
  }

  @Override
  public Future<?> start() {
    var config = context.config();
    hintTargets = HintTargets.of(boards);
    for (Board board : boards) {
      boardSchedulers.put(
          board.name(),
          new BoardScheduler(
              vertx, context, board, keep(board), jobs, health(board.name()), this::send));
    }
    for (AuditedSums sums : auditedSums) {
      sumsSchedulers.put(
          sums.name(), new AuditedSumsScheduler(vertx, context, sums, jobs, health(sums.name())));
    }
    history =
        new HistoryRetention(
            vertx,
            context.heartbeat(),
            context.pool(),
            config.history(),
            config.leaseTtl().multipliedBy(2),
            context.clock());
    var bus = context.bus();
    var hints = bus.subscribe(Addresses.FACTS_HINTS, this::hinted);
    var snapshots = bus.subscribe(Addresses.SNAPSHOTS, this::received);
    return Future.all(hints.onSuccess(subscriptions::add), snapshots.onSuccess(subscriptions::add))
        .compose(subscribed -> history.start())
        .compose(prepared -> all(boardSchedulers.values(), BoardScheduler::start))
        .compose(started -> all(sumsSchedulers.values(), AuditedSumsScheduler::start));
  }

  @Override
  public Future<?> stop() {
    return all(boardSchedulers.values(), BoardScheduler::stop)
        .eventually(() -> all(sumsSchedulers.values(), AuditedSumsScheduler::stop))
        .eventually(history::stop)
        .eventually(() -> all(subscriptions, MessageConsumer::unregister));
  }

  /** For how long facts of a board are kept; empty for ever. */
  private Optional<Duration> keep(Board board) {
    var keep = context.config().seal().of(board.name());
    if (keep.isEmpty()) return keep;
    var obstacle = SealableBoards.obstacle(board, boards);
    obstacle.ifPresent(why -> LOG.info("facts of board {} are kept: {}", board.name(), why));
    return obstacle.isEmpty() ? keep : Optional.empty();
  }

  private BoardHealth health(String board) {
    return health.computeIfAbsent(board, first -> new BoardHealth());
  }

  private void hinted(FactsCommitted hint) {
    for (String board : hintTargets.getOrDefault(hint.board(), Set.of())) {
      boardSchedulers.get(board).changed();
    }
    var sums = sumsSchedulers.get(hint.board());
    if (sums != null) sums.changed();
  }

  private void received(Snapshot snapshot) {
    var scheduler = boardSchedulers.get(snapshot.board());
    if (scheduler != null) scheduler.received(snapshot);
  }

  private void send(Snapshot snapshot) {
    cache.put(snapshot);
    context.bus().publish(Addresses.SNAPSHOTS, snapshot);
  }

  private static <T> Future<CompositeFuture> all(
      Collection<T> parts, Function<T, Future<Void>> action) {
    return Future.join(parts.stream().map(action).toList());
  }
}
