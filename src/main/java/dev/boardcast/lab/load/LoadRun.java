package dev.boardcast.lab.load;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;

/**
 * One run: clients connect, events are written, a caller may cause a fault, outstanding deliveries
 * are waited for and everything is counted. Calls block; one caller, not on an event loop, unless a
 * method says otherwise.
 */
public final class LoadRun implements AutoCloseable {
  static final String TASKS = "tasks";

  private static final String WHOLE = "whole run";

  // Bytes of an event's message beside the padding: names, times, offset.
  private static final int ENVELOPE_BYTES = 200;
  private static final int POLL_MILLIS = 50;
  private static final int MAX_PATIENCES = 4;
  private static final Duration LAST_WAIT = Duration.ofSeconds(3);

  private final LoadOptions options;
  private final List<Ledger> ledgers = new ArrayList<>();
  private final ClientStatistics statistics = new ClientStatistics();
  private final ClientPool pool;
  private final EventWriter writer;
  private final FactWriter facts;
  private final Context context;
  private final long startedAt = EventMarker.now();
  private final Histogram steadyDeliveries = new Histogram(3);
  private volatile EndTime deadline = EndTime.NONE;
  private boolean allConnected;

  /** The state of a run; the latency, in milliseconds, is of the time since the last call. */
  public record Progress(int live, int clients, long acknowledged, long received, double p99) {}

  /** When all waiting ends. */
  private record EndTime(boolean isSet, long nanos) {
    static final EndTime NONE = new EndTime(false, 0);

    boolean isOver() {
      return isSet && System.nanoTime() - nanos > 0;
    }
  }

  /** Prepares a run; {@link #connect} starts it. */
  public LoadRun(Vertx vertx, LoadOptions options) {
    this.options = options;
    long run = ThreadLocalRandom.current().nextLong(1L << 40);
    options.writes().stream().ifPresent(name -> ledgers.add(new Ledger(name, run)));
    if (options.writes().tasks()) ledgers.add(new Ledger(TASKS, run + 1));
    pool = new ClientPool(options, ledgers, statistics);
    context = vertx.getOrCreateContext();
    writer = new EventWriter(vertx, options, ledgers, statistics);
    facts = new FactWriter(vertx, options);
  }

  /** Connects the clients; false if not all are subscribed to their topics within the limit. */
  public boolean connect(Duration limit) throws InterruptedException {
    pool.connect();
    allConnected = await(limit, () -> pool.live() == pool.size());
    return allConnected;
  }

  /** Starts to write events and facts. */
  public void startWriting() {
    pool.startWindow(ClientPool.BEFORE, Set.of());
    context.runOnContext(
        now -> {
          writer.start();
          facts.start();
        });
  }

  /**
   * Begins another window in which the report measures how fresh the data of the sessions was.
   *
   * @param node host and port of each address of the node that a fault happens to: its sessions are
   *     reported separately; empty for none
   */
  public void startWindow(String name, Set<String> node) {
    pool.startWindow(name, node);
  }

  /**
   * A node has been stopped: clients are not sent to it until it is {@link #ready}, as a proxy that
   * checks its nodes does.
   *
   * @param node host and port of each of its addresses
   */
  public void stopped(Set<String> node) {
    pool.stopped(node);
  }

  /**
   * A node that was {@link #stopped} takes clients again.
   *
   * @param node host and port of each of its addresses
   */
  public void ready(Set<String> node) {
    pool.ready(node);
  }

  /** Whether a node rejected an event for good, so that it is no use to go on. */
  public boolean isRejected() {
    return writer.rejection() != null;
  }

  /** Disconnects a share of the clients, chosen at random. */
  public void disconnect(double share) {
    pool.disconnect(share);
  }

  /** Ends the fault: from now on the report measures how long each client takes to catch up. */
  public void faultEnded() {
    pool.faultEnded(EventMarker.now());
  }

  /** Ends all waiting within a few seconds. Thread safe. */
  public void stopWaiting() {
    deadline = new EndTime(true, System.nanoTime() + LAST_WAIT.toNanos());
  }

  public Progress progress() {
    Histogram recent = statistics.deliveries(ClientBehavior.STEADY);
    steadyDeliveries.add(recent);
    long acknowledged = ledgers.stream().mapToLong(Ledger::acknowledged).sum();
    double p99 = recent.getTotalCount() == 0 ? 0 : recent.getValueAtPercentile(99) / 1000.0;
    return new Progress(pool.live(), pool.size(), acknowledged, statistics.received(), p99);
  }

  /** Discards the delivery latencies of steady clients so far. */
  public void resetLatency() {
    progress();
    steadyDeliveries.reset();
  }

  /** Stops writing, waits for outstanding deliveries as long as the options say, and counts. */
  public LoadReport finish() throws InterruptedException {
    pool.endWindows(WHOLE);
    context.runOnContext(now -> writer.stop());
    await(options.patience(), () -> writer.unacknowledged() == 0 || isRejected());
    pool.becomeSteady();
    awaitDeliveries();
    // For duplicates.
    TimeUnit.MILLISECONDS.sleep(4 * POLL_MILLIS);
    return report();
  }

  @Override
  public void close() {
    context.runOnContext(
        now -> {
          writer.close();
          facts.close();
        });
    pool.close();
  }

  /** A late delivery is not a lost one: the patience starts over with each delivery. */
  private void awaitDeliveries() throws InterruptedException {
    long end = System.nanoTime() + MAX_PATIENCES * options.patience().toNanos();
    for (long received = -1; received != statistics.received() && System.nanoTime() < end; ) {
      received = statistics.received();
      long before = received;
      await(options.patience(), () -> isComplete() || statistics.received() != before);
      if (isComplete()) return;
    }
  }

  private boolean isComplete() {
    if (pool.live() < pool.size()) return false;
    return ledgers.stream().map(Ledger::totals).allMatch(totals -> totals.lost() == 0);
  }

  private LoadReport report() {
    double seconds = (EventMarker.now() - startedAt) / 1e6;
    long maxBuffered = maxBufferedBytes();
    return new LoadReport(
        lowerCase(options.clients().profile()),
        options.clients().count(),
        options.writes().perSecond(),
        seconds,
        ledgers.stream().map(Ledger::totals).toList(),
        deliveries(),
        Latency.of(statistics.writes()),
        Latency.of(statistics.connects()),
        Latency.of(recovery()),
        statistics.connections(),
        statistics.moves(),
        pool.windows().distributions(),
        maxBuffered,
        pool.snapshots().count(),
        pool.snapshots().max(),
        violations(maxBuffered));
  }

  private Map<String, Latency> deliveries() {
    progress();
    Map<String, Latency> deliveries = new TreeMap<>();
    for (var behavior : ClientBehavior.values()) {
      Histogram histogram =
          behavior == ClientBehavior.STEADY ? steadyDeliveries : statistics.deliveries(behavior);
      if (histogram.getTotalCount() > 0) {
        deliveries.put(lowerCase(behavior), Latency.of(histogram));
      }
    }
    return deliveries;
  }

  private long maxBufferedBytes() {
    long events = pool.clients().stream().mapToLong(LabClient::maxBacklog).max().orElse(0);
    return events * ledgers.size() * (options.writes().paddingBytes() + ENVELOPE_BYTES);
  }

  private List<String> violations(long maxBuffered) {
    var violations = new ArrayList<String>();
    for (Ledger ledger : ledgers) {
      if (ledger.totals().lost() == 0) continue;
      for (ClientLedger each : ledger.incomplete()) {
        String client = pool.clients().get(each.client()).describe();
        each.missing().ifPresent(missing -> violations.add(missing + "; " + client));
      }
    }
    if (!allConnected) violations.add("not all clients could subscribe to their topics");
    if (isRejected()) {
      violations.add("a write was rejected: " + writer.rejection());
    } else if (writer.unacknowledged() > 0) {
      violations.add(writer.unacknowledged() + " writes were never acknowledged");
    }
    if (maxBuffered > options.clients().maxBufferedBytes()) {
      violations.add(
          "%,d bytes were buffered for one client that does not read, at most %,d are allowed"
              .formatted(maxBuffered, options.clients().maxBufferedBytes()));
    }
    statistics
        .connections()
        .closed()
        .forEach(
            (code, count) -> {
              if (ReconnectPolicy.reconnects(code)) return;
              violations.add(
                  count
                      + " sessions were closed with "
                      + code
                      + ", after which no client reconnects");
            });
    return violations;
  }

  /** For each client, how long after the fault it received the last event that was due before. */
  private Histogram recovery() {
    var recovery = new Histogram(3);
    if (pool.faultEnd() == Long.MIN_VALUE) return recovery;
    for (LabClient client : pool.clients()) {
      long last = client.ledgers().stream().mapToLong(ClientLedger::caughtUpMicros).max().orElse(0);
      recovery.recordValue(Math.max(0, last - pool.faultEnd()));
    }
    return recovery;
  }

  private boolean await(Duration limit, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end || deadline.isOver()) return false;
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    return true;
  }

  private static String lowerCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
