package dev.boardcast.boards.platform;

import dev.boardcast.bus.FactsHintPublisher;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Keeps what is known of each transaction. A report replaces what was known before, except when
 *
 * <ul>
 *   <li>it says nothing new: a duplicate;
 *   <li>it has another status and both say when, it the earlier time: it was overtaken on its way.
 * </ul>
 *
 * Thread safe.
 */
public final class TransactionStore {
  // The row lock puts concurrent reports of one transaction in order; see the table's triggers.
  private static final String REPORT =
      """
      INSERT INTO platform_transaction AS t
        (transaction_id, user_id, content_id, amount, status, occurred_at, is_timed)
      SELECT transaction_id, user_id, content_id, amount::numeric, status,
             coalesce(told_at, $7), told_at IS NOT NULL
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
        AS r (transaction_id, user_id, content_id, amount, status, told_at)
      ON CONFLICT (transaction_id) DO UPDATE
        SET user_id = coalesce(excluded.user_id, t.user_id),
            content_id = coalesce(excluded.content_id, t.content_id),
            amount = excluded.amount,
            status = excluded.status,
            occurred_at = CASE WHEN excluded.is_timed OR excluded.status <> t.status
                               THEN excluded.occurred_at ELSE t.occurred_at END,
            is_timed = excluded.is_timed OR excluded.status = t.status AND t.is_timed
        WHERE (excluded.status <> t.status
               OR excluded.amount <> t.amount
               OR coalesce(excluded.user_id <> t.user_id, excluded.user_id IS NOT NULL)
               OR coalesce(excluded.content_id <> t.content_id, excluded.content_id IS NOT NULL)
               OR excluded.is_timed AND excluded.occurred_at <> t.occurred_at)
          AND NOT (excluded.status <> t.status AND excluded.is_timed AND t.is_timed
                   AND excluded.occurred_at < t.occurred_at)
      RETURNING transaction_id""";

  /** A report and its place in the batch. */
  private record Placed(int place, Transaction report) {}

  // Two batches that share transactions wait for each other in the same order, not crosswise.
  private static final Comparator<Placed> ORDER =
      Comparator.comparing(placed -> placed.report().transactionId());

  private final Pool pool;
  private final FactsHintPublisher hints;
  private final Clock clock;

  /**
   * @param hints of the platform board
   * @param clock for reports that do not say when
   */
  public TransactionStore(Pool pool, FactsHintPublisher hints, Clock clock) {
    this.pool = pool;
    this.hints = hints;
    this.clock = clock;
  }

  /**
   * Takes reports in their order, in one transaction.
   *
   * @return for each report whether it changed what is known. Completes after commit; fails with
   *     nothing stored
   */
  public Future<List<Boolean>> add(List<Transaction> reports) {
    var rounds = rounds(reports);
    var isNew = new Boolean[reports.size()];
    OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
    Future<Void> stored =
        rounds.size() == 1
            ? store(pool, rounds.get(0), now, isNew)
            : pool.withTransaction(tx -> storeAll(tx, rounds, now, isNew));
    return stored.map(
        done -> {
          var outcomes = List.of(isNew);
          if (outcomes.contains(true)) hints.committed();
          return outcomes;
        });
  }

  /**
   * One statement changes a row once: the first reports of all, then the second ones, and so on.
   */
  private static List<List<Placed>> rounds(List<Transaction> reports) {
    List<List<Placed>> rounds = new ArrayList<>();
    Map<String, Integer> seen = new HashMap<>();
    for (int place = 0; place < reports.size(); place++) {
      var report = reports.get(place);
      int round = seen.merge(report.transactionId(), 1, Integer::sum) - 1;
      if (round == rounds.size()) rounds.add(new ArrayList<>());
      rounds.get(round).add(new Placed(place, report));
    }
    rounds.forEach(round -> round.sort(ORDER));
    return rounds;
  }

  private static Future<Void> storeAll(
      SqlClient tx, List<List<Placed>> rounds, OffsetDateTime now, Boolean[] isNew) {
    Future<Void> stored = Future.succeededFuture();
    for (var round : rounds) stored = stored.compose(before -> store(tx, round, now, isNew));
    return stored;
  }

  private static Future<Void> store(
      SqlClient client, List<Placed> round, OffsetDateTime now, Boolean[] isNew) {
    return client
        .preparedQuery(REPORT)
        .execute(columns(round, now))
        .map(
            rows -> {
              Set<String> changed = new HashSet<>();
              for (Row row : rows) changed.add(row.getString(0));
              for (Placed placed : round) {
                isNew[placed.place()] = changed.contains(placed.report().transactionId());
              }
              return null;
            });
  }

  private static Tuple columns(List<Placed> rows, OffsetDateTime now) {
    return Tuple.tuple()
        .addArrayOfString(texts(rows, Transaction::transactionId))
        .addArrayOfString(texts(rows, Transaction::userId))
        .addArrayOfString(texts(rows, Transaction::contentId))
        .addArrayOfString(texts(rows, report -> report.amount().toPlainString()))
        .addArrayOfString(texts(rows, report -> report.status().stored()))
        .addArrayOfOffsetDateTime(
            rows.stream()
                .map(row -> row.report().occurredAt())
                .map(told -> told == null ? null : told.atOffset(ZoneOffset.UTC))
                .toArray(OffsetDateTime[]::new))
        .addOffsetDateTime(now);
  }

  private static String[] texts(List<Placed> rows, Function<Transaction, String> column) {
    return rows.stream().map(row -> column.apply(row.report())).toArray(String[]::new);
  }
}
