package dev.boardcast.sources;

/** A table cannot be a source, or is none any more; the message is one sentence for an operator. */
public final class SourceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SourceException(String message) {
    super(message, null, false, false);
  }
}
