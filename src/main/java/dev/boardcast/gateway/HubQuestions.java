package dev.boardcast.gateway;

import dev.boardcast.bus.SessionList;
import dev.boardcast.bus.SessionRequest;
import dev.boardcast.gateway.session.SessionProtocol;
import dev.boardcast.gateway.session.SessionRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What other threads ask of the sessions of one event loop. An answer never fails, and takes at
 * most a second: then, and when the event loop has ended, it is as of no sessions. Thread safe.
 */
final class HubQuestions {
  private final GatewayLoop loop;
  private final SessionRegistry sessions;
  private final SessionProtocol protocol;
  private final Predicate<Runnable> eventLoop;

  /**
   * @param eventLoop runs a task there; false when it has ended
   */
  HubQuestions(
      GatewayLoop loop,
      SessionRegistry sessions,
      SessionProtocol protocol,
      Predicate<Runnable> eventLoop) {
    this.loop = loop;
    this.sessions = sessions;
    this.protocol = protocol;
    this.eventLoop = eventLoop;
  }

  /** The first sessions that a request asks for, or the one that it ends. */
  Future<List<SessionList.Entry>> sessions(SessionRequest request) {
    return request.ends() == null
        ? ask(() -> protocol.find(request), List.of())
        : ask(() -> protocol.end(request.ends()).map(List::of).orElse(List.of()), List.of());
  }

  /** Counts the sessions. */
  Future<SessionStatistics> statistics() {
    return ask(() -> SessionStatistics.of(sessions.all()), SessionStatistics.EMPTY);
  }

  /** The sessions with queued bytes. */
  Future<List<Backlog>> backlogs() {
    return ask(() -> Backlog.of(sessions.all()), List.of());
  }

  /** Closes sessions that are still as slow. */
  Future<Void> shed(List<Backlog> slowest) {
    return ask(
        () -> {
          slowest.forEach(Backlog::end);
          loop.queued().publish();
          return null;
        },
        null);
  }

  private <T> Future<T> ask(Supplier<T> question, T fallback) {
    Promise<T> answer = Promise.promise();
    if (!eventLoop.test(() -> answer.complete(question.get()))) answer.complete(fallback);
    return answer.future().timeout(1, TimeUnit.SECONDS).otherwise(fallback);
  }
}
