package dev.boardcast.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.spi.Problem;
import dev.boardcast.testing.Api;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConcurrencyLimiterTest {
  private static final int MAX_RUNNING = 4;
  private static final int MAX_WAITING = 100;

  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final ConcurrencyLimiter limiter = new ConcurrencyLimiter(MAX_RUNNING, MAX_WAITING);
  private final List<Promise<Integer>> started = new ArrayList<>();

  @AfterEach
  void close() {
    Api.await(vertx.close());
  }

  @Test
  void tasksBeyondTheLimitWaitAlsoAfterAFailure() {
    List<Future<Integer>> all = submit(10);
    assertEquals(MAX_RUNNING, startedTasks());
    fail(0);
    for (int i = 1; i < 10; i++) {
      assertEquals(Math.min(10, MAX_RUNNING + i), startedTasks());
      complete(i);
    }
    assertEquals(9, Api.await(Future.join(all.subList(1, 10))).size());
    assertEquals(true, all.get(0).failed());
    assertEquals(14, startedAfter(submit(4)));
  }

  @Test
  void tasksBeyondTheQueueAreRejected() {
    submit(MAX_RUNNING + MAX_WAITING);
    var rejected = onLoop(() -> limiter.run(() -> Future.succeededFuture(1)));
    assertEquals(503, ((Problem) rejected.cause()).status());
    complete(0);
    assertEquals(1, onLoop(() -> submit(1).size()));
  }

  @Test
  void tasksThatCompleteAtOnceDoNotRecurse() {
    var one = new ConcurrencyLimiter(1);
    Promise<Void> first = Promise.promise();
    var completed = new AtomicInteger();
    one.run(first::future);
    for (int i = 0; i < 100_000; i++) {
      one.run(Future::succeededFuture).onSuccess(done -> completed.incrementAndGet());
    }
    one.run(
            () -> {
              throw new IllegalStateException("meant to fail");
            })
        .onFailure(thrown -> completed.incrementAndGet());
    first.complete();
    assertEquals(100_001, completed.get());
  }

  private List<Future<Integer>> submit(int count) {
    return onLoop(
        () ->
            IntStream.range(0, count)
                .mapToObj(
                    i ->
                        limiter.run(
                            () -> {
                              Promise<Integer> task = Promise.promise();
                              started.add(task);
                              return task.future();
                            }))
                .toList());
  }

  private int startedTasks() {
    // Runs after the tasks that were dispatched to the loop.
    return onLoop(started::size);
  }

  private int startedAfter(List<Future<Integer>> submitted) {
    assertEquals(MAX_RUNNING, submitted.size());
    return startedTasks();
  }

  private void complete(int task) {
    onLoop(() -> started.get(task).tryComplete(task));
  }

  private void fail(int task) {
    onLoop(() -> started.get(task).tryFail("the database is away"));
  }

  private <T> T onLoop(Supplier<T> work) {
    if (Vertx.currentContext() != null) return work.get();
    Promise<T> done = Promise.promise();
    loop.runOnContext(
        here -> {
          try {
            done.complete(work.get());
          } catch (RuntimeException failure) {
            done.fail(failure);
          }
        });
    try {
      return done.future().await(20, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError(late);
    }
  }
}
