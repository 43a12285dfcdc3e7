package dev.boardcast.alerts;

/** Why a message was not delivered, in words that operators may see: never what a server said. */
final class DeliveryException extends RuntimeException {
  DeliveryException(String reason) {
    super(reason, null, false, false);
  }
}
