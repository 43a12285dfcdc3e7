package dev.boardcast.web.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokenBucketsTest {
  private static final long SECOND = 1_000_000_000;

  private final AtomicLong now = new AtomicLong();
  private final TokenBuckets buckets = new TokenBuckets(10, SECOND, now::get);

  @Test
  void tokensComeBackWithTime() {
    for (int i = 0; i < 10; i++) assertEquals(0, buckets.take("a", 1));
    assertEquals(SECOND / 10, buckets.take("a", 1));
    assertEquals(0, buckets.take("b", 1));
    now.addAndGet(SECOND / 10);
    assertEquals(0, buckets.take("a", 1));
    assertTrue(buckets.take("a", 1) > 0);
  }

  @Test
  void moreThanIsThereMayBeTakenOnceAndIsWaitedFor() {
    assertEquals(0, buckets.take("a", 30));
    assertEquals(21 * SECOND / 10, buckets.take("a", 1));
    assertEquals(26 * SECOND / 10, buckets.charge("a", 5));
    now.addAndGet(26 * SECOND / 10);
    assertEquals(0, buckets.take("a", 1));
  }

  @Test
  void clientsThatWaitNoLongerAreForgotten() {
    for (int i = 0; i < 1_000; i++) buckets.take("client " + i, 1);
    assertEquals(1_000, buckets.clients());
    now.addAndGet(2 * SECOND);
    buckets.take("a", 1);
    assertEquals(1, buckets.clients());
  }

  @Test
  void theTableIsBounded() {
    for (int i = 0; i < 150_000; i++) buckets.take("client " + i, 1);
    assertTrue(buckets.clients() <= 100_001, "clients: " + buckets.clients());
    assertTrue(buckets.take("one more", 1) > 0, "new clients share one bucket");
  }
}
