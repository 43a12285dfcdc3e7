package dev.boardcast.lab.load;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;

/**
 * One run: clients come, events are written, something may happen, all is settled and counted.
 * Calls block; one caller, not on an event loop.
 */
public final class LoadRun implements AutoCloseable {
  static final String TASKS = "tasks";

  // An event costs more than its padding: names, times, offset.
  private static final int ENVELOPE = 200;
  private static final int LOOK_MILLIS = 50;
  private static final int MOST_PATIENCES = 4;
  private static final Duration LAST_WAIT = Duration.ofSeconds(3);

  private final Vertx vertx;
  private final LoadOptions options;
  private final List<Ledger> ledgers = new ArrayList<>();
  private final ClientStatistics log = new ClientStatistics();
  private final ClientPool crowd;
  private final EventWriter writer;
  private final Context context;
  private final long begunAt = EventMarker.now();
  private final Histogram calm = new Histogram(3);
  private volatile Deadline last = Deadline.NEVER;
  private boolean complete;

  /** How a run goes, since this was asked before; latencies in milliseconds. */
  public record Pulse(int live, int clients, long acknowledged, long received, double p99) {}

  /** When all waiting ends, whatever it is for. */
  private record Deadline(boolean set, long nanos) {
    static final Deadline NEVER = new Deadline(false, 0);

    boolean isOver() {
      return set && System.nanoTime() - nanos > 0;
    }
  }

  /** Does nothing yet. */
  public LoadRun(Vertx vertx, LoadOptions options) {
    this.vertx = vertx;
    this.options = options;
    long run = ThreadLocalRandom.current().nextLong(1L << 40);
    options.stream().ifPresent(name -> ledgers.add(new Ledger(name, run)));
    if (options.tasks()) ledgers.add(new Ledger(TASKS, run + 1));
    crowd = new ClientPool(options, ledgers, log);
    context = vertx.getOrCreateContext();
    writer = new EventWriter(vertx, options, ledgers, log);
  }

  /** Lets the clients come, and waits until all follow their topics; false when some do not. */
  public boolean open(Duration limit) throws InterruptedException {
    crowd.connect();
    complete = await(limit, () -> crowd.live() == crowd.size());
    return complete;
  }

  /** Begins to write. */
  public void write() {
    context.runOnContext(now -> writer.start());
  }

  /** Whether the nodes will not take what is written: nothing comes of waiting. */
  public boolean isRefused() {
    return writer.refusal() != null;
  }

  /** Cuts the lines of a share of the clients, picked at random. */
  public void cut(double share) {
    crowd.cut(share);
  }

  /** How many clients follow all of their topics now. */
  public int live() {
    return crowd.live();
  }

  /** From now on the clients may catch up; how long each takes is told by the report. */
  public void faultEnded() {
    crowd.faultEnded(EventMarker.now());
  }

  /** From now on nothing is waited for, but for what is about to come. From any thread. */
  public void hurry() {
    last = new Deadline(true, System.nanoTime() + LAST_WAIT.toNanos());
  }

  /** How it goes. */
  public Pulse pulse() {
    Histogram since = log.deliveries(ClientBehavior.STEADY);
    calm.add(since);
    long acknowledged = ledgers.stream().mapToLong(Ledger::acknowledged).sum();
    double p99 = since.getTotalCount() == 0 ? 0 : since.getValueAtPercentile(99) / 1000.0;
    return new Pulse(crowd.live(), crowd.size(), acknowledged, log.received(), p99);
  }

  /** The latencies so far of those who read, in ms; forgets them. */
  public Latency takeLatency() {
    pulse();
    Latency taken = Latency.of(calm);
    calm.reset();
    return taken;
  }

  /** Ends the writing, lets everybody catch up as far as the patience goes, and counts. */
  public LoadReport finish() throws InterruptedException {
    context.runOnContext(now -> writer.stop());
    await(options.patience(), () -> writer.open() == 0 || writer.refusal() != null);
    crowd.heal();
    settle();
    // Doubles would come now.
    TimeUnit.MILLISECONDS.sleep(4 * LOOK_MILLIS);
    return report();
  }

  @Override
  public void close() {
    context.runOnContext(now -> writer.close());
    crowd.close();
  }

  /** A late event is not lost: the time limit restarts with each delivery. */
  private void settle() throws InterruptedException {
    long end = System.nanoTime() + MOST_PATIENCES * options.patience().toNanos();
    for (long received = -1; received != log.received() && System.nanoTime() < end; ) {
      received = log.received();
      long before = received;
      await(options.patience(), () -> isSettled() || log.received() != before);
      if (isSettled()) return;
    }
  }

  private boolean isSettled() {
    if (crowd.live() < crowd.size()) return false;
    return ledgers.stream().map(Ledger::tally).allMatch(tally -> tally.lost() == 0);
  }

  private LoadReport report() {
    double seconds = (EventMarker.now() - begunAt) / 1e6;
    pulse();
    Map<String, Latency> deliveries = new TreeMap<>();
    for (ClientBehavior habit : ClientBehavior.values()) {
      Histogram histogram = habit == ClientBehavior.STEADY ? calm : log.deliveries(habit);
      if (histogram.getTotalCount() > 0) {
        deliveries.put(habit.name().toLowerCase(java.util.Locale.ROOT), Latency.of(histogram));
      }
    }
    long held =
        crowd.clients().stream().mapToLong(LabClient::held).max().orElse(0)
            * ledgers.size()
            * (options.bytes() + ENVELOPE);
    return new LoadReport(
        options.profile().name().toLowerCase(java.util.Locale.ROOT),
        options.clients(),
        options.perSecond(),
        seconds,
        ledgers.stream().map(Ledger::tally).toList(),
        deliveries,
        Latency.of(log.writes()),
        Latency.of(log.connects()),
        Latency.of(whole()),
        log.lines(),
        held,
        crowd.snapshots().updates(),
        crowd.snapshots().oldest(),
        complaints(held));
  }

  private List<String> complaints(long held) {
    var complaints = new ArrayList<String>();
    if (!complete) complaints.add("not all clients could follow their topics at the beginning");
    if (writer.refusal() != null) complaints.add("a write was refused: " + writer.refusal());
    if (writer.refusal() == null && writer.open() > 0) {
      complaints.add(writer.open() + " writes were never answered");
    }
    if (held > options.maxHeld()) {
      complaints.add(
          "%,d bytes were held for one client that does not read, at most %,d are allowed"
              .formatted(held, options.maxHeld()));
    }
    log.lines()
        .ended()
        .forEach(
            (code, count) -> {
              if (!ReconnectPolicy.comesBack(code)) {
                complaints.add(
                    count + " lines ended with " + code + ", after which no client comes back");
              }
            });
    return complaints;
  }

  /** For each client, how long after the fault it got the last event that was due before. */
  private Histogram whole() {
    var whole = new Histogram(3);
    if (crowd.faultEnd() == Long.MIN_VALUE) return whole;
    for (LabClient client : crowd.clients()) {
      long last = client.accounts().stream().mapToLong(ClientLedger::settledMicros).max().orElse(0);
      whole.recordValue(Math.max(0, last - crowd.faultEnd()));
    }
    return whole;
  }

  private boolean await(Duration limit, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end || last.isOver()) return false;
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    return true;
  }
}
