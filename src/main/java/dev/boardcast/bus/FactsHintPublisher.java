package dev.boardcast.bus;

import io.vertx.core.Vertx;
import java.time.Duration;

/** Tells metrics that one board has new facts, without flooding the bus. Thread safe. */
public final class FactsHintPublisher {
  private static final Duration SPACING = Duration.ofMillis(20);

  private final ThrottledPublisher<FactsCommitted> hint;

  public FactsHintPublisher(Vertx vertx, TypedBus bus, String board) {
    hint =
        new ThrottledPublisher<>(
            vertx, bus, Addresses.FACTS_HINTS, new FactsCommitted(board), SPACING);
  }

  /** New facts are committed. */
  public void committed() {
    hint.give();
  }
}
