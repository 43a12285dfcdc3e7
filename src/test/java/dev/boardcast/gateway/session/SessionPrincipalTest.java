package dev.boardcast.gateway.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.spi.Principal;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class SessionPrincipalTest {
  private static final Principal ANN =
      new Principal("ann", Set.of(), Set.of(), Instant.EPOCH, Instant.MAX);

  private final Deque<Promise<Principal>> asked = new ArrayDeque<>();
  private final AtomicInteger questions = new AtomicInteger();

  @Test
  void teamsOfManyAreReadAFewAtATime() {
    SessionPrincipal identity = identity(Duration.ofSeconds(60));
    var known = new AtomicInteger();
    for (int i = 0; i < 1_000; i++) {
      identity.again(ANN).onSuccess(live -> known.incrementAndGet());
    }
    int most = 0;
    while (!asked.isEmpty()) {
      most = Math.max(most, asked.size());
      asked.remove().complete(ANN);
    }
    assertEquals(1_000, known.get());
    assertTrue(most > 1 && most <= 8, most + " at once");
  }

  @Test
  void whoHasWaitedTooLongIsToldSoAndIsNotAskedForAnyMore() {
    SessionPrincipal identity = identity(Duration.ofMillis(500));
    var told = new AtomicInteger();
    for (int i = 0; i < 1_000; i++) {
      identity.again(ANN).onFailure(late -> told.incrementAndGet());
    }
    Awaitility.await().until(() -> told.get() == 1_000);
    // Those who were first, and perhaps some whose turn came just before they gave up.
    assertTrue(questions.get() < 100, questions + " questions");
  }

  private SessionPrincipal identity(Duration limit) {
    return new SessionPrincipal(
        Future::failedFuture,
        claimed -> {
          questions.incrementAndGet();
          Promise<Principal> answer = Promise.promise();
          asked.add(answer);
          return answer.future();
        },
        new BoundedCalls(Runnable::run, limit));
  }
}
