package dev.boardcast.boards.platform;

import dev.boardcast.spi.AuditEntry;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.FactSink;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Stores the last known state of each transaction. A report replaces the stored state, unless
 *
 * <ul>
 *   <li>it changes nothing: a duplicate;
 *   <li>it has another status, both have a time, and its own is earlier: it was overtaken.
 * </ul>
 *
 * <p>A batch is applied in order, in one database transaction. Thread safe.
 */
final class TransactionStore implements FactSink<Transaction> {
  // The row lock orders concurrent reports of one transaction; triggers write the facts.
  private static final String REPORT =
      """
      INSERT INTO platform_transaction AS t
        (transaction_id, user_id, content_id, amount, status, occurred_at, is_timed, currency)
      SELECT transaction_id, user_id, content_id, amount::numeric, status,
             coalesce(reported_at, $8), reported_at IS NOT NULL, currency
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[],
                  $7::text[])
        AS r (transaction_id, user_id, content_id, amount, status, reported_at, currency)
      ON CONFLICT (transaction_id) DO UPDATE
        SET user_id = coalesce(excluded.user_id, t.user_id),
            content_id = coalesce(excluded.content_id, t.content_id),
            amount = excluded.amount,
            currency = coalesce(excluded.currency, t.currency),
            status = excluded.status,
            occurred_at = CASE WHEN excluded.is_timed OR excluded.status <> t.status
                               THEN excluded.occurred_at ELSE t.occurred_at END,
            is_timed = excluded.is_timed OR excluded.status = t.status AND t.is_timed
        WHERE (excluded.status <> t.status
               OR excluded.amount <> t.amount
               OR coalesce(excluded.currency <> coalesce(t.currency, ''), false)
               OR coalesce(excluded.user_id <> t.user_id, excluded.user_id IS NOT NULL)
               OR coalesce(excluded.content_id <> t.content_id, excluded.content_id IS NOT NULL)
               OR excluded.is_timed AND excluded.occurred_at <> t.occurred_at)
          AND NOT (excluded.status <> t.status AND excluded.is_timed AND t.is_timed
                   AND excluded.occurred_at < t.occurred_at)
      RETURNING transaction_id""";

  private static final int COLUMNS = 8;

  /** A report and its index in the batch. */
  private record Indexed(int index, Transaction report) {}

  // Two batches with the same transactions wait for each other in one order.
  private static final Comparator<Indexed> ORDER =
      Comparator.comparing(indexed -> indexed.report().transactionId());

  private final BoardContext context;
  private final String own;

  TransactionStore(BoardContext context) {
    this.context = context;
    own = context.config(PlatformConfig.class).currency();
  }

  @Override
  public Future<List<Outcome>> store(List<Transaction> reports) {
    return store(reports, Optional.empty());
  }

  @Override
  public Future<List<Outcome>> store(List<Transaction> reports, AuditEntry entry) {
    return store(reports, Optional.of(entry));
  }

  private Future<List<Outcome>> store(List<Transaction> reports, Optional<AuditEntry> entry) {
    var rounds = rounds(reports);
    var outcomes = new Outcome[reports.size()];
    OffsetDateTime now = context.clock().instant().atOffset(ZoneOffset.UTC);
    Future<Void> stored =
        rounds.size() == 1
            ? store(context.pool(), rounds.get(0), now, outcomes, entry)
            : context.pool().withTransaction(tx -> storeAll(tx, rounds, now, outcomes, entry));
    return stored.map(
        done -> {
          var all = List.of(outcomes);
          if (all.contains(Outcome.NEW)) context.factsCommitted(PlatformBoard.NAME);
          return all;
        });
  }

  /** Splits a batch so that no round has a transaction twice: a statement changes a row once. */
  private static List<List<Indexed>> rounds(List<Transaction> reports) {
    List<List<Indexed>> rounds = new ArrayList<>();
    Map<String, Integer> seen = new HashMap<>();
    for (int i = 0; i < reports.size(); i++) {
      var report = reports.get(i);
      int round = seen.merge(report.transactionId(), 1, Integer::sum) - 1;
      if (round == rounds.size()) rounds.add(new ArrayList<>());
      rounds.get(round).add(new Indexed(i, report));
    }
    rounds.forEach(round -> round.sort(ORDER));
    return rounds;
  }

  private Future<Void> storeAll(
      SqlClient tx,
      List<List<Indexed>> rounds,
      OffsetDateTime now,
      Outcome[] outcomes,
      Optional<AuditEntry> entry) {
    Future<Void> stored = store(tx, rounds.get(0), now, outcomes, entry);
    for (var round : rounds.subList(1, rounds.size())) {
      stored = stored.compose(before -> store(tx, round, now, outcomes, Optional.empty()));
    }
    return stored;
  }

  private Future<Void> store(
      SqlClient client,
      List<Indexed> round,
      OffsetDateTime now,
      Outcome[] outcomes,
      Optional<AuditEntry> entry) {
    Tuple columns = columns(round, now);
    return client
        .preparedQuery(entry.map(row -> row.with(COLUMNS)).orElse("") + REPORT)
        .execute(entry.map(row -> row.bind(columns)).orElse(columns))
        .map(
            rows -> {
              Set<String> changed = new HashSet<>();
              for (Row row : rows) changed.add(row.getString(0));
              for (Indexed each : round) {
                boolean isNew = changed.contains(each.report().transactionId());
                outcomes[each.index()] = isNew ? Outcome.NEW : Outcome.DUPLICATE;
              }
              return null;
            });
  }

  private Tuple columns(List<Indexed> rows, OffsetDateTime now) {
    return Tuple.tuple()
        .addArrayOfString(texts(rows, Transaction::transactionId))
        .addArrayOfString(texts(rows, Transaction::userId))
        .addArrayOfString(texts(rows, Transaction::contentId))
        .addArrayOfString(texts(rows, report -> report.amount().toPlainString()))
        .addArrayOfString(texts(rows, report -> report.status().stored()))
        .addArrayOfOffsetDateTime(
            rows.stream()
                .map(row -> row.report().occurredAt())
                .map(at -> at == null ? null : at.atOffset(ZoneOffset.UTC))
                .toArray(OffsetDateTime[]::new))
        .addArrayOfString(texts(rows, this::stored))
        .addOffsetDateTime(now);
  }

  /** A currency as it is stored: empty for the board's; null where the report names none. */
  private String stored(Transaction report) {
    return report.currency() == null || !report.currency().equals(own) ? report.currency() : "";
  }

  private static String[] texts(List<Indexed> rows, Function<Transaction, String> column) {
    return rows.stream().map(row -> column.apply(row.report())).toArray(String[]::new);
  }
}
