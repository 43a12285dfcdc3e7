package dev.boardcast.board.pipeline;

import dev.boardcast.bus.RawJson;
import dev.boardcast.metric.Board;
import dev.boardcast.metric.MetricDescription;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A board that does more in the transaction of its fold. */
final class HookedBoard implements Board {
  static final Function<SqlClient, Future<?>> NOTHING = tx -> Future.succeededFuture();

  /** Ends the connection. */
  static final Function<SqlClient, Future<?>> DIE =
      tx -> tx.query("SELECT pg_terminate_backend(pg_backend_pid())").execute();

  private static final String KILL =
      "SELECT pg_terminate_backend(pg_backend_pid()) WHERE $1::pg_snapshot IS NOT NULL";

  private final Board board;

  /** Before which of the fold's statements the connection ends; none below 0. */
  volatile int diesBefore = -1;

  /** Runs before the fold's own, with the watermark; null for none. */
  volatile String firstStatement;

  volatile Function<SqlClient, Future<?>> beforeSnapshot = NOTHING;
  volatile Function<SqlClient, Future<?>> afterSnapshot = NOTHING;

  HookedBoard(Board board) {
    this.board = board;
  }

  @Override
  public String name() {
    return board.name();
  }

  @Override
  public String title() {
    return board.title();
  }

  @Override
  public List<MetricDescription> metrics() {
    return board.metrics();
  }

  @Override
  public List<String> facts() {
    return board.facts();
  }

  @Override
  public List<String> fold() {
    var statements = new ArrayList<>(board.fold());
    if (diesBefore >= 0) statements.add(Math.min(diesBefore, statements.size()), KILL);
    if (firstStatement != null) statements.add(0, firstStatement);
    return statements;
  }

  @Override
  public List<String> rollups() {
    return board.rollups();
  }

  @Override
  public Future<RawJson> snapshot(SqlClient transaction, Instant now) {
    return beforeSnapshot
        .apply(transaction)
        .compose(ready -> board.snapshot(transaction, now))
        .compose(numbers -> afterSnapshot.apply(transaction).map(numbers));
  }
}
