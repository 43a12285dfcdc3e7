package dev.boardcast.bus;

/** Reports a message from another node that must not be handled. */
final class RejectedMessageException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final Rejection reason;

  RejectedMessageException(Rejection reason, String message) {
    super(message);
    this.reason = reason;
  }

  RejectedMessageException(Rejection reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  Rejection reason() {
    return reason;
  }
}
