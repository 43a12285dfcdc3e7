package dev.boardcast.gateway.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.auth.revocation.AccessGuard;
import dev.boardcast.gateway.loop.BoundedCalls;
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

class PrincipalResolverTest {
  private static final Principal ANN =
      new Principal("ann", Set.of(), Set.of(), Instant.EPOCH, Instant.MAX);

  private final Deque<Promise<Principal>> reads = new ArrayDeque<>();
  private final AtomicInteger readCount = new AtomicInteger();

  @Test
  void teamReadsAreLimitedToAFewAtOnce() {
    PrincipalResolver resolver = resolver(Duration.ofSeconds(60));
    var known = new AtomicInteger();
    for (int i = 0; i < 1_000; i++) {
      resolver.withCurrentTeams(ANN).onSuccess(live -> known.incrementAndGet());
    }
    int most = 0;
    while (!reads.isEmpty()) {
      most = Math.max(most, reads.size());
      reads.remove().complete(ANN);
    }
    assertEquals(1_000, known.get());
    assertTrue(most > 1 && most <= 8, most + " at once");
  }

  @Test
  void queuedReadsThatTimedOutAreNotMade() {
    PrincipalResolver resolver = resolver(Duration.ofMillis(500));
    var failed = new AtomicInteger();
    for (int i = 0; i < 1_000; i++) {
      resolver.withCurrentTeams(ANN).onFailure(timeout -> failed.incrementAndGet());
    }
    Awaitility.await().until(() -> failed.get() == 1_000);
    // The first ones, and perhaps some that started just before they timed out.
    assertTrue(readCount.get() < 100, readCount + " reads");
  }

  private PrincipalResolver resolver(Duration limit) {
    return new PrincipalResolver(
        AccessGuard.of(Future::failedFuture),
        claimed -> {
          readCount.incrementAndGet();
          Promise<Principal> read = Promise.promise();
          reads.add(read);
          return read.future();
        },
        new BoundedCalls(Runnable::run, limit));
  }
}
