package dev.boardcast.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.TypedBus;
import dev.boardcast.testing.Services;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The default rate of updates. */
class ThrottleIT {
  private static final int CHANGES = 10_000;
  private static final Duration SPAN = Duration.ofSeconds(3);
  private static final int BATCHES = 100;

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    MetricsNode.get(vertx.close());
  }

  @Test
  void tenThousandChangesInThreeSecondsCauseFewBroadcastsAndTheLastHasThemAll() throws Exception {
    var broadcasts = new Broadcasts(new TypedBus(vertx));
    var node = new MetricsNode(vertx, "a", Services.get().freshDatabase(), MetricsConfig.DEFAULTS);
    broadcasts.awaitTotal(0);
    Instant began = Instant.now();
    for (int batch = 0; batch < BATCHES; batch++) {
      node.decide(CHANGES / BATCHES);
      Instant next = began.plus(SPAN.multipliedBy(batch + 1).dividedBy(BATCHES));
      long wait = Duration.between(Instant.now(), next).toMillis();
      if (wait > 0) MetricsNode.get(vertx.timer(wait, TimeUnit.MILLISECONDS));
    }
    long seconds = Duration.between(began, Instant.now()).toSeconds();
    broadcasts.awaitTotal(CHANGES);
    var computed =
        broadcasts.all().stream()
            .filter(each -> each.timestamp().equals(each.computedAt()))
            .filter(each -> each.computedAt().isAfter(began))
            .toList();
    assertTrue(computed.size() >= 3, "" + computed);
    // At most one a second, the first at once and the last when all facts are in.
    assertTrue(computed.size() <= seconds + 2, "" + computed);
    assertEquals(CHANGES, Broadcasts.total(computed.get(computed.size() - 1)));
  }
}
