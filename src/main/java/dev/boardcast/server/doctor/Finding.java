package dev.boardcast.server.doctor;

/**
 * The result of one check.
 *
 * @param text what was found; for a problem or a warning also how to mend it
 */
record Finding(Level level, String text) {
  /** A problem ends the command with code 1. */
  enum Level {
    OK,
    WARNING,
    PROBLEM
  }

  static Finding ok(String text) {
    return new Finding(Level.OK, text);
  }

  static Finding warning(String text) {
    return new Finding(Level.WARNING, text);
  }

  static Finding problem(String text) {
    return new Finding(Level.PROBLEM, text);
  }

  boolean isProblem() {
    return level == Level.PROBLEM;
  }

  @Override
  public String toString() {
    String label =
        switch (level) {
          case OK -> "ok      ";
          case WARNING -> "warning ";
          case PROBLEM -> "PROBLEM ";
        };
    return label + text.replaceAll("\\s*[\\r\\n]+\\s*", " ");
  }
}
