package dev.boardcast.board.routing;

import dev.boardcast.bus.FactsHints;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Writes decisions. Thread safe. */
public final class RoutingStore {
  private static final String INSERT =
      """
      INSERT INTO routing_decision
        (event_id, strategy, provider, model, confidence, cost, decided_at)
      SELECT event_id, strategy, provider, model, confidence::numeric, cost::numeric, decided_at
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                  $7::timestamptz[])
        AS d (event_id, strategy, provider, model, confidence, cost, decided_at)
      ON CONFLICT (event_id) DO NOTHING
      RETURNING event_id""";

  // Two batches that share event ids wait for each other in the same order, not crosswise.
  private static final Comparator<Decision> ORDER =
      Comparator.comparing(Decision::eventId, Comparator.nullsFirst(Comparator.naturalOrder()));

  private final Pool pool;
  private final FactsHints hints;
  private final Clock clock;

  /**
   * @param hints of the routing board
   * @param clock for decisions that do not say when they were made
   */
  public RoutingStore(Pool pool, FactsHints hints, Clock clock) {
    this.pool = pool;
    this.hints = hints;
    this.clock = clock;
  }

  /**
   * Stores decisions in one statement, leaving out those whose event id is known.
   *
   * @return for each decision, in order, whether it was new; of several with one event id the first
   *     counts as new. Completes after commit; fails with nothing stored
   */
  public Future<List<Boolean>> add(List<Decision> decisions) {
    List<Decision> sorted = new ArrayList<>(decisions);
    sorted.sort(ORDER);
    return pool.preparedQuery(INSERT)
        .execute(columns(sorted))
        .map(inserted -> isNew(decisions, inserted));
  }

  private Tuple columns(List<Decision> rows) {
    OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
    return Tuple.tuple()
        .addArrayOfString(texts(rows, Decision::eventId))
        .addArrayOfString(texts(rows, Decision::strategy))
        .addArrayOfString(texts(rows, Decision::provider))
        .addArrayOfString(texts(rows, Decision::model))
        .addArrayOfString(texts(rows, row -> plain(row.confidence())))
        .addArrayOfString(texts(rows, row -> plain(row.cost())))
        .addArrayOfOffsetDateTime(
            rows.stream().map(row -> time(row.decidedAt(), now)).toArray(OffsetDateTime[]::new));
  }

  private List<Boolean> isNew(List<Decision> decisions, RowSet<Row> inserted) {
    if (inserted.size() > 0) hints.committed();
    Set<String> fresh = new HashSet<>();
    for (Row row : inserted) fresh.add(row.getString(0));
    return decisions.stream()
        .map(decision -> decision.eventId() == null || fresh.remove(decision.eventId()))
        .toList();
  }

  private static String[] texts(List<Decision> rows, Function<Decision, String> column) {
    return rows.stream().map(column).toArray(String[]::new);
  }

  private static String plain(BigDecimal number) {
    return number == null ? null : number.toPlainString();
  }

  private static OffsetDateTime time(Instant told, OffsetDateTime now) {
    return told == null ? now : told.atOffset(ZoneOffset.UTC);
  }
}
