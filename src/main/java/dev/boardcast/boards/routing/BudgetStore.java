package dev.boardcast.boards.routing;

import dev.boardcast.spi.EventPublisher;
import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.data.Numeric;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Stores budgets, reads what is spent of them from the rollups, and tells each threshold once in a
 * period, in the transaction of the fold.
 *
 * <p>Decisions count in the period of their own time: one ahead of the clock counts in its period
 * at once, a late one of an earlier period changes nothing now.
 */
final class BudgetStore {
  /** The stream of the events. */
  static final String STREAM = "budgets";

  static final String REACHED = "budget_reached";

  /** The greatest number of budgets. */
  static final int MAX = 200;

  // The thresholds of a budget that is raised or removed are told again when they are reached.
  private static final String SET =
      """
      WITH forgotten AS (
        DELETE FROM routing_budget_told t USING routing_budget b
        WHERE b.scope = $1 AND b.name = $2 AND b.period = $3 AND b.amount < $4::text::numeric
          AND (t.scope, t.name, t.period) = (b.scope, b.name, b.period)
      )
      INSERT INTO routing_budget (scope, name, period, amount, thresholds)
      SELECT $1::text, $2::text, $3::text, $4::text::numeric, $5::integer[]
      WHERE (SELECT count(*) FROM routing_budget) < %d
         OR EXISTS (SELECT FROM routing_budget WHERE scope = $1 AND name = $2 AND period = $3)
      ON CONFLICT (scope, name, period) DO UPDATE
        SET amount = excluded.amount, thresholds = excluded.thresholds"""
          .formatted(MAX);
  private static final String REMOVE =
      """
      WITH forgotten AS (
        DELETE FROM routing_budget_told WHERE scope = $1 AND name = $2 AND period = $3
      )
      DELETE FROM routing_budget WHERE scope = $1 AND name = $2 AND period = $3""";
  private static final String SPENT =
      """
      SELECT b.*, p.starts,
             (SELECT coalesce(sum(u.cost_sum), 0) FROM routing_usage u
              WHERE u.dimension = b.scope AND u.name = b.name
                AND u.bucket >= p.starts AND u.bucket < p.ends) AS spent
      FROM routing_budget b
        CROSS JOIN LATERAL (
          SELECT t AT TIME ZONE 'UTC' AS starts,
                 (t + ('1 ' || b.period)::interval) AT TIME ZONE 'UTC' AS ends
          FROM date_trunc(b.period, $1::timestamptz AT TIME ZONE 'UTC') AS t) AS p
      ORDER BY scope, name, period""";
  private static final String TELL =
      """
      WITH told AS (
        INSERT INTO routing_budget_told (scope, name, period, starts, threshold)
        SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::integer[])
        ON CONFLICT DO NOTHING RETURNING scope, name, period, threshold
      ), forgotten AS (
        DELETE FROM routing_budget_told
        WHERE starts < (SELECT min(s) FROM unnest($4::timestamptz[]) s) - interval '400 days'
      )
      SELECT * FROM told ORDER BY scope, name, period, threshold""";

  /**
   * A budget and what is spent of it.
   *
   * @param starts of the present period
   */
  record State(Budget budget, Instant starts, BigDecimal spent) {
    /** In percent of the amount, with two decimals. */
    BigDecimal percent() {
      return spent
          .movePointRight(2)
          .divide(budget.amount(), 2, RoundingMode.HALF_UP)
          .stripTrailingZeros();
    }

    private boolean isBeyond(int threshold) {
      return spent.movePointRight(2).compareTo(budget.amount().multiply(new BigDecimal(threshold)))
          >= 0;
    }

    /** As in the snapshot. */
    Shown shown() {
      return new Shown(spent, budget.amount(), percent());
    }
  }

  /** A budget in the snapshot. */
  record Shown(BigDecimal spent, BigDecimal amount, BigDecimal percent) {}

  /** The data of an event. */
  record Reached(
      Budget.Scope scope,
      String name,
      Budget.Period period,
      Instant periodStart,
      int threshold,
      BigDecimal amount,
      BigDecimal spent) {}

  private record Due(State state, int threshold) {}

  private BudgetStore() {}

  /** Stores a budget, in place of one of the same scope, name and period. */
  static Future<Budget> set(SqlClient tx, Budget budget) {
    return tx.preparedQuery(SET)
        .execute(
            Tuple.tuple()
                .addString(budget.scope().stored())
                .addString(budget.name())
                .addString(budget.period().stored())
                .addString(budget.amount().toPlainString())
                .addArrayOfInteger(budget.thresholds().toArray(Integer[]::new)))
        .map(
            rows -> {
              if (rows.rowCount() == 0) {
                throw Problem.of(409, "Too many budgets", "at most " + MAX + " budgets are stored");
              }
              return budget;
            });
  }

  /** Removes a budget, if there is one. */
  static Future<Void> remove(SqlClient tx, String scope, String name, String period) {
    return tx.preparedQuery(REMOVE).execute(Tuple.of(scope, name, period)).mapEmpty();
  }

  /** All budgets with what is spent in the present period, by scope and name. */
  static Future<List<State>> spent(SqlClient client, Instant now) {
    return client
        .preparedQuery(SPENT)
        .execute(Tuple.of(now.atOffset(ZoneOffset.UTC)))
        .map(
            rows -> {
              var states = new ArrayList<State>(rows.size());
              for (Row row : rows) states.add(state(row));
              return states;
            });
  }

  /** Tells the thresholds that are reached and were not told in this period. */
  static Future<Void> tell(
      SqlClient transaction, EventPublisher events, List<State> states, Instant now) {
    var due = new ArrayList<Due>();
    for (State state : states) {
      for (int threshold : state.budget().thresholds()) {
        if (state.isBeyond(threshold)) due.add(new Due(state, threshold));
      }
    }
    if (due.isEmpty()) return Future.succeededFuture();
    return transaction
        .preparedQuery(TELL)
        .execute(
            Tuple.tuple()
                .addArrayOfString(
                    due.stream()
                        .map(each -> each.state().budget().scope().stored())
                        .toArray(String[]::new))
                .addArrayOfString(
                    due.stream().map(each -> each.state().budget().name()).toArray(String[]::new))
                .addArrayOfString(
                    due.stream()
                        .map(each -> each.state().budget().period().stored())
                        .toArray(String[]::new))
                .addArrayOfOffsetDateTime(
                    due.stream()
                        .map(each -> each.state().starts().atOffset(ZoneOffset.UTC))
                        .toArray(OffsetDateTime[]::new))
                .addArrayOfInteger(due.stream().map(Due::threshold).toArray(Integer[]::new)))
        .compose(
            told -> {
              var news = new ArrayList<NewEvent>();
              for (Row row : told) news.add(event(row, states, now));
              return news.isEmpty()
                  ? Future.succeededFuture()
                  : events.append(transaction, news).mapEmpty();
            });
  }

  private static NewEvent event(Row row, List<State> states, Instant now) {
    String key =
        row.getString("scope") + ":" + row.getString("name") + ":" + row.getString("period");
    State state =
        states.stream().filter(each -> each.budget().key().equals(key)).findFirst().orElseThrow();
    Budget budget = state.budget();
    var data =
        new Reached(
            budget.scope(),
            budget.name(),
            budget.period(),
            state.starts(),
            row.getInteger("threshold"),
            budget.amount(),
            state.spent());
    return new NewEvent(UUID.randomUUID(), REACHED, List.of(STREAM), RawJson.encode(data), now);
  }

  private static State state(Row row) {
    return new State(
        new Budget(
            Budget.Scope.of(row.getString("scope")),
            row.getString("name"),
            Budget.Period.of(row.getString("period")),
            number(row, "amount"),
            List.of(row.getArrayOfIntegers("thresholds"))),
        row.getOffsetDateTime("starts").toInstant(),
        number(row, "spent"));
  }

  private static BigDecimal number(Row row, String column) {
    BigDecimal number = row.get(Numeric.class, column).bigDecimalValue();
    return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
  }
}
