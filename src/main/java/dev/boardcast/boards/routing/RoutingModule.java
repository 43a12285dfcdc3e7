package dev.boardcast.boards.routing;

import dev.boardcast.bus.FactsHintPublisher;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.Routes;
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
    var hints = new FactsHintPublisher(context.vertx(), context.bus(), board.name());
    var store = new RoutingStore(context.pool(), hints, context.clock());
    return List.of(new RoutingRoutes(context.http(), context.ingestNeedsRole(), store));
  }
}
