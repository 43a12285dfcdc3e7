package dev.boardcast.gateway;

import dev.boardcast.gateway.protocol.CloseCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;

/** Counts what the gateways of a node do. Thread safe. */
public final class GatewayMeters {
  private final Counter frames;
  private final Counter flushes;
  private final Counter repairs;
  private final Counter refusals;
  private final Counter wantedEvents;
  private final Counter skippedEvents;
  private final Map<CloseCode, Counter> closes = new EnumMap<>(CloseCode.class);

  /**
   * @param sessions how many are open now; called from any thread
   */
  public GatewayMeters(Optional<MeterRegistry> wanted, IntSupplier sessions) {
    MeterRegistry registry = wanted.orElseGet(CompositeMeterRegistry::new);
    Gauge.builder("boardcast.gateway.sessions", sessions::getAsInt)
        .description("Open sessions of this node")
        .register(registry);
    frames = counter(registry, "frames", "Messages to clients");
    flushes = counter(registry, "flushes", "Writes to sockets; several messages may share one");
    repairs = counter(registry, "repairs", "Reads of the log because the bus had lost something");
    refusals = counter(registry, "refusals", "Clients refused because a limit was reached");
    wantedEvents = events(registry, true);
    skippedEvents = events(registry, false);
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

  /** An event loop has received an event, which one of its sessions wants or not. */
  void event(boolean wanted) {
    (wanted ? wantedEvents : skippedEvents).increment();
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

  /** A client was refused because of a limit. */
  void refused() {
    refusals.increment();
  }

  public void closed(CloseCode code) {
    closes.get(code).increment();
  }
}
