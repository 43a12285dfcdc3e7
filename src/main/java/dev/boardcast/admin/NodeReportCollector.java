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

/** Asks all nodes what they do, and waits for those that are there, not for long. Thread safe. */
public final class NodeReportCollector {
  private static final int MOST_AT_ONCE = 16;

  private final Vertx vertx;
  private final TypedBus bus;
  private final Duration limit;
  private final Map<UUID, Open> open = new ConcurrentHashMap<>();

  private record Open(
      Set<String> expected,
      Map<String, NodeReport> answers,
      Promise<Map<String, NodeReport>> done) {
    void take(NodeReport report) {
      answers.put(report.node(), report);
      if (answers.keySet().containsAll(expected)) done.tryComplete(answers);
    }
  }

  /**
   * @param limit how long answers are waited for
   */
  public NodeReportCollector(Vertx vertx, TypedBus bus, Duration limit) {
    this.vertx = vertx;
    this.bus = bus;
    this.limit = limit;
  }

  /**
   * @param expected names of nodes that are there
   * @return by node; completes when all of these have answered, or the time is over
   */
  Future<Map<String, NodeReport>> ask(Set<String> expected) {
    if (open.size() >= MOST_AT_ONCE) return Future.failedFuture("too many questions at once");
    var id = UUID.randomUUID();
    var question = new Open(expected, new ConcurrentHashMap<>(), Promise.promise());
    open.put(id, question);
    long timer =
        vertx.setTimer(limit.toMillis(), over -> question.done().tryComplete(question.answers()));
    bus.publish(Addresses.NODE_QUESTIONS, new NodeReportRequest(id));
    return question
        .done()
        .future()
        .onComplete(
            answered -> {
              vertx.cancelTimer(timer);
              open.remove(id);
            });
  }

  void answered(NodeReport report) {
    Open question = open.get(report.question());
    if (question != null) question.take(report);
  }
}
