package dev.boardcast.server.embedded;

/** Embedded PostgreSQL or Redis cannot be used; the message says which, why, and what to do. */
public final class EmbeddedServerException extends RuntimeException {
  EmbeddedServerException(String message) {
    super(message);
  }

  EmbeddedServerException(String message, Throwable cause) {
    super(message, cause);
  }
}
