package dev.boardcast.metrics.history;

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
import java.util.List;

/** Reads the history of boards for sessions. Thread safe. */
public final class BoardHistory {
  private final Vertx vertx;
  private final List<Board> boards;
  private final HistoryQueryLimiter queryLimiter;
  private final Clock clock;

  /**
   * @param queryLimiter that of the node's HTTP API
   */
  public BoardHistory(
      Vertx vertx, List<Board> boards, HistoryQueryLimiter queryLimiter, Clock clock) {
    this.vertx = vertx;
    this.boards = List.copyOf(boards);
    this.queryLimiter = queryLimiter;
    this.clock = clock;
  }

  /**
   * Reads series of a board, or of a part of one that the caller may see.
   *
   * @return fails with a problem when a parameter is wrong, or too many wait
   */
  public Future<RawJson> read(String name, MultiMap parameters) {
    Board board = board(name);
    var query =
        QueryParameters.of(parameters, HistoryRequest.REPEATABLE, HistoryRequest.PARAMETERS);
    var request = HistoryRequest.of(query, false, board, clock.instant());
    return queryLimiter
        .run(pool -> HistorySeries.read(pool, board.name(), request.range(), request.metrics()))
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

  private Board board(String name) {
    BoardPart part = BoardPart.parse(name).orElseThrow(() -> Problem.notFound("this board"));
    Board whole =
        boards.stream()
            .filter(candidate -> candidate.name().equals(part.board()))
            .findFirst()
            .orElseThrow(() -> Problem.notFound("this board"));
    if (part.values().isEmpty()) return whole;
    return whole.parts().orElseThrow(() -> Problem.notFound("this board")).board(part);
  }
}
