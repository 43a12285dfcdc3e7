package dev.boardcast.board.file;

import java.nio.file.Path;

/**
 * Where something stands.
 *
 * @param line from 1 on
 */
record Place(Path file, int line) {
  Place down(int lines) {
    return new Place(file, line + lines);
  }

  @Override
  public String toString() {
    return file + ":" + line;
  }
}
