package dev.boardcast.boards.yaml;

import io.vertx.pgclient.PgException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An SQL query or expression of a board file. It is always part of a statement of ours, never a
 * statement itself.
 *
 * @param position of the first line of the text
 * @param keepsLines whether each line of the text is a line of the file
 */
record FileSql(String text, SourcePosition position, boolean keepsLines) {
  static FileSql of(YamlValue.Text written) {
    return new FileSql(
        written.text().replaceFirst("[\\s;]+$", ""), written.body(), written.keepsLines());
  }

  /**
   * The exception for an error that the database reports.
   *
   * @param before the part of the statement before this text
   */
  InvalidBoardFileException rejected(PgException cause, String before) {
    String detail =
        Optional.ofNullable(cause.getDetail()).map(more -> " (" + more + ")").orElse("");
    return new InvalidBoardFileException(position(cause, before), cause.getErrorMessage() + detail);
  }

  /** The position of the first occurrence of a word; of the text if it does not occur. */
  SourcePosition positionOf(String word) {
    var found =
        Pattern.compile("\\b" + Pattern.quote(word) + "\\b", Pattern.CASE_INSENSITIVE)
            .matcher(text);
    return found.find() ? positionAt(found.start()) : position;
  }

  private SourcePosition position(PgException cause, String before) {
    if (cause.getPosition() == null) return position;
    int characters = Integer.parseInt(cause.getPosition()) - 1 - before.length();
    if (characters < 0) return position;
    int length = text.codePointCount(0, text.length());
    return positionAt(text.offsetByCodePoints(0, Math.min(characters, length)));
  }

  private SourcePosition positionAt(int index) {
    if (!keepsLines) return position;
    return position.down((int) text.substring(0, index).chars().filter(c -> c == '\n').count());
  }
}
