package dev.boardcast.boards.yaml;

import java.nio.file.Path;

/**
 * A position in a board file.
 *
 * @param line from 1
 */
record SourcePosition(Path file, int line) {
  SourcePosition down(int lines) {
    return new SourcePosition(file, line + lines);
  }

  @Override
  public String toString() {
    return file + ":" + line;
  }
}
