package dev.boardcast.gateway;

import dev.boardcast.engine.FreshnessStages;
import dev.boardcast.gateway.protocol.CloseCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/** Registers and updates the meters of a node's gateway. Thread safe. */
public final class GatewayMeters {
  private static final Duration[] BUCKETS =
      IntStream.of(10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final FreshnessStages stages;
  private final Counter frames;
  private final Counter flushes;
  private final Counter repairs;
  private final Counter wantedEvents;
  private final Counter skippedEvents;
  private final Map<RefusalReason, Counter> refusals = new EnumMap<>(RefusalReason.class);
  private final Counter sentElsewhere;
  private final Timer subscribes;
  private final Timer deliveries;
  private final Timer warmUp;
  private final Counter stale;
  private final Counter isolations;
  private final Map<CloseCode, Counter> closes = new EnumMap<>(CloseCode.class);
  private final Map<Recovery, Counter> recoveries = new EnumMap<>(Recovery.class);

  /**
   * @param sessions how many are open now; called from any thread
   * @param queued bytes that wait for clients now; called from any thread
   * @param parts how many parts of boards sessions follow now; called from any thread
   */
  public GatewayMeters(
      Optional<MeterRegistry> wanted,
      IntSupplier sessions,
      LongSupplier queued,
      IntSupplier parts) {
    MeterRegistry registry = wanted.orElseGet(CompositeMeterRegistry::new);
    Gauge.builder("boardcast.gateway.sessions", sessions::getAsInt)
        .description("Open sessions of this node")
        .register(registry);
    Gauge.builder("boardcast.gateway.queued.bytes", queued::getAsLong)
        .description("Bytes that wait for clients of this node to read")
        .register(registry);
    stages = new FreshnessStages(registry);
    Gauge.builder("boardcast.gateway.parts", parts::getAsInt)
        .description("Different parts of boards that sessions of this node follow")
        .register(registry);
    frames = counter(registry, "frames", "Messages to clients");
    flushes = counter(registry, "flushes", "Writes to sockets; several messages may share one");
    repairs = counter(registry, "repairs", "Reads of the log because the bus had lost something");
    wantedEvents = events(registry, true);
    skippedEvents = events(registry, false);
    for (RefusalReason reason : RefusalReason.values()) {
      refusals.put(
          reason,
          Counter.builder("boardcast.gateway.refusals")
              .description("Clients that were not taken for the moment, and why")
              .tag("reason", reason.tag())
              .register(registry));
    }
    sentElsewhere =
        counter(registry, "sent.elsewhere", "Sessions sent to another node to be answered");
    subscribes = timer(registry, "subscribe", "From a client's subscribe to its subscribed");
    deliveries =
        timer(
            registry,
            "delivery.delay",
            "From the time of an event to its hand-over to the connections of one event loop");
    warmUp =
        Timer.builder("boardcast.gateway.warm.up")
            .description("How long the node has served sessions of its own before it took clients")
            .register(registry);
    stale = counter(registry, "stale", "Shards that an event loop could not vouch for any more");
    isolations = counter(registry, "isolations", "Times that this node sent its sessions away");
    for (Recovery recovery : Recovery.values()) {
      recoveries.put(
          recovery,
          Counter.builder("boardcast.gateway.recoveries")
              .description("Offsets of clients: resumed after, or refused and why")
              .tag("outcome", recovery.outcome())
              .tag("reason", recovery.reason())
              .register(registry));
    }
    for (CloseCode code : CloseCode.values()) {
      String name = code.name().toLowerCase(Locale.ROOT);
      closes.put(
          code,
          Counter.builder("boardcast.gateway.closes")
              .description("Sessions this node ended, and why")
              .tag("code", name)
              .register(registry));
    }
  }

  private static Counter counter(MeterRegistry registry, String name, String what) {
    return Counter.builder("boardcast.gateway." + name).description(what).register(registry);
  }

  private static Counter events(MeterRegistry registry, boolean wanted) {
    return Counter.builder("boardcast.gateway.events")
        .description("Events received, by event loop with sessions; unwanted ones are not decoded")
        .tag("wanted", Boolean.toString(wanted))
        .register(registry);
  }

  /** An event loop has received an event, whether or not a session subscribes to it. */
  void event(boolean wanted) {
    (wanted ? wantedEvents : skippedEvents).increment();
  }

  private static Timer timer(MeterRegistry registry, String name, String what) {
    return Timer.builder("boardcast.gateway." + name)
        .description(what)
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  /** Where events spend their time. */
  FreshnessStages stages() {
    return stages;
  }

  /** An event was passed to its connections; once per event loop. */
  void delivered(Duration delay) {
    deliveries.record(delay.isNegative() ? Duration.ZERO : delay);
  }

  public void frame() {
    frames.increment();
  }

  /** Counts writes to sockets. */
  public void flushes(int count) {
    flushes.increment(count);
  }

  void repair() {
    repairs.increment();
  }

  /** A shard has become stale on one event loop. */
  void stale() {
    stale.increment();
  }

  /** The node is cut off, and has sent its sessions to other nodes. */
  void isolated() {
    isolations.increment();
  }

  public void recovery(Recovery recovery) {
    recoveries.get(recovery).increment();
  }

  /** The node takes clients, after it has served sessions of its own for so long. */
  void warmedUp(long nanos) {
    warmUp.record(nanos, TimeUnit.NANOSECONDS);
  }

  void refused(RefusalReason reason) {
    refusals.get(reason).increment();
  }

  /** A session that waited too long was told to reconnect to another node. */
  public void sentElsewhere() {
    sentElsewhere.increment();
  }

  /** The time from a client's request to subscribe until its confirmation. */
  public void subscribed(long millis) {
    subscribes.record(millis, TimeUnit.MILLISECONDS);
  }

  public void closed(CloseCode code) {
    closes.get(code).increment();
  }
}
