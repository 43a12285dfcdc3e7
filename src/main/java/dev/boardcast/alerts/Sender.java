package dev.boardcast.alerts;

import io.vertx.core.Future;

/** Sends messages of one type of channel. Confined to one event loop. */
interface Sender {
  /**
   * Sends a message once.
   *
   * @return completes when the receiver has accepted it; fails with a {@link DeliveryException}
   */
  Future<Void> send(Delivery delivery);

  /** Releases connections. */
  Future<Void> close();
}
