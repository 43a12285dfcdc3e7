package dev.boardcast.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the gateway counts. Safe to use from any thread. */
final class GatewayMeters {
  private final Counter frames;
  private final Counter flushes;
  private final Counter repairs;
  private final Counter refusals;
  private final Map<CloseCode, Counter> closes = new EnumMap<>(CloseCode.class);

  GatewayMeters(Optional<MeterRegistry> wanted, Seats seats) {
    MeterRegistry registry = wanted.orElseGet(CompositeMeterRegistry::new);
    registry.gauge("boardcast.gateway.sessions", seats, Seats::taken);
    frames = registry.counter("boardcast.gateway.frames");
    flushes = registry.counter("boardcast.gateway.flushes");
    repairs = registry.counter("boardcast.gateway.repairs");
    refusals = registry.counter("boardcast.gateway.refusals");
    for (CloseCode code : CloseCode.values()) {
      String name = code.name().toLowerCase(Locale.ROOT);
      closes.put(code, registry.counter("boardcast.gateway.closes", "code", name));
    }
  }

  void frame() {
    frames.increment();
  }

  /** Messages of one turn left for one client. */
  void flush() {
    flushes.increment();
  }

  void repair() {
    repairs.increment();
  }

  /** A client found no seat. */
  void refused() {
    refusals.increment();
  }

  void closed(CloseCode code) {
    closes.get(code).increment();
  }
}
