package dev.boardcast.boards.platform;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.MetricDescription.Kind;
import dev.boardcast.spi.MetricFacts;
import dev.boardcast.spi.RangeSupport;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.temporal.TemporalAmount;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Measures a platform's revenue, transactions, views and active users. */
final class PlatformBoard implements Board {
  static final String NAME = "platform";

  private final PlatformConfig config;

  PlatformBoard(PlatformConfig config) {
    this.config = config;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String title() {
    return "Platform";
  }

  @Override
  public Optional<String> httpPath() {
    return Optional.of("/api/v1/analytics/realtime-metrics");
  }

  @Override
  public Format socketFormat() {
    return Format.TYPED;
  }

  @Override
  public List<MetricDescription> metrics() {
    String money = config.currency().toLowerCase(Locale.ROOT);
    return List.of(
        new MetricDescription("revenue.total", "Revenue", money, Kind.GAUGE),
        new MetricDescription("revenue.today", "Revenue today", money, Kind.GAUGE),
        new MetricDescription("revenue.thisWeek", "Revenue this week", money, Kind.GAUGE),
        new MetricDescription("revenue.thisMonth", "Revenue this month", money, Kind.GAUGE),
        // Each in its own currency, which no unit of all can name.
        new MetricDescription(
            "revenue.byCurrency.*.total", "Revenue by currency", "amount", Kind.GAUGE),
        new MetricDescription(
            "revenue.byCurrency.*.today", "Revenue today by currency", "amount", Kind.GAUGE),
        new MetricDescription(
            "revenue.byCurrency.*.thisWeek", "Revenue this week by currency", "amount", Kind.GAUGE),
        new MetricDescription(
            "revenue.byCurrency.*.thisMonth",
            "Revenue this month by currency",
            "amount",
            Kind.GAUGE),
        new MetricDescription(
            "revenue.converted.*", "Revenue of all currencies", money, Kind.GAUGE),
        new MetricDescription(
            "revenue.withoutRate.*.facts", "Transactions without a rate", "count", Kind.GAUGE),
        new MetricDescription(
            "revenue.withoutRate.*.amount", "Revenue without a rate", "amount", Kind.GAUGE),
        new MetricDescription("activeUsers.current", "Users now", "count", Kind.GAUGE),
        new MetricDescription("activeUsers.today", "Users today", "count", Kind.GAUGE),
        new MetricDescription("activeUsers.peak24h", "Most users in 24 h", "count", Kind.GAUGE),
        new MetricDescription("transactions.total", "Transactions", "count", Kind.COUNTER),
        new MetricDescription("transactions.pending", "Pending", "count", Kind.GAUGE),
        new MetricDescription("transactions.completed", "Completed", "count", Kind.GAUGE),
        new MetricDescription("transactions.failed", "Failed", "count", Kind.GAUGE),
        new MetricDescription("content.totalViews", "Views", "count", Kind.COUNTER),
        new MetricDescription("content.totalPurchases", "Purchases", "count", Kind.GAUGE),
        new MetricDescription("content.conversionRate", "Conversion", "percent", Kind.GAUGE));
  }

  @Override
  public List<String> facts() {
    return PlatformFold.FACTS;
  }

  @Override
  public List<String> fold() {
    return PlatformFold.STATEMENTS;
  }

  @Override
  public List<String> rollups() {
    return PlatformFold.ROLLUPS;
  }

  // A bucket that starts at midnight is a day or a quarter; a day covers the facts of both.
  @Override
  public Optional<Sample> sample() {
    return Optional.of(new Sample("at", "platform_rollup", "bucket", Duration.ofDays(1)));
  }

  // Who was there is kept from platform_horizon() on, and linked with who was there shortly before.
  @Override
  public Optional<Sealing> sealing() {
    return Optional.of(new Sealing("at", "(SELECT platform_horizon() - interval '28 hours')"));
  }

  @Override
  public Optional<RangeSupport> ranges() {
    return Optional.of(new RangeSupport(PlatformConfig.QUARTER, config.zone(), this::within));
  }

  private Future<RawJson> within(SqlClient client, Instant from, Instant to) {
    var span = List.of(TimeSpan.of(from, to));
    var totals = PlatformTotals.within(client, span);
    var foreign = ForeignRevenue.within(client, span, config.currency());
    return Future.all(totals, foreign)
        .map(
            read -> {
              PlatformTotals own = totals.result().get(0);
              var currencies =
                  RevenueByCurrency.of(config.currency(), List.of(own.revenue()), foreign.result());
              return RawJson.encode(RangeTotals.of(own, currencies));
            });
  }

  @Override
  public TemporalAmount previous(String metric) {
    return switch (metric) {
      case "revenue.thisWeek" -> Period.ofWeeks(1);
      case "revenue.thisMonth" -> Period.ofMonths(1);
      default -> Period.ofDays(1);
    };
  }

  @Override
  public Optional<MetricFacts> rows(String metric) {
    return Optional.of(PlatformFacts.of(metric, config));
  }

  @Override
  public Future<RawJson> snapshot(SqlClient transaction, Instant now) {
    var periods = CalendarPeriods.at(now, config.zone());
    var allTime = PlatformTotals.allTime(transaction);
    var totals = PlatformTotals.within(transaction, periods.all());
    var users = ActiveUserCounts.read(transaction, now, periods.today());
    var foreign = ForeignRevenue.allTime(transaction, config.currency());
    var foreignPeriods = ForeignRevenue.within(transaction, periods.all(), config.currency());
    return Future.all(allTime, totals, users, foreign, foreignPeriods)
        .map(
            read -> {
              var own =
                  Stream.concat(Stream.of(allTime.result()), totals.result().stream())
                      .map(PlatformTotals::revenue)
                      .toList();
              var others =
                  Stream.concat(Stream.of(foreign.result()), foreignPeriods.result().stream())
                      .toList();
              return RawJson.encode(
                  PlatformSnapshot.of(
                      allTime.result(),
                      totals.result(),
                      RevenueByCurrency.of(config.currency(), own, others),
                      users.result()));
            });
  }

  @Override
  public Future<Optional<Instant>> nextChange(SqlClient transaction, Instant now) {
    var today = CalendarPeriods.at(now, config.zone()).today();
    return ActiveUserCounts.read(transaction, now, today)
        .map(users -> Optional.of(ActiveUserCounts.earlier(users.nextChange(now), today.to())));
  }
}
