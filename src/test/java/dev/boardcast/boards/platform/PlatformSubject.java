package dev.boardcast.boards.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.events.Outbox;
import dev.boardcast.metrics.FoldSubject;
import dev.boardcast.spi.Board;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Transactions that change or are retracted, views and activities, of four users; some in a
 * currency whose rates are set, changed and removed.
 */
public final class PlatformSubject implements FoldSubject {
  private static final String REPORT =
      """
      INSERT INTO platform_transaction AS t
        (transaction_id, user_id, amount, status, occurred_at, is_timed, currency)
      VALUES (?, ?, ?, ?, ?, true, ?)
      ON CONFLICT (transaction_id) DO UPDATE
        SET user_id = excluded.user_id, amount = excluded.amount, status = excluded.status,
            currency = excluded.currency,
            occurred_at = excluded.occurred_at""";
  private static final String TAKE_BACK =
      "DELETE FROM platform_transaction WHERE transaction_id = ?";
  private static final String RATE =
      """
      INSERT INTO platform_rate AS r (currency, target, valid_from, rate) VALUES (?, 'USD', ?, ?)
      ON CONFLICT (currency, target, valid_from) DO UPDATE SET rate = excluded.rate""";
  private static final String NO_RATE =
      "DELETE FROM platform_rate WHERE currency = ? AND valid_from = ?";
  private static final String VIEW =
      """
      INSERT INTO platform_view (event_id, content_id, user_id, at) VALUES (?, 'c', ?, ?)
      ON CONFLICT (event_id) DO NOTHING""";
  private static final String ACTIVITY =
      """
      INSERT INTO platform_activity (event_id, user_id, at) VALUES (?, ?, ?)
      ON CONFLICT (event_id) DO NOTHING""";

  private final ZoneId zone;

  public PlatformSubject(ZoneId zone) {
    this.zone = zone;
  }

  private static final List<Function<Fact, String>> CURRENCIES =
      List.of(fact -> null, fact -> "", PlatformSubject::foreign);

  private static final String RANGE =
      """
      WITH t AS (SELECT * FROM platform_transaction WHERE occurred_at >= $1 AND occurred_at < $2),
        r AS (SELECT currency, amount, (
            SELECT rate FROM platform_rate k WHERE k.currency = t.currency AND target = 'USD'
              AND valid_from <= (occurred_at AT TIME ZONE 'UTC')::date
            ORDER BY valid_from DESC LIMIT 1) AS rate
          FROM t WHERE status = 'completed' AND currency <> ''),
        v AS (SELECT count(*) AS n FROM platform_view WHERE at >= $1 AND at < $2)
      SELECT '/revenue/total', coalesce(sum(amount) FILTER (
        WHERE status = 'completed' AND coalesce(currency, '') = ''), 0) FROM t
      UNION ALL SELECT '/revenue/byCurrency/' || currency || '/total', sum(amount) FROM t
        WHERE status = 'completed' AND currency <> '' GROUP BY currency
      UNION ALL SELECT '/revenue/withoutRate/' || currency || '/facts', count(*) FROM r
        WHERE rate IS NULL GROUP BY currency
      UNION ALL SELECT '/revenue/converted/total',
        (SELECT coalesce(sum(amount * rate), 0) FROM r) + (SELECT coalesce(sum(amount), 0) FROM t
          WHERE status = 'completed' AND coalesce(currency, '') = '')
        WHERE EXISTS (SELECT FROM r WHERE rate IS NOT NULL)
      UNION ALL SELECT '/transactions/total', count(*) FROM t
      UNION ALL SELECT '/transactions/pending', count(*) FROM t WHERE status = 'pending'
      UNION ALL SELECT '/transactions/failed', count(*) FROM t WHERE status = 'failed'
      UNION ALL SELECT '/content/totalPurchases', count(*) FROM t WHERE status = 'completed'
      UNION ALL SELECT '/content/totalViews', n FROM v""";

  @Override
  public Board board(Outbox outbox) {
    return new PlatformBoard(new PlatformConfig(zone, "USD"));
  }

  @Override
  public List<String> moreTables() {
    return List.of("platform_transaction", "platform_rate");
  }

  @Override
  public void insert(Connection writer, Fact fact) throws SQLException {
    String user = "u" + fact.key();
    if (fact.kind() == 9) rate(writer, fact);
    else if (fact.kind() < 5) report(writer, fact, user);
    else visit(writer, fact, user);
  }

  private static void report(Connection writer, Fact fact, String user) throws SQLException {
    // No transaction waits for another.
    String id = fact.writer() + "-t" + fact.key();
    try (var report = writer.prepareStatement(fact.state() == 9 ? TAKE_BACK : REPORT)) {
      report.setString(1, id);
      if (fact.state() < 9) {
        report.setString(2, fact.kind() == 0 ? null : user);
        report.setBigDecimal(3, BigDecimal.valueOf(37L * fact.amount() - 100, 2));
        report.setString(4, TransactionStatus.values()[fact.state() % 3].stored());
        report.setObject(5, fact.utc());
        report.setString(6, CURRENCIES.get(fact.amount() % 3).apply(fact));
      }
      report.executeUpdate();
    }
  }

  private static void rate(Connection writer, Fact fact) throws SQLException {
    boolean isGone = fact.state() > 7;
    try (var rate = writer.prepareStatement(isGone ? NO_RATE : RATE)) {
      rate.setString(1, foreign(fact));
      rate.setObject(2, fact.utc().toLocalDate().minusDays(fact.key()));
      if (!isGone) rate.setBigDecimal(3, BigDecimal.valueOf(1 + 13L * fact.amount(), 3));
      rate.executeUpdate();
    }
  }

  /** A currency of each writer, so that none waits for another's rates. */
  private static String foreign(Fact fact) {
    return fact.writer().toUpperCase(Locale.ROOT);
  }

  private static void visit(Connection writer, Fact fact, String user) throws SQLException {
    boolean isView = fact.kind() < 7;
    try (var visit = writer.prepareStatement(isView ? VIEW : ACTIVITY)) {
      visit.setString(1, fact.eventId());
      visit.setString(2, isView && fact.state() == 0 ? null : user);
      visit.setObject(3, fact.utc());
      visit.executeUpdate();
    }
  }

  @Override
  public String range() {
    return RANGE;
  }

  @Override
  public Future<?> check(SqlClient transaction, Instant now, JsonNode numbers) {
    return new PlainNumbers(zone)
        .start(transaction, now)
        .map(
            plain -> {
              assertEquals(plain, PlainNumbers.of(numbers), now.toString());
              return plain;
            });
  }
}
