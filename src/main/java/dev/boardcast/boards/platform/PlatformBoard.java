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
import java.util.List;
import java.util.Locale;
import java.util.Optional;

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
    return Optional.of(
        new RangeSupport(PlatformConfig.QUARTER, config.zone(), PlatformBoard::within));
  }

  private static Future<RawJson> within(SqlClient client, Instant from, Instant to) {
    return PlatformTotals.within(client, List.of(TimeSpan.of(from, to)))
        .map(totals -> RawJson.encode(RangeTotals.of(totals.get(0))));
  }

  @Override
  public Optional<MetricFacts> rows(String metric) {
    return Optional.of(PlatformFacts.of(metric, config.zone()));
  }

  @Override
  public Future<RawJson> snapshot(SqlClient transaction, Instant now) {
    var periods = CalendarPeriods.at(now, config.zone());
    var allTime = PlatformTotals.allTime(transaction);
    var totals = PlatformTotals.within(transaction, periods.all());
    var users = ActiveUserCounts.read(transaction, now, periods.today());
    return Future.all(allTime, totals, users)
        .map(
            read ->
                RawJson.encode(
                    PlatformSnapshot.of(allTime.result(), totals.result(), users.result())));
  }

  @Override
  public Future<Optional<Instant>> nextChange(SqlClient transaction, Instant now) {
    var today = CalendarPeriods.at(now, config.zone()).today();
    return ActiveUserCounts.read(transaction, now, today)
        .map(users -> Optional.of(ActiveUserCounts.earlier(users.nextChange(now), today.to())));
  }
}
