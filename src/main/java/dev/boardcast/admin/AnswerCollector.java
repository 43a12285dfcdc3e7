package dev.boardcast.admin;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Collects the answers of several nodes to one request, within a time limit. Thread safe.
 *
 * @param <A> the answer of one node
 */
final class AnswerCollector<A> {
  private static final int MAX_OPEN_REQUESTS = 16;

  private final Vertx vertx;
  private final Duration timeout;
  private final Map<UUID, OpenRequest<A>> open = new ConcurrentHashMap<>();

  private record OpenRequest<A>(
      Set<String> expected, Map<String, A> answers, Promise<Map<String, A>> done) {
    void add(String node, A answer) {
      answers.put(node, answer);
      if (answers.keySet().containsAll(expected)) done.tryComplete(answers);
    }
  }

  AnswerCollector(Vertx vertx, Duration timeout) {
    this.vertx = vertx;
    this.timeout = timeout;
  }

  /**
   * Sends a request and collects the answers.
   *
   * @param expected names of the nodes to wait for
   * @param send publishes the request with this id
   * @return answers by node, when all expected nodes have answered or the time is over; fails when
   *     too many requests are open
   */
  Future<Map<String, A>> collect(Set<String> expected, Consumer<UUID> send) {
    if (open.size() >= MAX_OPEN_REQUESTS) return Future.failedFuture("too many open requests");
    var id = UUID.randomUUID();
    var request = new OpenRequest<A>(expected, new ConcurrentHashMap<>(), Promise.promise());
    open.put(id, request);
    long timer =
        vertx.setTimer(timeout.toMillis(), late -> request.done().tryComplete(request.answers()));
    send.accept(id);
    return request
        .done()
        .future()
        .onComplete(
            done -> {
              vertx.cancelTimer(timer);
              open.remove(id);
            });
  }

  /** A node has answered; an answer to another node's request is ignored. */
  void received(UUID id, String node, A answer) {
    OpenRequest<A> request = open.get(id);
    if (request != null) request.add(node, answer);
  }
}
