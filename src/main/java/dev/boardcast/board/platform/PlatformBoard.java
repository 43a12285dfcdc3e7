package dev.boardcast.board.platform;

import dev.boardcast.bus.RawJson;
import dev.boardcast.metric.Board;
import dev.boardcast.metric.MetricDescription;
import dev.boardcast.metric.MetricDescription.Kind;
import dev.boardcast.metric.Ranges;
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
  public Optional<String> path() {
    return Optional.of("/api/v1/analytics/realtime-metrics");
  }

  @Override
  public Wire wire() {
    return Wire.TYPED;
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
  public Optional<Ranges> ranges() {
    return Optional.of(new Ranges(PlatformConfig.QUARTER, config.zone(), PlatformBoard::within));
  }

  private static Future<RawJson> within(SqlClient client, Instant from, Instant to) {
    return Sums.within(client, List.of(TimeSpan.of(from, to)))
        .map(sums -> RawJson.encode(RangeNumbers.of(sums.get(0))));
  }

  @Override
  public Future<RawJson> snapshot(SqlClient transaction, Instant now) {
    var periods = Periods.at(now, config.zone());
    var ever = Sums.ever(transaction);
    var sums = Sums.within(transaction, periods.all());
    var presence = Presence.read(transaction, now, periods.today());
    return Future.all(ever, sums, presence)
        .map(
            read ->
                RawJson.encode(
                    PlatformNumbers.of(ever.result(), sums.result(), presence.result())));
  }

  @Override
  public Future<Optional<Instant>> nextTick(SqlClient transaction, Instant now) {
    var today = Periods.at(now, config.zone()).today();
    return Presence.read(transaction, now, today)
        .map(presence -> Optional.of(Presence.earlier(presence.nextChange(now), today.to())));
  }
}
