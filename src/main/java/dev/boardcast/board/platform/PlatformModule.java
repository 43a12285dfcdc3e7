package dev.boardcast.board.platform;

import dev.boardcast.board.BoardContext;
import dev.boardcast.board.BoardModule;
import dev.boardcast.bus.FactsHints;
import dev.boardcast.http.Routes;
import dev.boardcast.metric.Board;
import java.util.List;
import java.util.Optional;

/** Revenue and users of a platform. */
public final class PlatformModule implements BoardModule {
  private final PlatformConfig config;
  private final Board board;

  public PlatformModule() {
    this(PlatformConfig.DEFAULTS);
  }

  public PlatformModule(PlatformConfig config) {
    this.config = config;
    board = new PlatformBoard(config);
  }

  @Override
  public Optional<Board> board() {
    return Optional.of(board);
  }

  @Override
  public List<Routes> routes(BoardContext context) {
    var hints = new FactsHints(context.vertx(), context.bus(), board.name());
    return List.of(
        new PlatformRoutes(
            context.http(),
            context.ingestNeedsRole(),
            config.currency(),
            new TransactionStore(context.pool(), hints, context.clock()),
            new VisitStore(context.pool(), hints, context.clock())));
  }
}
