package dev.boardcast.gateway.session;

import dev.boardcast.bus.EphemeralMessage;
import dev.boardcast.gateway.protocol.Dialect;
import dev.boardcast.gateway.protocol.Frame;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;

/** An ephemeral message to deliver, encoded once per dialect. One event loop. */
final class EphemeralDelivery {
  private final EphemeralMessage message;
  private final Map<Dialect, Optional<Frame>> frames = new IdentityHashMap<>(2);

  EphemeralDelivery(EphemeralMessage message) {
    this.message = message;
  }

  /** Delivers it to a subscriber, unless that has published it. */
  void to(Session session) {
    if (session.id().equals(message.session())) return;
    frames
        .computeIfAbsent(session.dialect(), dialect -> dialect.ephemeral(message))
        .ifPresent(session::sendEphemeral);
  }
}
