package dev.boardcast.http.ingest;

import dev.boardcast.spi.Ingest.Summary;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.ext.web.RoutingContext;

/**
 * Counts facts and events by the operation that took them, and what became of them. Thread safe.
 */
final class ReceivedFacts {
  private final MeterRegistry registry;

  ReceivedFacts(MeterRegistry registry) {
    this.registry = registry;
  }

  void count(RoutingContext context, Summary summary) {
    String route = context.currentRoute().getName();
    add(route, "accepted", summary.accepted());
    add(route, "duplicate", summary.duplicate());
    add(route, "rejected", summary.rejected());
  }

  private void add(String route, String outcome, long count) {
    if (count == 0) return;
    Counter.builder("boardcast.facts.received")
        .description("Facts and events that requests brought, by operation")
        .tag("route", route)
        .tag("outcome", outcome)
        .register(registry)
        .increment(count);
  }
}
