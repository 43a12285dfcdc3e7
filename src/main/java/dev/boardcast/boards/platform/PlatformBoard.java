package dev.boardcast.boards.platform;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.MetricDescription.Kind;
import dev.boardcast.spi.RangeSupport;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A platform's revenue, transactions, views and users. */
public final class PlatformBoard implements Board {
  public static final String NAME = "platform";

  private final PlatformConfig config;

  public PlatformBoard(PlatformConfig config) {
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
        new MetricDescription("activeUsers.peak24h", "Most users in 24 hours", "count", Kind.GAUGE),
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

  // A day, as at midnight the sums of a day and of a quarter of an hour have the same bucket.
  @Override
  public Optional<Sample> sample() {
    return Optional.of(new Sample("at", "platform_rollup", "bucket", Duration.ofDays(1)));
  }

  @Override
  public Optional<RangeSupport> ranges() {
    return Optional.of(
        new RangeSupport(PlatformConfig.QUARTER, config.zone(), PlatformBoard::within));
  }

  private static Future<RawJson> within(SqlClient client, Instant from, Instant to) {
    return PlatformTotals.within(client, List.of(TimeSpan.of(from, to)))
        .map(sums -> RawJson.encode(RangeTotals.of(sums.get(0))));
  }

  @Override
  public Future<RawJson> snapshot(SqlClient transaction, Instant now) {
    var periods = CalendarPeriods.at(now, config.zone());
    var ever = PlatformTotals.ever(transaction);
    var sums = PlatformTotals.within(transaction, periods.all());
    var presence = ActiveUserCounts.read(transaction, now, periods.today());
    return Future.all(ever, sums, presence)
        .map(
            read ->
                RawJson.encode(
                    PlatformSnapshot.of(ever.result(), sums.result(), presence.result())));
  }

  @Override
  public Future<Optional<Instant>> nextChange(SqlClient transaction, Instant now) {
    var today = CalendarPeriods.at(now, config.zone()).today();
    return ActiveUserCounts.read(transaction, now, today)
        .map(
            presence ->
                Optional.of(ActiveUserCounts.earlier(presence.nextChange(now), today.to())));
  }
}
