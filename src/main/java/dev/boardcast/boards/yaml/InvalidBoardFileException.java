package dev.boardcast.boards.yaml;

/** A file that makes no board; the message is one line: file, line, reason. */
public final class InvalidBoardFileException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  InvalidBoardFileException(SourcePosition place, String reason) {
    super(place + ": " + reason.strip().replaceAll("\\s*[\\r\\n]+\\s*", " "));
  }

  /** As an operator reads a value that is not what it should be. */
  static InvalidBoardFileException value(
      SourcePosition place, String name, String was, String expected) {
    return new InvalidBoardFileException(
        place, name + " was \"" + was + "\", expected " + expected);
  }

  /** Not a defect of ours: where it was found in our code says nothing. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
