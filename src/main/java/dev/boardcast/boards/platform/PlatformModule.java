package dev.boardcast.boards.platform;

import dev.boardcast.bus.FactsHintPublisher;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.Routes;
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
    var hints = new FactsHintPublisher(context.vertx(), context.bus(), board.name());
    return List.of(
        new PlatformRoutes(
            context.http(),
            context.ingestNeedsRole(),
            config.currency(),
            new TransactionStore(context.pool(), hints, context.clock()),
            new ActivityStore(context.pool(), hints, context.clock())));
  }
}
