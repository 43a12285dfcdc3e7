package dev.boardcast.board.file;

import io.vertx.pgclient.PgException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * SQL of a file. Its author's text never is a statement of its own: it stands inside of ours.
 *
 * @param place where the text begins
 * @param keepsLines whether each line of the text is a line of the file
 */
record Sql(String text, Place place, boolean keepsLines) {
  static Sql of(Entry.Text written) {
    return new Sql(
        written.text().replaceFirst("[\\s;]+$", ""), written.body(), written.keepsLines());
  }

  /**
   * What the database says of it.
   *
   * @param before how much of the statement stood before this text
   */
  BadBoardFile refused(PgException cause, String before) {
    String detail =
        Optional.ofNullable(cause.getDetail()).map(more -> " (" + more + ")").orElse("");
    return new BadBoardFile(place(cause, before), cause.getErrorMessage() + detail);
  }

  /** Where a word stands, or else where the text begins. */
  Place placeOf(String word) {
    var found =
        Pattern.compile("\\b" + Pattern.quote(word) + "\\b", Pattern.CASE_INSENSITIVE)
            .matcher(text);
    return found.find() ? placeAt(found.start()) : place;
  }

  private Place place(PgException cause, String before) {
    if (cause.getPosition() == null) return place;
    int characters = Integer.parseInt(cause.getPosition()) - 1 - before.length();
    if (characters < 0) return place;
    int length = text.codePointCount(0, text.length());
    return placeAt(text.offsetByCodePoints(0, Math.min(characters, length)));
  }

  private Place placeAt(int index) {
    if (!keepsLines) return place;
    return place.down((int) text.substring(0, index).chars().filter(c -> c == '\n').count());
  }
}
