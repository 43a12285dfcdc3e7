package dev.boardcast.bus;

import dev.boardcast.bus.security.MessageSigner;
import java.security.SecureRandom;
import java.time.Clock;

/** Signs and verifies the orders and beacons of one application. Thread safe. */
final class SignedMessages {
  private final MessageSigner signer;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  SignedMessages(MessageSigner signer, Clock clock) {
    this.signer = signer;
    this.clock = clock;
  }

  ReplayWindow window() {
    return new ReplayWindow(clock);
  }

  SignedMessage sign(String address, byte[] json) {
    byte[] nonce = new byte[SignedCodec.NONCE_BYTES];
    random.nextBytes(nonce);
    long now = clock.millis();
    return new SignedMessage(now, nonce, json, signer.sign(address, now, nonce, json));
  }

  /**
   * The JSON of a message that a node of this cluster signed, and that was not received before.
   *
   * @param window of the receiver
   * @throws RejectedMessageException for another one
   */
  byte[] verified(String address, SignedMessage message, ReplayWindow window) {
    boolean isValid =
        signer.verify(
            address, message.sentMillis(), message.nonce(), message.json(), message.signature());
    if (!isValid) {
      throw new RejectedMessageException(
          Rejection.SIGNATURE, "no node with this cluster's secret has signed it");
    }
    if (signer.isRequired()) window.admit(message);
    return message.json();
  }
}
