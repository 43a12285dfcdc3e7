package dev.boardcast.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private final Backoff backoff = new Backoff(Duration.ofMillis(50), Duration.ofMillis(300));

  @Test
  void delaysDoubleUpToTheMaximumAndStartOverAfterASuccess() {
    assertEquals(List.of(50L, 100L, 200L, 300L, 300L), next(5));
    backoff.reset();
    assertEquals(List.of(50L, 100L), next(2));
  }

  @Test
  void aJitteredDelayIsAtLeastHalfOfItsMaximum() {
    for (int i = 0; i < 1000; i++) {
      long millis = Backoff.jittered(Duration.ofMillis(7)).toMillis();
      assertTrue(millis >= 3 && millis <= 7, "" + millis);
    }
  }

  private List<Long> next(int count) {
    var delays = new ArrayList<Long>();
    for (int i = 0; i < count; i++) delays.add(backoff.next().toMillis());
    return delays;
  }
}
