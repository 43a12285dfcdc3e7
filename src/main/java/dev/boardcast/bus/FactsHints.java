package dev.boardcast.bus;

import io.vertx.core.Vertx;
import java.time.Duration;

/** Tells metrics that one board has new facts, without flooding the bus. Thread safe. */
public final class FactsHints {
  private static final Duration SPACING = Duration.ofMillis(20);

  private final SpacedHint<FactsHint> hint;

  public FactsHints(Vertx vertx, TypedBus bus, String board) {
    hint = new SpacedHint<>(vertx, bus, Addresses.FACTS_HINTS, new FactsHint(board), SPACING);
  }

  /** New facts are committed. */
  public void committed() {
    hint.give();
  }
}
