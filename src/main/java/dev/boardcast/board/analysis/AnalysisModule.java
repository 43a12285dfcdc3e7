package dev.boardcast.board.analysis;

import dev.boardcast.board.BoardContext;
import dev.boardcast.board.BoardModule;
import dev.boardcast.bus.FactsHints;
import dev.boardcast.http.Routes;
import dev.boardcast.metric.Board;
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
    var hints = new FactsHints(context.vertx(), context.bus(), board.name());
    var door = new Door(context.ingestNeedsRole(), context.visibility().apply(board.name()));
    var desk = new Desk(door, context.pool(), context.idempotency(), hints, context.clock());
    var messages = new MessageStore(context.pool(), hints, context.clock());
    return List.of(
        new MessageRoutes(context.http(), door, messages),
        new TopicRoutes(desk),
        new RunRoutes(desk),
        new FeedbackRoutes(desk));
  }
}
