package dev.boardcast.board.routing;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.boardcast.auth.Visibility;
import dev.boardcast.http.Answer;
import dev.boardcast.http.Caller;
import dev.boardcast.http.Problem;
import dev.boardcast.http.Query;
import dev.boardcast.http.Routes;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Supplier;

/** The board's numbers of a time, for who asks with {@code from} or {@code to}; others go on. */
final class RoutingRangeRoutes implements Routes {
  private static final Instant FIRST = Instant.parse("1900-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("2200-01-02T00:00:00Z");
  private static final String EXPECTED =
      "a day such as 2026-01-31, or a time on the hour such as 2026-01-31T12:00:00Z";

  private final Pool pool;
  private final Supplier<Visibility> visibility;
  private final Clock clock;

  /**
   * @param visibility of the board
   */
  RoutingRangeRoutes(Pool pool, Supplier<Visibility> visibility, Clock clock) {
    this.pool = pool;
    this.visibility = visibility;
    this.clock = clock;
  }

  private record Range(
      Instant from, Instant to, @JsonUnwrapped RoutingNumbers numbers, Instant timestamp) {}

  @Override
  public void mount(Router router) {
    router.get(RoutingBoard.PATH).setName("routingMetrics").handler(this::read);
  }

  private void read(RoutingContext context) {
    var parameters = context.queryParams();
    if (!parameters.contains("from") && !parameters.contains("to")) {
      context.next();
      return;
    }
    Caller.requireSight(context, visibility.get());
    var query = Query.of(context, "from", "to");
    Instant from = time("from", query.text("from")).orElse(FIRST);
    Instant to = time("to", query.text("to")).orElse(LAST);
    if (!from.isBefore(to)) throw Problem.invalid("to", "a time after from");
    context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
    RoutingBoard.within(pool, from, to)
        .onSuccess(
            numbers -> Answer.json(context, 200, new Range(from, to, numbers, clock.instant())))
        .onFailure(context::fail);
  }

  private static Optional<Instant> time(String name, Optional<String> given) {
    if (given.isEmpty()) return Optional.empty();
    String text = given.get();
    try {
      Instant time =
          text.length() == 10
              ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
              : OffsetDateTime.parse(text).toInstant();
      boolean isOnHour = time.getNano() == 0 && time.getEpochSecond() % 3600 == 0;
      if (isOnHour && !time.isBefore(FIRST) && !time.isAfter(LAST)) return Optional.of(time);
    } catch (DateTimeParseException notATime) {
      throw Problem.invalid(name, EXPECTED);
    }
    throw Problem.invalid(name, EXPECTED);
  }
}
