package dev.boardcast.admin;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.NodeReport;
import dev.boardcast.bus.NodeReportRequest;
import dev.boardcast.bus.TypedBus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Requests reports from all nodes and collects them within a time limit. Thread safe. */
public final class NodeReportCollector {
  private static final int MAX_OPEN_REQUESTS = 16;

  private final Vertx vertx;
  private final TypedBus bus;
  private final Duration timeout;
  private final Map<UUID, OpenRequest> open = new ConcurrentHashMap<>();

  private record OpenRequest(
      Set<String> expected,
      Map<String, NodeReport> reports,
      Promise<Map<String, NodeReport>> done) {
    void add(NodeReport report) {
      reports.put(report.node(), report);
      if (reports.keySet().containsAll(expected)) done.tryComplete(reports);
    }
  }

  public NodeReportCollector(Vertx vertx, TypedBus bus, Duration timeout) {
    this.vertx = vertx;
    this.bus = bus;
    this.timeout = timeout;
  }

  /**
   * Requests a report from every node.
   *
   * @param expected names of the nodes to wait for
   * @return reports by node, when all expected nodes have answered or the time is over; fails when
   *     too many requests are open
   */
  Future<Map<String, NodeReport>> collect(Set<String> expected) {
    if (open.size() >= MAX_OPEN_REQUESTS) return Future.failedFuture("too many open requests");
    var id = UUID.randomUUID();
    var request = new OpenRequest(expected, new ConcurrentHashMap<>(), Promise.promise());
    open.put(id, request);
    long timer =
        vertx.setTimer(timeout.toMillis(), late -> request.done().tryComplete(request.reports()));
    bus.publish(Addresses.NODE_REPORT_REQUESTS, new NodeReportRequest(id));
    return request
        .done()
        .future()
        .onComplete(
            done -> {
              vertx.cancelTimer(timer);
              open.remove(id);
            });
  }

  void received(NodeReport report) {
    OpenRequest request = open.get(report.request());
    if (request != null) request.add(report);
  }
}
