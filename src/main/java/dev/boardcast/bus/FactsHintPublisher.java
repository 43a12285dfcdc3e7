package dev.boardcast.bus;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Publishes {@link FactsCommitted}, for each board at most about every 20 ms; the last report is
 * always published. One per node. Thread safe.
 */
public final class FactsHintPublisher {
  private static final Duration SPACING = Duration.ofMillis(20);

  private final Vertx vertx;
  private final TypedBus bus;
  private final Map<String, ThrottledPublisher<FactsCommitted>> byBoard = new ConcurrentHashMap<>();

  public FactsHintPublisher(Vertx vertx, TypedBus bus) {
    this.vertx = vertx;
    this.bus = bus;
  }

  /** Reports committed facts of a board. */
  public void committed(String board) {
    byBoard.computeIfAbsent(board, this::publisher).publish();
  }

  private ThrottledPublisher<FactsCommitted> publisher(String board) {
    return new ThrottledPublisher<>(
        vertx, bus, Addresses.FACTS_HINTS, new FactsCommitted(board), SPACING);
  }
}
