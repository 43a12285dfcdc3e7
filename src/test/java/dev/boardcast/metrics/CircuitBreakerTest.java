package dev.boardcast.metrics;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {
  private long nowNanos = Long.MAX_VALUE - 10;
  private final CircuitBreaker breaker = new CircuitBreaker(Duration.ofSeconds(1), () -> nowNanos);

  @Test
  void allowsAllCallsWhileTheDependencyAnswers() {
    assertTrue(breaker.allows());
    assertFalse(breaker.succeeded());
    assertTrue(breaker.allows());
  }

  @Test
  void allowsOneCallPerPauseAfterAFailure() {
    assertTrue(breaker.failed());
    assertFalse(breaker.allows());
    nowNanos += TimeUnit.SECONDS.toNanos(1);
    assertTrue(breaker.allows());
    assertFalse(breaker.allows());
    assertFalse(breaker.failed());
    assertFalse(breaker.allows());
  }

  @Test
  void allowsAllCallsAfterASuccess() {
    breaker.failed();
    assertTrue(breaker.succeeded());
    assertTrue(breaker.allows());
    assertTrue(breaker.failed());
  }
}
