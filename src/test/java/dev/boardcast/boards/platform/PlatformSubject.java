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

/** Transactions that change or are retracted, views and activities, of four users. */
public final class PlatformSubject implements FoldSubject {
  private static final String REPORT =
      """
      INSERT INTO platform_transaction AS t
        (transaction_id, user_id, amount, status, occurred_at, is_timed)
      VALUES (?, ?, ?, ?, ?, true)
      ON CONFLICT (transaction_id) DO UPDATE
        SET user_id = excluded.user_id, amount = excluded.amount, status = excluded.status,
            occurred_at = excluded.occurred_at""";
  private static final String TAKE_BACK =
      "DELETE FROM platform_transaction WHERE transaction_id = ?";
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

  private static final String RANGE =
      """
      WITH t AS (SELECT * FROM platform_transaction WHERE occurred_at >= $1 AND occurred_at < $2),
        v AS (SELECT count(*) AS n FROM platform_view WHERE at >= $1 AND at < $2)
      SELECT '/revenue/total', coalesce(sum(amount) FILTER (WHERE status = 'completed'), 0) FROM t
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
    return List.of("platform_transaction");
  }

  @Override
  public void insert(Connection writer, Fact fact) throws SQLException {
    String user = "u" + fact.key();
    if (fact.kind() < 5) report(writer, fact, user);
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
      }
      report.executeUpdate();
    }
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
