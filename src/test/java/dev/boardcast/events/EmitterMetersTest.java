package dev.boardcast.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EmitterMetersTest {
  private final AtomicLong nanos = new AtomicLong();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final EmitterMeters meters = new EmitterMeters(registry, 0, () -> true, nanos::get);

  @Test
  void aRowThatWaitsGrowsOlderThoughNothingIsPublished() {
    meters.outboxRead(OptionalDouble.of(1.5));
    pass(20);
    assertEquals(21.5, gauge("boardcast.outbox.age"), 0.001);
    assertEquals(21.5, gauge("boardcast.outbox.lag"), 0.001);

    meters.outboxRead(OptionalDouble.empty());
    assertEquals(0, gauge("boardcast.outbox.age"), 0.001);
    assertEquals(0, gauge("boardcast.outbox.lag"), 0.001);
  }

  @Test
  void withoutAHeartbeatARowMayWaitSinceTheLastOne() {
    meters.outboxRead(OptionalDouble.empty());
    pass(2);
    assertEquals(0, gauge("boardcast.outbox.age"), 0.001);
    pass(10);
    assertEquals(12, gauge("boardcast.outbox.age"), 0.001);
  }

  private void pass(long seconds) {
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }

  private double gauge(String name) {
    return registry.get(name).gauge().value();
  }
}
