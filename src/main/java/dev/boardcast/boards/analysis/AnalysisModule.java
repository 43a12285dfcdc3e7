package dev.boardcast.boards.analysis;

import dev.boardcast.bus.FactsHintPublisher;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.Routes;
import java.util.List;
import java.util.Optional;

/** Topics, messages, analysis runs and feedback. */
public final class AnalysisModule implements BoardModule {
  private final Board board;

  /** Over the last seven days. */
  public AnalysisModule() {
    this(AnalysisConfig.DEFAULTS);
  }

  public AnalysisModule(AnalysisConfig config) {
    board = new AnalysisBoard(config);
  }

  @Override
  public Optional<Board> board() {
    return Optional.of(board);
  }

  @Override
  public List<Routes> routes(BoardContext context) {
    var hints = new FactsHintPublisher(context.vertx(), context.bus(), board.name());
    var door = new AccessRules(context.ingestNeedsRole(), context.visibility().apply(board.name()));
    var desk =
        new SingleChange(door, context.pool(), context.idempotency(), hints, context.clock());
    var messages = new MessageStore(context.pool(), hints, context.clock());
    return List.of(
        new MessageRoutes(context.http(), door, messages),
        new TopicRoutes(desk),
        new RunRoutes(desk),
        new FeedbackRoutes(desk));
  }
}
