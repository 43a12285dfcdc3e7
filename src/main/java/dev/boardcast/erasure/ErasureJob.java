package dev.boardcast.erasure;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.FactsCommitted;
import dev.boardcast.bus.Revocation;
import dev.boardcast.database.Lease;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one erasure: refuses the user's tokens, changes all tables, has boards recompute what
 * follows, and begins again until a round finds nothing that follows the end of all transactions
 * that were open before it. After a crash it begins with the first round; what was changed stays
 * so.
 */
final class ErasureJob {
  private static final Logger LOG = LoggerFactory.getLogger(ErasureJob.class);
  private static final int MAX_ROUNDS = 20;
  private static final int POLL_MILLIS = 200;
  private static final Duration MAX_TRANSACTION = Duration.ofMinutes(5);
  private static final Duration SHOWN_AFTER = Duration.ofSeconds(2);
  private static final String TRANSACTION = "a transaction";

  private static final String STILL_OPEN =
      "a transaction that may write the name was open for longer than %d minutes (%s);"
          + " erase again when it has ended";

  // Teams keep an owner: who has been there longest.
  private static final String OWNERS =
      """
      UPDATE team_member m SET is_owner = true
      FROM (SELECT DISTINCT ON (o.team_id) o.team_id, o.user_id
            FROM team_member mine JOIN team_member o ON o.team_id = mine.team_id
            WHERE mine.user_id = $1 AND mine.is_owner AND o.user_id <> $1 AND o.removed_at IS NULL
              AND NOT EXISTS (SELECT FROM team_member x WHERE x.team_id = mine.team_id
                              AND x.user_id <> $1 AND x.is_owner)
            ORDER BY o.team_id, o.added_at, o.user_id) AS oldest
      WHERE (m.team_id, m.user_id) = (oldest.team_id, oldest.user_id)""";

  // What they contain cannot be searched. Those that are not sent yet are kept until the tables are
  // clean.
  private static final String DOCUMENTS =
      """
      DELETE FROM report_document d
      WHERE created_at < $1 AND ($2 OR NOT EXISTS (
        SELECT FROM alert_delivery a WHERE a.id = d.id AND a.state = 'waiting'))""";

  // Facts that are being dropped may name the user in sealed sums when that is committed.
  private static final String AFTER_SEALS = "LOCK TABLE fact_seal IN SHARE MODE";

  private final Vertx vertx;
  private final ErasureContext context;
  private final Lease lease;
  private final long token;
  private final Erasure erasure;
  private final TableSweep sweep;
  private final StaleBoards boards;
  private final Set<String> forms;
  // Tables in which the last round found the user.
  private final Set<String> last = new TreeSet<>();
  private final Set<String> changedTables = new TreeSet<>();

  ErasureJob(Vertx vertx, ErasureContext context, Lease lease, long token, Erasure erasure) {
    this.vertx = vertx;
    this.context = context;
    this.lease = lease;
    this.token = token;
    this.erasure = erasure;
    sweep = new TableSweep(context.pool(), lease, token, erasure);
    boards = new StaleBoards(vertx, context, erasure.id());
    forms = new NamePattern(erasure.user()).forms();
  }

  /** How a run of rounds has ended: clean, given up, or with boards that are not recomputed yet. */
  private record Outcome(String error, Map<String, String> waits) {
    static final Outcome CLEAN = new Outcome(null, Map.of());
  }

  /**
   * Runs until the user is nowhere, or counts only.
   *
   * @return whether it is finished; otherwise it is set aside until some boards are recomputed.
   *     Fails with {@link dev.boardcast.spi.LeaseLostException} when another node goes on
   */
  Future<Boolean> run() {
    if (erasure.dryRun()) {
      return tables()
          .compose(new RowListing(context.pool(), erasure, RowListing.LIMIT)::run)
          .compose(listed -> finish(null))
          .map(true);
    }
    return ErasureStore.begin(context.pool(), erasure.id())
        .compose(begun -> context.pool().withTransaction(tx -> tx.query(AFTER_SEALS).execute()))
        .compose(locked -> context.users().shutOut(erasure.user()))
        .compose(refused -> execute(OWNERS))
        .compose(owned -> rounds(MAX_ROUNDS, null))
        .compose(
            outcome ->
                outcome.waits().isEmpty()
                    ? forgetStatistics().compose(done -> finish(outcome.error())).map(true)
                    : postpone(outcome.waits()).map(false));
  }

  /**
   * Finishes, and forgets the user.
   *
   * @param error null if it has succeeded
   */
  Future<Void> finish(String error) {
    if (erasure.dryRun()) return conclude(error).mapEmpty();
    return conclude(error).onSuccess(context.users()::announce).mapEmpty();
  }

  // The name leaves revocations and the request together: after a crash both are there.
  private Future<List<Revocation>> conclude(String error) {
    return context
        .pool()
        .withTransaction(
            tx ->
                lease
                    .renew(tx, token)
                    .compose(
                        held ->
                            erasure.dryRun()
                                ? Future.succeededFuture(List.<Revocation>of())
                                : context.users().forget(tx, erasure.user(), erasure.pseudonym()))
                    .compose(changed -> ErasureStore.finish(tx, erasure.id(), error).map(changed)));
  }

  private Future<Void> postpone(Map<String, String> waits) {
    LOG.warn("erasure {} waits: {}", erasure.id(), new TreeMap<>(waits));
    return ErasureStore.postpone(context.pool(), erasure.id(), false);
  }

  private Future<List<SweptTable>> tables() {
    return TableCatalog.read(context.pool(), context.boards().get());
  }

  /**
   * @param cleanSince when the round before began, if it found nothing
   */
  private Future<Outcome> rounds(int left, Instant cleanSince) {
    if (left == 0) {
      return Future.succeededFuture(
          new Outcome(
              "rows of this user still arrive in %s; stop their source and erase again"
                  .formatted(String.join(", ", last)),
              Map.of()));
    }
    Instant now = Instant.now();
    return tables()
        .compose(this::round)
        .compose(
            found ->
                boards
                    .settle()
                    .compose(
                        waits -> {
                          if (!waits.isEmpty()) {
                            return Future.succeededFuture(new Outcome(null, waits));
                          }
                          return dropDocuments(cleanSince)
                              // A copy may contain a longer name: those that were ended say
                              // nothing.
                              .compose(dropped -> context.purge().apply(forms))
                              .compose(
                                  purged -> {
                                    if (found) return rounds(left - 1, null);
                                    return cleanSince == null
                                        ? outlast(left, now)
                                        : Future.succeededFuture(Outcome.CLEAN);
                                  });
                        }));
  }

  /** Waits for what was on its way when the tables were clean, and looks once more. */
  private Future<Outcome> outlast(int left, Instant cleanSince) {
    return OpenTransactions.now(context.pool())
        .compose(
            open ->
                wait((int) context.settle().toMillis())
                    .compose(waited -> ended(open, System.nanoTime())))
        .compose(
            still ->
                rounds(left - 1, cleanSince)
                    .map(
                        outcome ->
                            still.isEmpty() || outcome.error() != null || !outcome.waits().isEmpty()
                                ? outcome
                                : new Outcome(
                                    STILL_OPEN.formatted(MAX_TRANSACTION.toMinutes(), still.get()),
                                    Map.of())));
  }

  /** Completes with a transaction that does not end in time, or empty when all have ended. */
  private Future<Optional<String>> ended(OpenTransactions open, long startNanos) {
    return open.open(context.pool())
        .compose(
            still -> {
              long waited = System.nanoTime() - startNanos;
              if (still.isEmpty() || waited > MAX_TRANSACTION.toNanos()) {
                return show(Optional.empty()).map(still);
              }
              return (waited > SHOWN_AFTER.toNanos() ? show(still) : Future.succeededFuture())
                  .compose(shown -> wait(POLL_MILLIS))
                  .compose(again -> ended(open, startNanos));
            });
  }

  private Future<Void> show(Optional<String> transaction) {
    Map<String, String> waits = new HashMap<>();
    transaction.ifPresent(which -> waits.put(TRANSACTION, which + " has not ended"));
    return ErasureStore.setWaiting(
        context.pool(), erasure.id(), new ErasureStore.Waiting(Set.of(), waits));
  }

  /** Whether the round found the user. */
  private Future<Boolean> round(List<SweptTable> tables) {
    last.clear();
    Set<String> hinted = new HashSet<>();
    Future<Void> swept = Future.succeededFuture();
    for (SweptTable table : tables) {
      if (table.isRollup()) continue;
      swept = swept.compose(before -> change(table, hinted));
    }
    for (SweptTable table : tables) {
      if (table.isRollup()) swept = swept.compose(before -> look(table));
    }
    return swept.map(
        done -> {
          hinted.forEach(this::hint);
          return !last.isEmpty();
        });
  }

  private Future<Void> change(SweptTable table, Set<String> hinted) {
    Set<String> counting = new HashSet<>();
    context.boards().get().stream()
        .filter(board -> board.facts().contains(table.root()) && !board.rollups().isEmpty())
        .forEach(board -> counting.add(board.name()));
    return sweep
        .isFound(table)
        .compose(
            found ->
                found
                    ? sweep
                        .change(table, counting)
                        .<Void>map(rows -> changed(table, counting, hinted))
                    : Future.succeededFuture());
  }

  private Void changed(SweptTable table, Set<String> counting, Set<String> hinted) {
    last.add(table.root());
    changedTables.add(table.root());
    boards.changed(counting);
    if (table.name().equals("board_state")) {
      context.boards().get().forEach(board -> hinted.add(board.name()));
    }
    return null;
  }

  private Future<Void> look(SweptTable table) {
    return sweep
        .isFound(table)
        .compose(found -> found ? boards.found(table.board().get()) : Future.succeededFuture(false))
        .map(
            isStale -> {
              if (isStale) {
                last.add(table.root());
                changedTables.add(table.root());
              }
              return null;
            });
  }

  /** Drops drawn reports that may show the user. */
  private Future<Void> dropDocuments(Instant cleanSince) {
    Instant before = cleanSince == null ? Instant.now() : cleanSince.plus(context.settle());
    return context
        .pool()
        .preparedQuery(DOCUMENTS)
        .execute(Tuple.of(OffsetDateTime.ofInstant(before, ZoneOffset.UTC), cleanSince != null))
        .mapEmpty();
  }

  /** Frequent values of columns are statistics of the planner; the latest do not have the name. */
  private Future<Void> forgetStatistics() {
    Future<Void> analyzed = Future.succeededFuture();
    for (String table : changedTables) {
      analyzed =
          analyzed.compose(
              before ->
                  context
                      .pool()
                      .query("ANALYZE \"" + table.replace("\"", "\"\"") + '"')
                      .execute()
                      .<Void>mapEmpty()
                      .otherwiseEmpty());
    }
    return analyzed;
  }

  private void hint(String board) {
    context.bus().publish(Addresses.FACTS_HINTS, new FactsCommitted(board));
  }

  private Future<Void> wait(int millis) {
    return vertx.timer(millis, TimeUnit.MILLISECONDS).mapEmpty();
  }

  private Future<?> execute(String sql) {
    return context.pool().preparedQuery(sql).execute(Tuple.of(erasure.user()));
  }
}
