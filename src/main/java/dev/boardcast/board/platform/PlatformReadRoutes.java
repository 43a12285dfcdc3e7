package dev.boardcast.board.platform;

import dev.boardcast.auth.Visibility;
import dev.boardcast.bus.Snapshot;
import dev.boardcast.http.Answer;
import dev.boardcast.http.Caller;
import dev.boardcast.http.Problem;
import dev.boardcast.http.Query;
import dev.boardcast.http.Routes;
import dev.boardcast.metric.SnapshotCache;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The board's numbers as its older clients read them; with {@code from} or {@code to}, the sums of
 * that time, as far as they are folded.
 */
public final class PlatformReadRoutes implements Routes {
  private static final Instant FIRST = Instant.parse("1900-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("2200-01-02T00:00:00Z");
  private static final String EXPECTED =
      "a day such as 2026-01-31, or a time on a quarter of an hour such as 2026-01-31T12:15:00Z";

  private final SnapshotCache snapshots;
  private final Pool pool;
  private final ZoneId zone;
  private final Supplier<Visibility> visibility;
  private final Clock clock;

  /**
   * @param zone of the days in {@code from} and {@code to}
   * @param visibility of the board
   */
  public PlatformReadRoutes(
      SnapshotCache snapshots,
      Pool pool,
      ZoneId zone,
      Supplier<Visibility> visibility,
      Clock clock) {
    this.snapshots = snapshots;
    this.pool = pool;
    this.zone = zone;
    this.visibility = visibility;
    this.clock = clock;
  }

  private record Failure(String error, Instant timestamp) {}

  @Override
  public void mount(Router router) {
    router.get("/api/v1/analytics/realtime-metrics").setName("platformMetrics").handler(this::read);
  }

  private void read(RoutingContext context) {
    Caller.requireSight(context, visibility.get());
    var query = Query.of(context, "from", "to");
    var from = query.text("from").map(text -> time("from", text));
    var to = query.text("to").map(text -> time("to", text));
    context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
    if (from.isEmpty() && to.isEmpty()) {
      snapshots
          .latest(PlatformBoard.NAME)
          .onSuccess(latest -> answer(context, latest))
          .onFailure(context::fail);
    } else {
      range(context, from.orElse(FIRST), to.orElse(LAST));
    }
  }

  private void answer(RoutingContext context, Optional<Snapshot> latest) {
    if (latest.isPresent()) {
      Answer.json(context, 200, latest.get().bare());
    } else {
      context.response().putHeader("Retry-After", "1");
      Answer.json(context, 503, new Failure("Failed to fetch metrics", clock.instant()));
    }
  }

  private void range(RoutingContext context, Instant from, Instant to) {
    if (!from.isBefore(to)) throw Problem.invalid("to", "a time after from");
    var span = TimeSpan.of(from, to);
    Sums.within(pool, List.of(span))
        .onSuccess(
            sums -> Answer.json(context, 200, RangeNumbers.of(span, sums.get(0), clock.instant())))
        .onFailure(context::fail);
  }

  private Instant time(String name, String text) {
    try {
      Instant time =
          text.length() == 10
              ? LocalDate.parse(text).atStartOfDay(zone).toInstant()
              : OffsetDateTime.parse(text).toInstant();
      boolean isOnQuarter =
          time.getNano() == 0 && time.getEpochSecond() % PlatformConfig.QUARTER.toSeconds() == 0;
      if (isOnQuarter && !time.isBefore(FIRST) && !time.isAfter(LAST)) return time;
    } catch (DateTimeParseException notATime) {
      throw Problem.invalid(name, EXPECTED);
    }
    throw Problem.invalid(name, EXPECTED);
  }
}
