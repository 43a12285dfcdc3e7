package dev.boardcast.gateway.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.engine.EventHistory;
import dev.boardcast.gateway.loop.BoundedCalls;
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
  private final Deque<Promise<List<LoggedEvent>>> reads = new ArrayDeque<>();
  private final SharedLogReads log =
      new SharedLogReads(
          new ManualHistory(), new BoundedCalls(Runnable::run, Duration.ofSeconds(60)));

  @Test
  void readsOfDifferentStreamsAreLimitedToAFewAtOnceAndKeepTheirOrder() {
    var order = new ArrayList<Integer>();
    int all = 1_000;
    for (int i = 0; i < all; i++) {
      int user = i;
      log.page(0, "e", Set.of("user." + i), 0, 9).onSuccess(page -> order.add(user));
    }
    int most = 0;
    while (!reads.isEmpty()) {
      most = Math.max(most, reads.size());
      reads.remove().complete(List.of());
    }
    assertEquals(all, order.size());
    assertTrue(most > 1 && most <= 8, most + " at once");
    assertEquals(order.stream().sorted().toList(), order);
  }

  @Test
  void failedReadStartsTheNextOne() {
    var failed = new AtomicInteger();
    for (int i = 0; i < 50; i++) {
      log.page(0, "e", Set.of("user." + i), 0, 9).onFailure(away -> failed.incrementAndGet());
    }
    while (!reads.isEmpty()) reads.remove().fail("the database is away");
    assertEquals(50, failed.get());
  }

  /** A log whose reads complete when the test completes them. */
  private final class ManualHistory implements EventHistory {
    @Override
    public Future<List<LoggedEvent>> readStream(String stream, long after, long upTo, int limit) {
      Promise<List<LoggedEvent>> read = Promise.promise();
      reads.add(read);
      return read.future();
    }

    @Override
    public Future<List<LoggedEvent>> read(int shard, long after, int limit) {
      return Future.failedFuture("not used by this test");
    }

    @Override
    public Future<List<LoggedEvent>> last(Set<String> streams, long upTo, int limit) {
      return Future.failedFuture("not used by this test");
    }

    @Override
    public Future<Long> oldest(int shard) {
      return Future.succeededFuture(1L);
    }

    @Override
    public Future<List<Head>> heads() {
      return Future.failedFuture("not used by this test");
    }
  }
}
