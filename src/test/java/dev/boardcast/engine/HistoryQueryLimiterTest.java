package dev.boardcast.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HistoryQueryLimiterTest {
  private static final int AT_ONCE = 4;
  private static final int WAITING = 100;

  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final HistoryQueryLimiter past = new HistoryQueryLimiter(null);
  private final List<Promise<Integer>> begun = new ArrayList<>();

  @AfterEach
  void close() {
    Api.await(vertx.close());
  }

  @Test
  void fewReadAtOnceTheOthersInTurnAlsoAfterAFailure() {
    List<Future<Integer>> all = ask(10);
    assertEquals(AT_ONCE, begunOnLoop());
    fail(0);
    for (int i = 1; i < 10; i++) {
      assertEquals(Math.min(10, AT_ONCE + i), begunOnLoop());
      complete(i);
    }
    assertEquals(9, Api.await(Future.join(all.subList(1, 10))).size());
    assertEquals(true, all.get(0).failed());
    assertEquals(14, begunAfter(ask(4)));
  }

  @Test
  void whoComesAfterTooManyIsRefused() {
    ask(AT_ONCE + WAITING);
    assertThrows(Problem.class, () -> onLoop(() -> past.read(pool -> Future.succeededFuture(1))));
    complete(0);
    assertEquals(1, onLoop(() -> ask(1).size()));
  }

  private List<Future<Integer>> ask(int count) {
    return onLoop(
        () ->
            IntStream.range(0, count)
                .mapToObj(
                    i ->
                        past.read(
                            pool -> {
                              Promise<Integer> reading = Promise.promise();
                              begun.add(reading);
                              return reading.future();
                            }))
                .toList());
  }

  private int begunOnLoop() {
    // Whoever is called to its turn comes before this.
    return onLoop(begun::size);
  }

  private int begunAfter(List<Future<Integer>> asked) {
    assertEquals(AT_ONCE, asked.size());
    return begunOnLoop();
  }

  private void complete(int reading) {
    onLoop(() -> begun.get(reading).tryComplete(reading));
  }

  private void fail(int reading) {
    onLoop(() -> begun.get(reading).tryFail("the database is away"));
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
