package dev.boardcast.boards.platform;

import dev.boardcast.spi.MetricFacts;
import dev.boardcast.spi.MetricFacts.Key;
import dev.boardcast.spi.MetricFacts.Span;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Function;

/** The facts behind each metric of {@link PlatformBoard}. */
final class PlatformFacts {
  private static final MetricFacts TRANSACTIONS =
      MetricFacts.of("platform_transaction", "occurred_at", Key.TEXT, "transaction_id")
          .time("occurred_at", "occurred_at")
          .column("transaction_id", "transaction_id")
          .column("user_id", "user_id")
          .column("content_id", "content_id")
          .column("amount", "amount")
          .column("status", "status");
  private static final MetricFacts COMPLETED = TRANSACTIONS.where("status = 'completed'");
  private static final MetricFacts VIEWS =
      MetricFacts.of("platform_view", "at", Key.NUMBER, "id")
          .time("viewed_at", "at")
          .column("content_id", "content_id")
          .column("user_id", "user_id")
          .column("event_id", "event_id")
          .column("session", "session")
          .column("place", "place")
          .where("coalesce(kind, 'view') = 'view'");

  // The branches are read for a day at most.
  private static final MetricFacts SIGNS =
      MetricFacts.of(
              """
              (SELECT at, user_id, 'activity' AS kind, 'activity ' || id AS key
               FROM platform_activity
               UNION ALL
               SELECT at, user_id, 'view', 'view ' || id FROM platform_view
               WHERE user_id IS NOT NULL
               UNION ALL
               SELECT occurred_at, user_id, 'transaction', 'transaction ' || transaction_id
               FROM platform_transaction WHERE user_id IS NOT NULL) AS sign""",
              "at",
              Key.TEXT,
              "key")
          .time("at", "at")
          .column("user_id", "user_id")
          .column("kind", "kind");
  private static final Duration ACTIVE = Duration.ofMinutes(5);
  private static final Duration PEAK = Duration.ofHours(24);

  private PlatformFacts() {}

  /**
   * The facts of a metric.
   *
   * @param zone in which days begin
   */
  static MetricFacts of(String metric, ZoneId zone) {
    return switch (metric) {
      case "revenue.today" -> revenue(now -> CalendarPeriods.at(now, zone).today());
      case "revenue.thisWeek" -> revenue(now -> CalendarPeriods.at(now, zone).thisWeek());
      case "revenue.thisMonth" -> revenue(now -> CalendarPeriods.at(now, zone).thisMonth());
      case "activeUsers.current" -> SIGNS.during(PlatformFacts::active).distinct("user_id");
      case "activeUsers.today" ->
          SIGNS.during(now -> span(CalendarPeriods.at(now, zone).today())).distinct("user_id");
      case "activeUsers.peak24h" ->
          SIGNS
              .during(now -> Span.since(minute(now).minus(PEAK).minus(ACTIVE)))
              .other(
                  "the highest number of users in any second, each active for five minutes from"
                      + " the second of a fact on");
      case "content.conversionRate" ->
          MetricFacts.none("it is content.totalPurchases in percent of content.totalViews");
      case "content.totalViews" -> VIEWS;
      case "transactions.total" -> TRANSACTIONS;
      case "transactions.pending" -> TRANSACTIONS.where("status = 'pending'");
      case "transactions.failed" -> TRANSACTIONS.where("status = 'failed'");
      case "revenue.total" -> COMPLETED.summed("amount");
      default -> COMPLETED;
    };
  }

  private static MetricFacts revenue(Function<Instant, TimeSpan> period) {
    return COMPLETED.during(now -> span(period.apply(now))).summed("amount");
  }

  private static Span span(TimeSpan time) {
    return Span.between(time.from(), time.to());
  }

  /** A user counts from the second of a fact on for five minutes. */
  private static Span active(Instant now) {
    Instant second = now.truncatedTo(ChronoUnit.SECONDS);
    return new Span(
        Optional.of(second.minus(ACTIVE).plusSeconds(1)), Optional.of(second.plusSeconds(1)));
  }

  private static Instant minute(Instant now) {
    return now.truncatedTo(ChronoUnit.MINUTES);
  }
}
