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
 * @param poll of a poller, whose pages end at {@link CutPoints}; empty for others
 */
record StreamPageRequest(
    Optional<Offset> after,
    boolean backwards,
    Optional<Offset> before,
    int limit,
    Optional<PollTurn> poll) {
  static final String[] PARAMETERS = {"after", "before", "limit"};
  static final String[] PARAMETERS_OF_HTTP = {"after", "before", "limit", "poll"};

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
    Optional<String> poll = query.text("poll");
    if (poll.isPresent()) {
      // The same request from all pollers: a cache answers one with another's answer.
      for (String other : new String[] {"before", "limit"}) {
        if (query.text(other).isPresent()) throw Problem.invalid(other, "no poll beside it");
      }
    }
    return new StreamPageRequest(
        after.map(text -> offset("after", text, OFFSET)),
        before.isPresent(),
        before
            .filter(text -> !text.equals(END))
            .map(text -> offset("before", text, OFFSET + ", or " + END)),
        limit,
        poll.map(PollTurn::parse));
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
