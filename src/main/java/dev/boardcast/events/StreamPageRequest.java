package dev.boardcast.events;

import dev.boardcast.bus.Offset;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import java.util.Optional;

/**
 * A request for a page of events.
 *
 * @param after the offset to read after; empty for the oldest events, or to read backwards
 * @param backwards whether to read the events before an offset
 * @param before that offset; empty for the last events of all
 */
record StreamPageRequest(
    Optional<Offset> after, boolean backwards, Optional<Offset> before, int limit) {
  static final String[] PARAMETERS = {"after", "before", "limit"};

  private static final String END = "end";
  private static final String OFFSET = "an offset as it was received";

  /**
   * @throws Problem 400 naming the parameter
   */
  static StreamPageRequest of(QueryParameters query) {
    int limit = query.number("limit", 1, 500, 100);
    Optional<String> after = query.text("after");
    Optional<String> before = query.text("before");
    if (after.isPresent() && before.isPresent())
      throw Problem.invalid("before", "no after beside it");
    return new StreamPageRequest(
        after.map(text -> offset("after", text, OFFSET)),
        before.isPresent(),
        before
            .filter(text -> !text.equals(END))
            .map(text -> offset("before", text, OFFSET + ", or " + END)),
        limit);
  }

  /** Whether the response can never change once the page is full. */
  boolean isFixed() {
    return after.isPresent() || before.isPresent();
  }

  private static Offset offset(String name, String text, String expected) {
    try {
      return Offset.parse(text);
    } catch (IllegalArgumentException invalid) {
      throw Problem.invalid(name, expected);
    }
  }
}
