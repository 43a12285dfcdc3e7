package dev.boardcast.boards.yaml;

import java.nio.file.Path;

/**
 * Where something stands.
 *
 * @param line from 1 on
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
