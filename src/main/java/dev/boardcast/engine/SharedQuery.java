package dev.boardcast.engine;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one query at a time for all who ask it, and never answers a caller with less than was true
 * when it asked.
 *
 * <ul>
 *   <li>An answer serves the callers who asked before its query began. Those who ask while it is
 *       under way wait for the next query, one for all of them.
 *   <li>A caller may say which answers suffice: it also takes such an answer of the query that was
 *       under way when it asked. That is right where the answer stays true, such as that an event
 *       is in the log; never for its opposite.
 * </ul>
 *
 * Thread safe. Futures complete on the thread that completes the query.
 */
public final class SharedQuery<T> {
  private static final Logger LOG = LoggerFactory.getLogger(SharedQuery.class);

  private final Supplier<Future<T>> query;
  private List<Question<T>> waiting = new ArrayList<>();
  private boolean underWay;

  private record Question<T>(Predicate<T> suffices, Promise<T> answer) {
    boolean accepts(AsyncResult<T> outcome) {
      return outcome.succeeded() && suffices.test(outcome.result());
    }

    void complete(AsyncResult<T> outcome) {
      try {
        answer.handle(outcome);
      } catch (RuntimeException defect) {
        LOG.error("a caller of a shared query failed", defect);
      }
    }
  }

  /**
   * @param query starts one query; called again only when its future has completed, so that future
   *     must complete
   */
  public SharedQuery(Supplier<Future<T>> query) {
    this.query = query;
  }

  /** The answer of a query that begins now or later; fails when that query fails. */
  public Future<T> ask() {
    return ask(answer -> false);
  }

  /**
   * As {@link #ask()}, or the answer of the query under way.
   *
   * @param suffices whether an answer helps this caller although its query began before
   */
  public Future<T> ask(Predicate<T> suffices) {
    var question = new Question<T>(suffices, Promise.promise());
    synchronized (this) {
      waiting.add(question);
      if (underWay) return question.answer().future();
      underWay = true;
    }
    begin();
    return question.answer().future();
  }

  private void begin() {
    List<Question<T>> answered = takeWaiting();
    Future<T> begun;
    try {
      begun = query.get();
    } catch (RuntimeException failure) {
      begun = Future.failedFuture(failure);
    }
    begun.onComplete(outcome -> end(answered, outcome));
  }

  private void end(List<Question<T>> answered, AsyncResult<T> outcome) {
    answered.forEach(question -> question.complete(outcome));
    takeSatisfied(outcome).forEach(question -> question.complete(outcome));
    synchronized (this) {
      underWay = !waiting.isEmpty();
      if (!underWay) return;
    }
    begin();
  }

  private synchronized List<Question<T>> takeWaiting() {
    List<Question<T>> all = waiting;
    waiting = new ArrayList<>();
    return all;
  }

  private synchronized List<Question<T>> takeSatisfied(AsyncResult<T> outcome) {
    var satisfied = new ArrayList<Question<T>>();
    waiting.removeIf(question -> question.accepts(outcome) && satisfied.add(question));
    return satisfied;
  }
}
