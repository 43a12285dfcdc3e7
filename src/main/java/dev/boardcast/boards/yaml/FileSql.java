package dev.boardcast.boards.yaml;

import io.vertx.pgclient.PgException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * SQL of a file. Its author's text never is a statement of its own: it stands inside of ours.
 *
 * @param place where the text begins
 * @param keepsLines whether each line of the text is a line of the file
 */
record FileSql(String text, SourcePosition place, boolean keepsLines) {
  static FileSql of(YamlValue.Text written) {
    return new FileSql(
        written.text().replaceFirst("[\\s;]+$", ""), written.body(), written.keepsLines());
  }

  /**
   * What the database says of it.
   *
   * @param before how much of the statement stood before this text
   */
  InvalidBoardFileException refused(PgException cause, String before) {
    String detail =
        Optional.ofNullable(cause.getDetail()).map(more -> " (" + more + ")").orElse("");
    return new InvalidBoardFileException(place(cause, before), cause.getErrorMessage() + detail);
  }

  /** Where a word stands, or else where the text begins. */
  SourcePosition placeOf(String word) {
    var found =
        Pattern.compile("\\b" + Pattern.quote(word) + "\\b", Pattern.CASE_INSENSITIVE)
            .matcher(text);
    return found.find() ? placeAt(found.start()) : place;
  }

  private SourcePosition place(PgException cause, String before) {
    if (cause.getPosition() == null) return place;
    int characters = Integer.parseInt(cause.getPosition()) - 1 - before.length();
    if (characters < 0) return place;
    int length = text.codePointCount(0, text.length());
    return placeAt(text.offsetByCodePoints(0, Math.min(characters, length)));
  }

  private SourcePosition placeAt(int index) {
    if (!keepsLines) return place;
    return place.down((int) text.substring(0, index).chars().filter(c -> c == '\n').count());
  }
}
