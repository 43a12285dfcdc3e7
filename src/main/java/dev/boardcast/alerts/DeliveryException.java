package dev.boardcast.alerts;

/** Why a message was not delivered, in words that operators may see: never what a server said. */
final class DeliveryException extends RuntimeException {
  private final boolean mayBeAccepted;

  DeliveryException(String reason) {
    this(reason, false);
  }

  /**
   * @param mayBeAccepted whether the receiver may have accepted the message all the same
   */
  DeliveryException(String reason, boolean mayBeAccepted) {
    super(reason, null, false, false);
    this.mayBeAccepted = mayBeAccepted;
  }

  boolean mayBeAccepted() {
    return mayBeAccepted;
  }
}
