package dev.boardcast.server.embedded;

/** Embedded PostgreSQL or Redis cannot be had; the message says which, why, and what to do. */
public final class EmbeddedFailure extends RuntimeException {
  EmbeddedFailure(String message) {
    super(message);
  }

  EmbeddedFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
