package dev.boardcast.alerts;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.time.Instant;
import java.util.UUID;

/** Publishes that a message is a dead letter, on the stream of the alert that it tells. */
final class DeadLetters {
  private final Pool pool;
  private final TransitionWriter transitions;

  DeadLetters(Pool pool, TransitionWriter transitions) {
    this.pool = pool;
    this.transitions = transitions;
  }

  /** The data of the event {@code alert_undelivered}. */
  record Undelivered(UUID id, UUID alert, String channel, int attempts, String error, Instant at) {}

  Future<Void> tell(Delivery delivery, String error) {
    if (delivery.told().isEmpty()) return Future.succeededFuture();
    Transition first = delivery.told().get(0).transition();
    var data =
        new Undelivered(
            delivery.id(),
            first.alert(),
            delivery.channelId(),
            delivery.attempt(),
            error,
            Instant.now());
    return pool.withTransaction(
            tx -> transitions.tell(tx, AlertEvents.UNDELIVERED, first.board(), data))
        .map(
            committed -> {
              committed.run();
              return null;
            });
  }
}
