package dev.boardcast.erasure;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.FactsCommitted;
import dev.boardcast.database.Lease;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Runs one erasure: ends the user's sessions, changes all tables, has boards recompute what
 * follows, and begins again until a round finds nothing. After a crash it begins with the first
 * round; what was changed stays so.
 */
final class ErasureJob {
  private static final int MAX_ROUNDS = 20;
  private static final int POLL_MILLIS = 200;
  private static final int MAX_POLLS = 36_000;

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
  private static final String OPEN_RECOMPUTATIONS =
      "SELECT board FROM board_recompute WHERE finished_at IS NULL AND board = ANY ($1)";
  private static final String RECOMPUTE =
      """
      INSERT INTO board_recompute AS r (board, requested_at)
      SELECT substr(name, 7), clock_timestamp() FROM lease
      WHERE name LIKE 'board.%' AND substr(name, 7) = ANY ($1)
      ON CONFLICT (board) DO UPDATE
        SET requested_at = excluded.requested_at, finished_at = NULL, wrong_rows = NULL,
            error = NULL""";
  private static final String REVOCATIONS = "DELETE FROM revocation WHERE user_id = $1";

  private final Vertx vertx;
  private final ErasureContext context;
  private final Lease lease;
  private final long token;
  private final Erasure erasure;
  private final TableSweep sweep;
  private final Set<String> forms;
  // Tables in which the last round found the user.
  private final Set<String> last = new TreeSet<>();

  ErasureJob(Vertx vertx, ErasureContext context, Lease lease, long token, Erasure erasure) {
    this.vertx = vertx;
    this.context = context;
    this.lease = lease;
    this.token = token;
    this.erasure = erasure;
    sweep = new TableSweep(context.pool(), lease, token, erasure);
    forms = new NamePattern(erasure.user()).forms();
  }

  /**
   * Runs until the user is nowhere, or counts only.
   *
   * @return fails with {@link dev.boardcast.spi.LeaseLostException} when another node goes on
   */
  Future<Void> run() {
    var tables = TableCatalog.read(context.pool(), context.boards().get());
    if (erasure.dryRun()) return tables.compose(this::list).compose(done -> finish(null));
    return context
        .revoke()
        .apply(erasure.user())
        .compose(revoked -> execute(OWNERS))
        .compose(owned -> rounds(MAX_ROUNDS, false))
        .compose(error -> execute(REVOCATIONS).compose(gone -> finish(error)));
  }

  private Future<Void> list(List<SweptTable> tables) {
    Future<Void> listed = ErasureStore.reset(context.pool(), erasure.id());
    for (SweptTable table : tables) {
      listed =
          listed
              .compose(before -> sweep.count(table))
              .compose(
                  rows ->
                      rows == 0
                          ? Future.succeededFuture()
                          : ErasureStore.count(context.pool(), erasure.id(), table.name(), rows));
    }
    return listed;
  }

  /** Completes with null, or with the reason why the user is still found. */
  private Future<String> rounds(int left, boolean wasClean) {
    if (left == 0) {
      return Future.succeededFuture(
          "rows of this user still arrive in %s; stop their source and erase again"
              .formatted(String.join(", ", last)));
    }
    return TableCatalog.read(context.pool(), context.boards().get())
        .compose(this::round)
        .compose(
            found -> {
              if (found > 0) return rounds(left - 1, false);
              if (wasClean) return Future.succeededFuture(null);
              // What was on its way when the tables were clean has arrived by then.
              return wait((int) context.settle().toMillis())
                  .compose(waited -> rounds(left - 1, true));
            });
  }

  private Future<Long> round(List<SweptTable> tables) {
    last.clear();
    Future<Long> found = Future.succeededFuture(0L);
    Set<String> stale = new HashSet<>();
    for (SweptTable table : tables) {
      if (table.isRollup()) continue;
      found = found.compose(before -> changed(table).map(rows -> before + rows));
      if (table.name().equals("board_state")) {
        found = found.onSuccess(rows -> context.boards().get().forEach(b -> stale.add(b.name())));
      }
    }
    return found
        .compose(rows -> recompute(tables).map(boards -> rows + boards))
        .onSuccess(rows -> hint(rows > 0 ? stale : Set.of()))
        // A copy may contain a longer name: those that were ended say nothing.
        .compose(rows -> context.purge().apply(forms).map(rows));
  }

  private Future<Long> changed(SweptTable table) {
    return sweep
        .count(table)
        .compose(
            rows ->
                rows == 0
                    ? Future.succeededFuture(0L)
                    : sweep.change(table).map(changed -> Math.max(rows, changed)))
        .onSuccess(rows -> found(table, rows));
  }

  private void found(SweptTable table, long rows) {
    if (rows > 0) last.add(table.name());
  }

  /** Recomputes the boards whose rollups name the user; returns how many. */
  private Future<Long> recompute(List<SweptTable> tables) {
    Set<String> boards = new TreeSet<>();
    Future<?> searched = Future.succeededFuture();
    for (SweptTable table : tables) {
      if (!table.isRollup()) continue;
      searched =
          searched
              .compose(before -> sweep.count(table))
              .onSuccess(
                  rows -> {
                    found(table, rows);
                    if (rows > 0) boards.add(table.board().get());
                  });
    }
    return searched.compose(
        found -> {
          if (boards.isEmpty()) return Future.succeededFuture(0L);
          var names = new ArrayList<>(boards).toArray(String[]::new);
          // One that runs already may have read the facts before they were changed.
          return finished(names, MAX_POLLS)
              .compose(ready -> context.pool().preparedQuery(RECOMPUTE).execute(named(names)))
              .onSuccess(requested -> hint(boards))
              .compose(requested -> finished(names, MAX_POLLS))
              .map(done -> (long) boards.size());
        });
  }

  private Future<Void> finished(String[] boards, int polls) {
    return context
        .pool()
        .preparedQuery(OPEN_RECOMPUTATIONS)
        .execute(named(boards))
        .compose(
            open -> {
              if (open.size() == 0) return Future.succeededFuture();
              if (polls == 0) {
                List<String> waiting = new ArrayList<>();
                for (Row row : open) waiting.add(row.getString(0));
                return Future.failedFuture("boards were not recomputed: " + waiting);
              }
              return wait(POLL_MILLIS).compose(waited -> finished(boards, polls - 1));
            });
  }

  private Future<Void> finish(String error) {
    return context
        .pool()
        .withTransaction(
            tx ->
                lease
                    .renew(tx, token)
                    .compose(held -> ErasureStore.finish(tx, erasure.id(), error)));
  }

  private void hint(Set<String> boards) {
    boards.forEach(
        board -> context.bus().publish(Addresses.FACTS_HINTS, new FactsCommitted(board)));
  }

  private Future<Void> wait(int millis) {
    return vertx.timer(millis, TimeUnit.MILLISECONDS).mapEmpty();
  }

  private Future<?> execute(String sql) {
    return context.pool().preparedQuery(sql).execute(Tuple.of(erasure.user()));
  }

  private static Tuple named(String[] boards) {
    return Tuple.tuple().addArrayOfString(boards);
  }
}
