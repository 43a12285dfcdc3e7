package dev.boardcast.admin;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.NodeReport;
import dev.boardcast.bus.NodeReportRequest;
import dev.boardcast.bus.TypedBus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** Requests reports from all nodes and collects them within a time limit. Thread safe. */
public final class NodeReportCollector {
  private final TypedBus bus;
  private final AnswerCollector<NodeReport> reports;

  public NodeReportCollector(Vertx vertx, TypedBus bus, Duration timeout) {
    this.bus = bus;
    this.reports = new AnswerCollector<>(vertx, timeout);
  }

  /**
   * Requests a report from every node.
   *
   * @param expected names of the nodes to wait for
   * @return reports by node, when all expected nodes have answered or the time is over; fails when
   *     too many requests are open
   */
  Future<Map<String, NodeReport>> collect(Set<String> expected) {
    return reports.collect(
        expected, id -> bus.publish(Addresses.NODE_REPORT_REQUESTS, new NodeReportRequest(id)));
  }

  void received(NodeReport report) {
    reports.received(report.request(), report.node(), report);
  }
}
