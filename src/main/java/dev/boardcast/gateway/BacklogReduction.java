package dev.boardcast.gateway;

import dev.boardcast.gateway.loop.NodeQueuedBytes;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the bytes queued for a node's clients within their limit: closes the sessions with the
 * most, on any event loop, until the rest fits. A client that keeps up has almost nothing queued
 * and is not affected. Thread safe.
 */
final class BacklogReduction {
  private static final Logger LOG = LoggerFactory.getLogger(BacklogReduction.class);

  private static final long LOG_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final NodeQueuedBytes queued;
  private final Supplier<Collection<GatewayHub>> hubs;
  private volatile long loggedAt = System.nanoTime() - LOG_INTERVAL_NANOS;

  BacklogReduction(NodeQueuedBytes queued, Supplier<Collection<GatewayHub>> hubs) {
    this.queued = queued;
    this.hubs = hubs;
  }

  private record Located(GatewayHub hub, Backlog backlog) {}

  void run() {
    Map<GatewayHub, Future<List<Backlog>>> asked = new HashMap<>();
    for (GatewayHub hub : hubs.get()) asked.put(hub, hub.questions().backlogs());
    Future.join(List.copyOf(asked.values()))
        .compose(
            all -> {
              var found = new ArrayList<Located>();
              asked.forEach(
                  (hub, backlogs) ->
                      backlogs.result().forEach(each -> found.add(new Located(hub, each))));
              return end(largest(found));
            })
        .onComplete(done -> queued.reduced());
  }

  /**
   * The sessions to close. Leaves an eighth less than the limit, so that not every message closes
   * one.
   */
  private List<Located> largest(List<Located> found) {
    found.sort(Comparator.comparingInt((Located each) -> each.backlog().bytes()).reversed());
    long excess = queued.bytes() - queued.limit() / 8 * 7;
    var chosen = new ArrayList<Located>();
    for (Located each : found) {
      if (excess <= 0) break;
      chosen.add(each);
      excess -= each.backlog().bytes();
    }
    return chosen;
  }

  private Future<Void> end(List<Located> chosen) {
    if (chosen.isEmpty()) return Future.succeededFuture();
    log(chosen.size());
    Map<GatewayHub, List<Backlog>> byHub = new HashMap<>();
    for (Located each : chosen) {
      byHub.computeIfAbsent(each.hub(), first -> new ArrayList<>()).add(each.backlog());
    }
    return Future.join(
            byHub.entrySet().stream()
                .map(each -> each.getKey().questions().shed(each.getValue()))
                .toList())
        .mapEmpty();
  }

  private void log(int ended) {
    long now = System.nanoTime();
    if (now - loggedAt < LOG_INTERVAL_NANOS) return;
    loggedAt = now;
    LOG.warn(
        "{} bytes wait for clients of this node, more than gateway-max-queued-bytes: the {} slowest"
            + " sessions are closed with 4408; logged at most once a minute",
        queued.bytes(),
        ended);
  }
}
