package dev.boardcast.erasure;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.FactsCommitted;
import dev.boardcast.erasure.ErasureStore.Waiting;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Has boards recompute their rollups after facts were renamed, and waits a while for it. What is
 * still to be done is stored with the erasure, so that another run goes on. Confined to one event
 * loop.
 */
final class StaleBoards {
  private static final int POLL_MILLIS = 200;
  // Longer ones go on while other erasures run.
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration NOBODY = Duration.ofSeconds(5);

  private static final String EARLIER = "an earlier recomputation is not finished";
  private static final String UNFINISHED = "its recomputation is not finished";
  private static final String NO_NODE = "no node computes it";
  private static final String FAILED =
      "its recomputation failed; the log of the node that computes it says why";

  private static final String STATES =
      """
      SELECT b AS board, l.expires_at > clock_timestamp() AS is_held,
             r.board IS NOT NULL AND r.finished_at IS NULL AS is_open, r.error
      FROM unnest($1::text[]) AS b JOIN lease l ON l.name = 'board.' || b
      LEFT JOIN board_recompute r ON r.board = b""";
  private static final String REQUEST =
      """
      INSERT INTO board_recompute AS r (board, requested_at)
      SELECT b, clock_timestamp() FROM unnest($1::text[]) AS b
      ON CONFLICT (board) DO UPDATE
        SET requested_at = excluded.requested_at, finished_at = NULL, wrong_rows = NULL,
            error = NULL""";

  private final Vertx vertx;
  private final ErasureContext context;
  private final UUID id;
  // Recomputed since their facts were changed last.
  private final Set<String> fresh = new HashSet<>();
  // Not asked again in this run.
  private final Set<String> failed = new HashSet<>();

  StaleBoards(Vertx vertx, ErasureContext context, UUID id) {
    this.vertx = vertx;
    this.context = context;
    this.id = id;
  }

  /** Facts of these boards were changed, which is stored already. */
  void changed(Set<String> boards) {
    fresh.removeAll(boards);
  }

  /**
   * The rollups of a board name the user; true unless it was recomputed since the facts were
   * changed.
   */
  Future<Boolean> found(String board) {
    if (fresh.contains(board)) return Future.succeededFuture(false);
    return ErasureStore.waiting(context.pool(), id)
        .compose(
            now -> {
              if (now.waits().containsKey(board) || !now.stale().add(board)) {
                return Future.succeededFuture();
              }
              return ErasureStore.setWaiting(context.pool(), id, now);
            })
        .map(true);
  }

  /**
   * Has stale boards recompute.
   *
   * @return why some are not recomputed; empty when all are
   */
  Future<Map<String, String>> settle() {
    return settle(System.nanoTime());
  }

  private Future<Map<String, String>> settle(long startNanos) {
    return ErasureStore.waiting(context.pool(), id)
        .compose(this::step)
        .compose(
            waits -> {
              long waited = System.nanoTime() - startNanos;
              boolean isHopeless =
                  !waits.containsValue(UNFINISHED)
                      && !waits.containsValue(EARLIER)
                      && waited > NOBODY.toNanos();
              if (waits.isEmpty() || isHopeless || waited > PATIENCE.toNanos()) {
                return Future.succeededFuture(waits);
              }
              return vertx
                  .timer(POLL_MILLIS, TimeUnit.MILLISECONDS)
                  .compose(again -> settle(startNanos));
            });
  }

  private Future<Map<String, String>> step(Waiting before) {
    Set<String> boards = new TreeSet<>(before.stale());
    boards.addAll(before.waits().keySet());
    if (boards.isEmpty()) return Future.succeededFuture(Map.of());
    return context
        .pool()
        .preparedQuery(STATES)
        .execute(named(boards))
        .compose(states -> step(before, boards, states));
  }

  private Future<Map<String, String>> step(Waiting before, Set<String> boards, RowSet<Row> states) {
    // One that no node has ever computed has no rollups.
    fresh.addAll(boards);
    var after = new Waiting(new TreeSet<>(), new HashMap<>());
    Set<String> asked = new TreeSet<>();
    for (Row row : states) {
      String board = row.getString("board");
      fresh.remove(board);
      boolean isHeld = row.getBoolean("is_held");
      boolean isOpen = row.getBoolean("is_open");
      if (failed.contains(board)) {
        after.stale().add(board);
        after.waits().put(board, FAILED);
      } else if (before.stale().contains(board)) {
        // One that runs already may have read the facts before they were changed.
        if (isOpen) after.stale().add(board);
        else asked.add(board);
        after.waits().put(board, !isHeld ? NO_NODE : isOpen ? EARLIER : UNFINISHED);
      } else if (isOpen) {
        after.waits().put(board, isHeld ? UNFINISHED : NO_NODE);
      } else if (row.getString("error") != null) {
        failed.add(board);
        after.stale().add(board);
        after.waits().put(board, FAILED);
      } else {
        fresh.add(board);
      }
    }
    Future<?> requested =
        asked.isEmpty()
            ? Future.succeededFuture()
            : context.pool().preparedQuery(REQUEST).execute(named(asked));
    // Asked twice after a crash in between, which is harmless.
    return requested
        .onSuccess(done -> asked.forEach(this::hint))
        .compose(
            done ->
                after.stale().equals(before.stale()) && after.waits().equals(before.waits())
                    ? Future.succeededFuture()
                    : ErasureStore.setWaiting(context.pool(), id, after))
        .map(after.waits());
  }

  private void hint(String board) {
    context.bus().publish(Addresses.FACTS_HINTS, new FactsCommitted(board));
  }

  private static Tuple named(Set<String> boards) {
    return Tuple.tuple().addArrayOfString(boards.toArray(String[]::new));
  }
}
