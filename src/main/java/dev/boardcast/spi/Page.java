package dev.boardcast.spi;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * One page of a list that is ordered by a time and a key, as the body of an HTTP response. Pages
 * continue after the last item of the previous one, so they neither repeat nor skip items while
 * others are added at the start.
 *
 * @param next the cursor of the next page; null on the last
 */
public record Page<T>(List<T> items, String next) {
  /**
   * The position of an item in the list. Its text form is opaque to clients.
   *
   * @param at precise to the millisecond
   */
  public record Cursor(Instant at, String key) {
    /** A position before every item of a list whose newest item comes first. */
    public static final Cursor NEWEST_FIRST =
        new Cursor(Instant.parse("5000-01-01T00:00:00Z"), "ffffffff-ffff-ffff-ffff-ffffffffffff");

    /** A position before every item of a list whose oldest item comes first. */
    public static final Cursor OLDEST_FIRST = new Cursor(Instant.parse("1700-01-01T00:00:00Z"), "");

    private static final Pattern FORM = Pattern.compile("(-?\\d{1,14}) (.*)", Pattern.DOTALL);

    /**
     * Reads the text form.
     *
     * @param keyForm the regular expression of a key
     * @throws Problem 400 when it is malformed
     */
    public static Cursor parse(String text, String keyForm) {
      try {
        byte[] bytes = Base64.getUrlDecoder().decode(text);
        var form = FORM.matcher(new String(bytes, StandardCharsets.UTF_8));
        if (form.matches() && form.group(2).matches(keyForm)) {
          return new Cursor(Instant.ofEpochMilli(Long.parseLong(form.group(1))), form.group(2));
        }
      } catch (IllegalArgumentException notBase64) {
        // Rejected below.
      }
      throw Problem.invalid("cursor", "next of the page before");
    }

    @Override
    public String toString() {
      String text = at.toEpochMilli() + " " + key;
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /**
   * The page that a client asks for.
   *
   * @param limit the greatest number of items
   * @param after the position after which it starts
   */
  public record Request(int limit, Cursor after) {
    /**
     * Reads the parameters {@code limit} and {@code cursor}.
     *
     * @param start where the first page starts
     * @param keyForm the regular expression of a cursor's key
     * @throws Problem 400 naming the wrong parameter
     */
    public static Request of(
        QueryParameters query, int maxLimit, int defaultLimit, Cursor start, String keyForm) {
      return new Request(
          query.number("limit", 1, maxLimit, defaultLimit),
          query.text("cursor").map(text -> Cursor.parse(text, keyForm)).orElse(start));
    }

    /** The number of rows to read: one more than items, which shows that there is a next page. */
    public int rows() {
      return limit + 1;
    }

    /** The page of {@link #rows} rows. */
    public <T> Page<T> page(RowSet<Row> rows, Function<Row, T> item, Function<T, Cursor> cursor) {
      List<T> items = new ArrayList<>(rows.size());
      for (Row row : rows) items.add(item.apply(row));
      return Page.of(items, limit, each -> cursor.apply(each).toString());
    }
  }

  /**
   * A page of items with other cursors.
   *
   * @param items at most {@code limit + 1}; the additional item shows that there is a next page
   */
  public static <T> Page<T> of(List<T> items, int limit, Function<T, String> cursor) {
    if (items.size() <= limit) return new Page<>(items, null);
    return new Page<>(items.subList(0, limit), cursor.apply(items.get(limit - 1)));
  }
}
