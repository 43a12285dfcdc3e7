package dev.boardcast.boards.analysis;

import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A part of a list, newest first.
 *
 * @param next the cursor of the next page, null on the last
 */
record Page<T>(List<T> items, String next) {

  /**
   * A place in a list; opaque to clients. What is created later lies before it, so pages neither
   * repeat nor skip.
   */
  record Cursor(Instant at, String id) {
    /** Before the newest. */
    static final Cursor START = new Cursor(Instant.parse("9999-01-01T00:00:00Z"), "~");

    private static final Pattern FORM = Pattern.compile("(\\d{1,14}) (" + FieldRules.ID + ")");

    /**
     * @throws Problem 400 when it is none of ours
     */
    static Cursor parse(String text) {
      try {
        var bytes = Base64.getUrlDecoder().decode(text);
        var form = FORM.matcher(new String(bytes, StandardCharsets.UTF_8));
        if (form.matches()) {
          return new Cursor(Instant.ofEpochMilli(Long.parseLong(form.group(1))), form.group(2));
        }
      } catch (IllegalArgumentException notOurs) {
        // Not even Base64: answered like any other text that is no cursor.
      }
      throw Problem.invalid("cursor", "next of the page before");
    }

    @Override
    public String toString() {
      var text = at.toEpochMilli() + " " + id;
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** What part of a list is asked for. */
  record Ask(int limit, Cursor after) {
    /**
     * From {@code limit} and {@code cursor}.
     *
     * @throws Problem 400 naming the one that is wrong
     */
    static Ask of(QueryParameters query) {
      return new Ask(
          query.number("limit", 1, 200, 50),
          query.text("cursor").map(Cursor::parse).orElse(Cursor.START));
    }

    /** Time and id of the place, and how many rows to read: one more tells that there are more. */
    Tuple tuple() {
      return Tuple.of(after.at().atOffset(ZoneOffset.UTC), after.id(), limit + 1);
    }

    <T> Page<T> page(List<T> found, Function<T, Cursor> place) {
      if (found.size() <= limit) return new Page<>(found, null);
      List<T> items = found.subList(0, limit);
      return new Page<>(items, place.apply(items.get(limit - 1)).toString());
    }
  }
}
