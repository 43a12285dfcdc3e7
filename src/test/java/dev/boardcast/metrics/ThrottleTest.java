package dev.boardcast.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ThrottleTest {
  private static final long INTERVAL = 1000;

  private long nowMillis = 50_000;
  private final List<Due> timers = new ArrayList<>();
  private final List<Long> starts = new ArrayList<>();
  private final Queue<Promise<Void>> running = new ArrayDeque<>();
  private final Throttle throttle =
      new Throttle(
          Duration.ofMillis(INTERVAL),
          () -> nowMillis * 1_000_000,
          (wait, action) -> timers.add(new Due(nowMillis + wait.toMillis(), action)),
          this::update);

  private record Due(long millis, Runnable action) {}

  @Test
  void theFirstUpdateRunsAtOnce() {
    throttle.request();
    assertEquals(List.of(50_000L), starts);
  }

  @Test
  void theNextUpdateWaitsForTheInterval() {
    throttle.request();
    finish();
    pass(300);
    throttle.request();
    assertEquals(1, starts.size());
    pass(699);
    assertEquals(1, starts.size());
    pass(1);
    assertEquals(List.of(50_000L, 51_000L), starts);
  }

  @Test
  void anUpdateAfterTheIntervalRunsAtOnce() {
    throttle.request();
    finish();
    pass(INTERVAL);
    throttle.request();
    assertEquals(List.of(50_000L, 51_000L), starts);
  }

  @Test
  void manyRequestsInOneIntervalCauseOneUpdate() {
    throttle.request();
    finish();
    for (int i = 0; i < 1000; i++) throttle.request();
    pass(INTERVAL);
    finish();
    pass(10 * INTERVAL);
    assertEquals(2, starts.size());
  }

  @Test
  void tenThousandRequestsInThreeSecondsCauseThreeOrFourUpdates() {
    for (int took : new int[] {0, 20, 400}) {
      pass(10 * INTERVAL);
      starts.clear();
      long begin = nowMillis;
      for (int i = 0; i < 10_000; i++) {
        throttle.request();
        if (i % 10 != 9) continue;
        pass(3);
        if (!running.isEmpty() && nowMillis - starts.get(starts.size() - 1) >= took) finish();
      }
      long lastRequest = nowMillis - 3;
      while (!running.isEmpty() || !timers.isEmpty()) {
        pass(3);
        if (!running.isEmpty()) finish();
      }
      assertEquals(3000, lastRequest + 3 - begin);
      assertTrue(starts.size() == 3 || starts.size() == 4, "" + starts);
      assertTrue(starts.get(starts.size() - 1) >= lastRequest, "the last has it all");
    }
  }

  @Test
  void aRequestDuringAnUpdateIsFollowedByAnother() {
    throttle.request();
    throttle.request();
    finish();
    assertEquals(1, starts.size());
    pass(INTERVAL);
    assertEquals(2, starts.size());
  }

  @Test
  void updatesDoNotRunConcurrently() {
    throttle.request();
    pass(10 * INTERVAL);
    throttle.request();
    assertEquals(1, starts.size());
    assertTrue(throttle.isRunning());
  }

  @Test
  void aFailedUpdateIsRetriedAtTheSameRate() {
    throttle.request();
    running.remove().fail("away");
    assertEquals(1, starts.size());
    pass(INTERVAL);
    assertEquals(2, starts.size());
    finish();
    pass(10 * INTERVAL);
    assertEquals(2, starts.size());
  }

  @Test
  void anUpdateThatThrowsFails() {
    var broken =
        new Throttle(
            Duration.ofMillis(INTERVAL),
            () -> nowMillis * 1_000_000,
            (wait, action) -> timers.add(new Due(nowMillis + wait.toMillis(), action)),
            () -> {
              throw new IllegalStateException("broken");
            });
    broken.request();
    assertFalse(broken.isRunning());
    assertEquals(1, timers.size());
  }

  @Test
  void closingWaitsForTheCurrentUpdateAndStartsNoOther() {
    throttle.request();
    throttle.request();
    var closed = throttle.close();
    assertFalse(closed.isComplete());
    finish();
    assertTrue(closed.succeeded());
    throttle.request();
    pass(10 * INTERVAL);
    assertEquals(1, starts.size());
  }

  @Test
  void closingCancelsAWaitingUpdate() {
    throttle.request();
    finish();
    throttle.request();
    assertTrue(throttle.close().succeeded());
    pass(10 * INTERVAL);
    assertEquals(1, starts.size());
  }

  @Test
  void theLastRequestIsNeverDropped() {
    for (int seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      starts.clear();
      long lastRequest = 0;
      for (int step = 0; step < 100; step++) {
        switch (random.nextInt(3)) {
          case 0 -> {
            lastRequest = nowMillis;
            throttle.request();
          }
          case 1 -> {
            if (!running.isEmpty()) {
              if (random.nextInt(4) == 0) running.remove().fail("away");
              else finish();
            }
          }
          default -> pass(random.nextInt(700));
        }
      }
      for (int i = 0; i < 5; i++) {
        if (!running.isEmpty()) finish();
        pass(INTERVAL);
      }
      if (lastRequest > 0) {
        assertTrue(starts.get(starts.size() - 1) >= lastRequest, "seed " + seed);
      }
      for (int i = 1; i < starts.size(); i++) {
        assertTrue(starts.get(i) - starts.get(i - 1) >= INTERVAL, "seed " + seed);
      }
      pass(10 * INTERVAL);
    }
  }

  private Future<Void> update() {
    starts.add(nowMillis);
    running.add(Promise.promise());
    return running.peek().future();
  }

  private void finish() {
    running.remove().complete();
  }

  private void pass(long millis) {
    nowMillis += millis;
    var due = timers.stream().filter(timer -> timer.millis() <= nowMillis).toList();
    timers.removeAll(due);
    due.forEach(timer -> timer.action().run());
  }
}
