package dev.boardcast.sources;

import dev.boardcast.bus.FactsHintPublisher;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Lease;
import dev.boardcast.database.LeaseHolder;
import dev.boardcast.database.NodeHeartbeat;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the installed sources on the one node that holds the lease {@code sources}: moves changes
 * of other databases into fact tables, counts rows where changes may be missing, and reports new
 * facts. One per node with the role metrics; one event loop, and threads of its own for JDBC.
 *
 * <ul>
 *   <li>Without sources it runs one short statement every two seconds.
 *   <li>The sources of a connection are read one after another; those of another connection are not
 *       delayed by them.
 *   <li>The lease saves work. That each change becomes one fact is ensured by the lock of the
 *       source's row.
 * </ul>
 */
public final class SourcesVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(SourcesVerticle.class);
  private static final Duration LEASE_TTL = Duration.ofSeconds(5);
  private static final Duration DISCOVERY = Duration.ofSeconds(2);
  private static final int THREADS = 8;
  private static final String COUNTS = "counts of ";
  private static final int MAX_TURN_MINUTES = 30;
  private static final String CONNECTIONS =
      "SELECT DISTINCT coalesce(connection, '') AS name FROM source";

  private final NodeHeartbeat heartbeat;
  private final Pool pool;
  private final SourceConnections connections;
  private final SourceConfig config;
  private final TypedBus bus;
  private final MultiGauge up;
  private final MultiGauge drift;
  private final MultiGauge pending;
  private final MultiGauge progress;
  private final Map<String, SourceReader> readers = new ConcurrentHashMap<>();
  private final Set<String> busy = new HashSet<>();

  private LeaseHolder leaseHolder;
  private FactsHintPublisher hints;
  private WorkerExecutor threads;
  private WorkerExecutor countThreads;
  private boolean isDiscovering;

  /**
   * @param pool to Boardcast's database
   */
  public SourcesVerticle(
      NodeHeartbeat heartbeat,
      Pool pool,
      DatabaseConfig database,
      SourceConfig config,
      TypedBus bus,
      MeterRegistry meters) {
    this.heartbeat = heartbeat;
    this.pool = pool;
    this.config = config;
    this.bus = bus;
    connections = new SourceConnections(database, config);
    up = gauge(meters, "boardcast.source.up", "1 while changes of the source become facts");
    drift =
        gauge(
            meters,
            "boardcast.source.drift.facts",
            "Facts that the last count of all rows had to add without a known reason");
    pending =
        gauge(
            meters,
            "boardcast.source.pending.bytes",
            "Size of the source's change table in another database");
    progress =
        gauge(
            meters,
            "boardcast.source.count.progress",
            "Part of the rows that a count has read, from 0 to 1; 1 without a count");
  }

  private static MultiGauge gauge(MeterRegistry meters, String name, String description) {
    return MultiGauge.builder(name).description(description).register(meters);
  }

  /** Problems by source, of those that this node reads. From any thread. */
  public Map<String, String> problems() {
    var problems = new TreeMap<String, String>();
    states().forEach((name, state) -> state.problem().ifPresent(text -> problems.put(name, text)));
    return problems;
  }

  @Override
  public Future<?> start() {
    hints = new FactsHintPublisher(vertx, bus);
    threads =
        vertx.createSharedWorkerExecutor(
            "boardcast-sources-" + heartbeat.node(), THREADS, MAX_TURN_MINUTES, TimeUnit.MINUTES);
    countThreads =
        vertx.createSharedWorkerExecutor(
            "boardcast-source-counts-" + heartbeat.node(),
            THREADS,
            MAX_TURN_MINUTES,
            TimeUnit.MINUTES);
    leaseHolder =
        new LeaseHolder(vertx, heartbeat, new Lease("sources", heartbeat.node(), LEASE_TTL));
    vertx.setPeriodic(config.poll().toMillis(), due -> turn());
    vertx.setPeriodic(DISCOVERY.toMillis(), due -> discover());
    return leaseHolder.start(this::discover);
  }

  @Override
  public Future<?> stop() {
    closeReaders();
    return threads.close().eventually(countThreads::close).eventually(leaseHolder::close);
  }

  private void discover() {
    showMeters();
    if (!leaseHolder.isHeld()) {
      closeReaders();
      return;
    }
    if (isDiscovering) return;
    isDiscovering = true;
    pool.query(CONNECTIONS)
        .execute()
        .onComplete(
            (rows, failure) -> {
              isDiscovering = false;
              if (failure != null) {
                LOG.debug("sources could not be listed", failure);
                return;
              }
              Set<String> names = new HashSet<>();
              rows.forEach(row -> names.add(row.getString("name")));
              names.forEach(name -> readers.computeIfAbsent(name, this::reader));
              for (String name : Set.copyOf(readers.keySet())) {
                if (!names.contains(name)) close(name);
              }
            });
  }

  private SourceReader reader(String name) {
    return new SourceReader(
        name.isEmpty() ? Optional.empty() : Optional.of(name),
        connections,
        config,
        table -> hints.committed(table));
  }

  private void turn() {
    if (!leaseHolder.isHeld()) return;
    readers.forEach(
        (name, reader) -> {
          run(threads, name, reader::changes);
          run(countThreads, COUNTS + name, reader::counts);
        });
  }

  private void run(WorkerExecutor executor, String work, Runnable turn) {
    if (!busy.add(work)) return;
    executor
        .executeBlocking(
            () -> {
              turn.run();
              return null;
            },
            false)
        .onComplete(
            (done, failure) -> {
              busy.remove(work);
              if (failure != null) LOG.warn("sources could not be read: {}", work, failure);
            });
  }

  private void closeReaders() {
    for (String name : Set.copyOf(readers.keySet())) close(name);
  }

  private void close(String name) {
    SourceReader reader = readers.remove(name);
    if (reader != null) reader.close();
  }

  private Map<String, SourceState> states() {
    var states = new HashMap<String, SourceState>();
    readers.values().forEach(reader -> states.putAll(reader.states()));
    return states;
  }

  private void showMeters() {
    show(up, state -> state.problem().isEmpty() ? 1 : 0);
    show(drift, SourceState::drift);
    show(pending, SourceState::pendingBytes);
    show(progress, SourceState::progress);
  }

  private void show(MultiGauge gauge, ToDoubleFunction<SourceState> value) {
    gauge.register(
        states().entrySet().stream()
            .<Row<?>>map(
                each ->
                    Row.of(Tags.of("source", each.getKey()), value.applyAsDouble(each.getValue())))
            .toList(),
        true);
  }
}
