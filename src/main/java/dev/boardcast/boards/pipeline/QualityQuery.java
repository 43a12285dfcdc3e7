package dev.boardcast.boards.pipeline;

import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.Page;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import io.vertx.ext.web.RoutingContext;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * The parameters of a request for stored hours.
 *
 * @param source empty for all sources
 * @param from the earliest start of an hour
 * @param to exclusive
 */
record QualityQuery(Optional<String> source, Instant from, Instant to, Page.Request page) {
  private static final String CURSOR_KEY = "[^\\x00]{1,100}";
  private static final Duration LONGEST = Duration.ofDays(366);
  private static final Instant FIRST = Instant.parse("1900-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("2200-01-01T00:00:00Z");

  /**
   * @throws Problem 400 naming the wrong parameter
   */
  static QualityQuery of(RoutingContext context, Instant now) {
    var query = QueryParameters.of(context, "source", "from", "to", "limit", "cursor");
    Optional<String> source = query.text("source");
    if (source.isPresent() && !isName(source.get())) {
      throw Problem.invalid("source", ScrapeRun.NAME);
    }
    Instant to = query.text("to").map(text -> time("to", text)).orElse(now);
    Instant from =
        query.text("from").map(text -> time("from", text)).orElse(to.minus(Window.LENGTH));
    if (!from.isBefore(to)) throw Problem.invalid("from", "a time before to");
    if (Duration.between(from, to).compareTo(LONGEST) > 0) {
      throw Problem.invalid("from", "a time at most 366 days before to");
    }
    return new QualityQuery(
        source, from, to, Page.Request.of(query, 1000, 200, Page.Cursor.OLDEST_FIRST, CURSOR_KEY));
  }

  private static boolean isName(String text) {
    return !text.isBlank() && text.length() <= 100 && text.indexOf(0) < 0;
  }

  private static Instant time(String name, String text) {
    try {
      Instant time = OffsetDateTime.parse(text).toInstant();
      if (!time.isBefore(FIRST) && !time.isAfter(LAST)) return time;
    } catch (DateTimeException notATime) {
      // Rejected like a time that is out of range.
    }
    throw Problem.invalid(name, FieldRules.TIME_TEXT);
  }
}
