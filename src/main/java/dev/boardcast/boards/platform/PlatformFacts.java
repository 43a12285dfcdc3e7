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
          .column("currency", "nullif(currency, '')")
          .column("status", "status");
  private static final MetricFacts COMPLETED = TRANSACTIONS.where("status = 'completed'");
  private static final MetricFacts OWN = COMPLETED.where("coalesce(currency, '') = ''");
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
   * @param config in whose zone days begin
   */
  static MetricFacts of(String metric, PlatformConfig config) {
    ZoneId zone = config.zone();
    if (metric.startsWith("revenue.byCurrency.")) return byCurrency(metric, config);
    if (metric.startsWith("revenue.withoutRate.")) return withoutRate(metric, config);
    return switch (metric) {
      case "revenue.converted.*" ->
          MetricFacts.none("it is made of the facts of revenue.byCurrency.* and their rates");
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
      case "revenue.total" -> OWN.summed("amount");
      default -> COMPLETED;
    };
  }

  private static MetricFacts byCurrency(String metric, PlatformConfig config) {
    MetricFacts facts = COMPLETED.groupedBy(code(config)).summed("amount");
    Function<Instant, CalendarPeriods> at = now -> CalendarPeriods.at(now, config.zone());
    return switch (metric.substring(metric.lastIndexOf('.') + 1)) {
      case "today" -> facts.during(now -> span(at.apply(now).today()));
      case "thisWeek" -> facts.during(now -> span(at.apply(now).thisWeek()));
      case "thisMonth" -> facts.during(now -> span(at.apply(now).thisMonth()));
      default -> facts;
    };
  }

  /** A rate that is set may take a second to be folded. */
  private static MetricFacts withoutRate(String metric, PlatformConfig config) {
    MetricFacts facts =
        COMPLETED
            .where("currency <> ''")
            .where(
                """
                NOT EXISTS (
                  SELECT FROM platform_rate r
                  WHERE r.currency = platform_transaction.currency AND r.target = ?
                    AND r.valid_from <= (occurred_at AT TIME ZONE 'UTC')::date)""",
                config.currency())
            .groupedBy(code(config));
    return metric.endsWith(".amount") ? facts.summed("amount") : facts;
  }

  /** The code of a row's currency; the pattern of the setting makes it safe in SQL. */
  private static String code(PlatformConfig config) {
    return "coalesce(nullif(currency, ''), '" + config.currency() + "')";
  }

  private static MetricFacts revenue(Function<Instant, TimeSpan> period) {
    return OWN.during(now -> span(period.apply(now))).summed("amount");
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
