package dev.boardcast.metrics.history;

import dev.boardcast.engine.BoardsByName;
import dev.boardcast.engine.SnapshotSource;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardPart;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Clock;

/** Reads the history of boards for sessions. Thread safe. */
public final class BoardHistory {
  private final Vertx vertx;
  private final BoardsByName boards;
  private final SnapshotSource snapshots;
  private final HistoryQueryLimiter queryLimiter;
  private final Clock clock;

  /**
   * @param snapshots by which parts of boards are kept up to date
   * @param queryLimiter that of the node's HTTP API
   */
  public BoardHistory(
      Vertx vertx,
      BoardsByName boards,
      SnapshotSource snapshots,
      HistoryQueryLimiter queryLimiter,
      Clock clock) {
    this.vertx = vertx;
    this.boards = boards;
    this.snapshots = snapshots;
    this.queryLimiter = queryLimiter;
    this.clock = clock;
  }

  /**
   * Reads series of a board, or of a part of one that the caller may see.
   *
   * @return fails with a problem when a parameter is wrong, or too many wait
   */
  public Future<RawJson> read(String name, MultiMap parameters) {
    Board board = boards.find(name).orElseThrow(() -> Problem.notFound("this board"));
    var query =
        QueryParameters.of(parameters, HistoryRequest.REPEATABLE, HistoryRequest.PARAMETERS);
    var request = HistoryRequest.of(query, false, board, clock.instant());
    return kept(snapshots, board.name())
        .compose(
            kept ->
                queryLimiter.run(
                    pool ->
                        HistorySeries.read(pool, board.name(), request.range(), request.metrics())))
        .compose(
            rows ->
                vertx.executeBlocking(
                    () -> {
                      var series = HistorySeries.of(rows, request.range(), request.metrics());
                      byte[] json = HistoryFormat.json(name, series).getBytes();
                      return RawJson.of(new String(json, StandardCharsets.UTF_8));
                    },
                    false));
  }

  /**
   * The history of a part begins when it is first asked for, also where its past is all that is.
   * Where it cannot be kept up to date now, what is known of its past is read all the same.
   */
  static Future<?> kept(SnapshotSource snapshots, String board) {
    return BoardPart.isPart(board)
        ? snapshots.latest(board).otherwiseEmpty()
        : Future.succeededFuture();
  }
}
