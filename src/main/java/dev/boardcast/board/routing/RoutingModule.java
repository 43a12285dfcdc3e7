package dev.boardcast.board.routing;

import dev.boardcast.board.BoardContext;
import dev.boardcast.board.BoardModule;
import dev.boardcast.bus.FactsHints;
import dev.boardcast.http.Routes;
import dev.boardcast.metric.Board;
import java.util.List;
import java.util.Optional;

/** Decisions of an LLM router. */
public final class RoutingModule implements BoardModule {
  private final Board board = new RoutingBoard();

  @Override
  public Optional<Board> board() {
    return Optional.of(board);
  }

  @Override
  public List<Routes> routes(BoardContext context) {
    var hints = new FactsHints(context.vertx(), context.bus(), board.name());
    var store = new RoutingStore(context.pool(), hints, context.clock());
    return List.of(new RoutingRoutes(context.http(), context.ingestNeedsRole(), store));
  }
}
