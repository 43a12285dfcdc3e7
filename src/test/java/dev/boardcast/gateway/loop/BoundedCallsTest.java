package dev.boardcast.gateway.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class BoundedCallsTest {
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final BoundedCalls calls = new BoundedCalls(tasks::add, Duration.ofMinutes(1));

  @Test
  void anAnswerThatIsThereIsTakenInTheSameTurn() {
    Future<String> answer = calls.callNow(() -> Future.succeededFuture("known"));
    assertEquals("known", answer.result());
    var failure = new IllegalStateException("refused");
    assertSame(failure, calls.callNow(() -> Future.failedFuture(failure)).cause());
    Future<String> thrown =
        calls.callNow(
            () -> {
              throw failure;
            });
    assertSame(failure, thrown.cause());
    assertTrue(tasks.isEmpty());
  }

  @Test
  void aLaterAnswerComesOnTheEventLoop() {
    Promise<String> later = Promise.promise();
    Future<String> answer = calls.callNow(later::future);
    later.complete("read");
    assertFalse(answer.isComplete());
    tasks.remove().run();
    assertEquals("read", answer.result());
  }
}
