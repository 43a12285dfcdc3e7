package dev.boardcast.board.file;

/** A file that makes no board; the message is one line: file, line, reason. */
public final class BadBoardFile extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  BadBoardFile(Place place, String reason) {
    super(place + ": " + reason.strip().replaceAll("\\s*[\\r\\n]+\\s*", " "));
  }

  /** As an operator reads a value that is not what it should be. */
  static BadBoardFile value(Place place, String name, String was, String expected) {
    return new BadBoardFile(place, name + " was \"" + was + "\", expected " + expected);
  }

  /** Not a defect of ours: where it was found in our code says nothing. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
