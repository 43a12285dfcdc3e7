package dev.boardcast.server.command;

/** Ends a command with one line for the user and exit code 2; made by {@link Arguments}. */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message.replaceAll("\\s*[\\r\\n]+\\s*", " "), null, false, false);
  }
}
