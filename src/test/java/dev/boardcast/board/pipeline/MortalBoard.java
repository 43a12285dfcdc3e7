package dev.boardcast.board.pipeline;

import dev.boardcast.bus.RawJson;
import dev.boardcast.metric.Board;
import dev.boardcast.metric.MetricDescription;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Instant;
import java.util.List;

/** A board whose connection may end between its numbers and their commit. */
final class MortalBoard implements Board {
  private final Board board;

  /** Whether the next snapshots are the last thing their connection does. */
  volatile boolean dies;

  MortalBoard(Board board) {
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
    return board.fold();
  }

  @Override
  public List<String> rollups() {
    return board.rollups();
  }

  @Override
  public Future<RawJson> snapshot(SqlClient transaction, Instant now) {
    return board
        .snapshot(transaction, now)
        .compose(
            numbers ->
                dies
                    ? transaction
                        .query("SELECT pg_terminate_backend(pg_backend_pid())")
                        .execute()
                        .map(numbers)
                    : Future.succeededFuture(numbers));
  }
}
