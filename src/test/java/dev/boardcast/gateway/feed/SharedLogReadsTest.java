package dev.boardcast.gateway.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.engine.EventHistory;
import dev.boardcast.gateway.session.BoundedCalls;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedLogReadsTest {
  private final Deque<Promise<List<LoggedEvent>>> asked = new ArrayDeque<>();
  private final SharedLogReads log =
      new SharedLogReads(new Waiting(), new BoundedCalls(Runnable::run, Duration.ofSeconds(60)));

  @Test
  void manyWhoComeBackForStreamsOfTheirOwnAreReadAFewAtATimeAndInTheirOrder() {
    var order = new ArrayList<Integer>();
    int all = 1_000;
    for (int i = 0; i < all; i++) {
      int user = i;
      log.page(0, "e", Set.of("user." + i), 0, 9).onSuccess(page -> order.add(user));
    }
    int most = 0;
    while (!asked.isEmpty()) {
      most = Math.max(most, asked.size());
      asked.remove().complete(List.of());
    }
    assertEquals(all, order.size());
    assertTrue(most > 1 && most <= 8, most + " at once");
    assertEquals(order.stream().sorted().toList(), order);
  }

  @Test
  void aReadThatFailsGivesWayToTheNext() {
    var failed = new AtomicInteger();
    for (int i = 0; i < 50; i++) {
      log.page(0, "e", Set.of("user." + i), 0, 9).onFailure(away -> failed.incrementAndGet());
    }
    while (!asked.isEmpty()) asked.remove().fail("the database is away");
    assertEquals(50, failed.get());
  }

  /** A log that answers when the test says so. */
  private final class Waiting implements EventHistory {
    @Override
    public Future<List<LoggedEvent>> readStream(String stream, long after, long upTo, int limit) {
      Promise<List<LoggedEvent>> answer = Promise.promise();
      asked.add(answer);
      return answer.future();
    }

    @Override
    public Future<List<LoggedEvent>> read(int shard, long after, int limit) {
      return Future.failedFuture("not asked for");
    }

    @Override
    public Future<Long> oldest(int shard) {
      return Future.succeededFuture(1L);
    }

    @Override
    public Future<List<Head>> heads() {
      return Future.failedFuture("not asked for");
    }
  }
}
