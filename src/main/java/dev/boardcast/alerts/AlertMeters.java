package dev.boardcast.alerts;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** The meters of alerts on one node. Thread safe. */
final class AlertMeters {
  private final Map<String, Counter> ended = new HashMap<>();
  private final Counter failed;
  private final Counter doubles;
  private final Counter ignored;
  private final Timer latency;

  AlertMeters(MeterRegistry registry) {
    for (String outcome : new String[] {"sent", "muted", "dead"}) {
      ended.put(
          outcome,
          Counter.builder("boardcast.alerts.messages")
              .description("Messages of alerts that this node has ended, by outcome")
              .tag("outcome", outcome)
              .register(registry));
    }
    failed =
        Counter.builder("boardcast.alerts.failed.attempts")
            .description("Attempts to send a message that failed and are made again")
            .register(registry);
    doubles =
        Counter.builder("boardcast.alerts.possible.doubles")
            .description("Messages sent again that a receiver may have accepted before")
            .register(registry);
    ignored =
        Counter.builder("boardcast.alerts.excess.keys")
            .description("Values beyond the number that one rule watches, at each evaluation")
            .register(registry);
    latency =
        Timer.builder("boardcast.alerts.delivery")
            .description("From the writing of a message to its acceptance by the receiver")
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofMillis(1))
            .maximumExpectedValue(Duration.ofMinutes(1))
            .register(registry);
  }

  Counter ignored() {
    return ignored;
  }

  void possibleDoubles(int count) {
    if (count > 0) doubles.increment(count);
  }

  void failed() {
    failed.increment();
  }

  void ended(String outcome) {
    ended.get(outcome).increment();
  }

  void sent(Delivery delivery, Instant now) {
    ended("sent");
    Duration age = Duration.between(delivery.createdAt(), now);
    latency.record(age.isNegative() ? Duration.ZERO : age);
  }
}
