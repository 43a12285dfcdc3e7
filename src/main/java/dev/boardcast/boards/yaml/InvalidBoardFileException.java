package dev.boardcast.boards.yaml;

/** A board file is not valid. The message is one line with file, line and reason. */
public final class InvalidBoardFileException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  InvalidBoardFileException(SourcePosition position, String reason) {
    super(position + ": " + reason.strip().replaceAll("\\s*[\\r\\n]+\\s*", " "));
  }

  /** The exception for a value. */
  static InvalidBoardFileException value(
      SourcePosition position, String name, String was, String expected) {
    return new InvalidBoardFileException(
        position, name + " was \"" + was + "\", expected " + expected);
  }

  /** Omitted: the fault is in the file, not in the code. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
