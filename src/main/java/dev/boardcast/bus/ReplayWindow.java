package dev.boardcast.bus;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * Remembers the signed messages of the last minutes, so that none is handled twice, and refuses
 * those of other times. Bounded: beyond {@link #MAX_MESSAGES} the oldest is forgotten. Thread safe.
 */
final class ReplayWindow {
  /** Largest difference between the clocks of sender and receiver, with the way of the message. */
  static final Duration TOLERANCE = Duration.ofSeconds(60);

  private static final int MAX_MESSAGES = 65_536;

  private final Clock clock;
  private final Set<ByteBuffer> known = new HashSet<>();
  private final Deque<Received> inOrder = new ArrayDeque<>();

  private record Received(ByteBuffer nonce, long atMillis) {}

  ReplayWindow(Clock clock) {
    this.clock = clock;
  }

  /**
   * Admits a message once.
   *
   * @throws RejectedMessageException when it is too old, too new, or known
   */
  synchronized void admit(SignedMessage message) {
    long now = clock.millis();
    if (Math.abs(now - message.sentMillis()) > TOLERANCE.toMillis()) {
      throw new RejectedMessageException(
          Rejection.EXPIRED,
          "it was sent %d ms ago; do the clocks of the nodes differ?"
              .formatted(now - message.sentMillis()));
    }
    // A message may be valid for twice the tolerance after it was received.
    while (!inOrder.isEmpty()
        && (inOrder.peek().atMillis() < now - 2 * TOLERANCE.toMillis()
            || inOrder.size() >= MAX_MESSAGES)) {
      known.remove(inOrder.remove().nonce());
    }
    var nonce = ByteBuffer.wrap(message.nonce());
    if (!known.add(nonce)) {
      throw new RejectedMessageException(Rejection.REPLAYED, "it was received before");
    }
    inOrder.add(new Received(nonce, now));
  }
}
