package dev.boardcast.boards.routing;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.EarlyCheck;
import dev.boardcast.spi.FactTable;
import dev.boardcast.spi.Routes;
import java.util.List;
import java.util.Optional;

/** The routing board: decisions of an LLM router. */
public final class RoutingModule implements BoardModule {
  static final FactTable<Decision> DECISIONS =
      FactTable.of("routing_decision", Decision::eventId)
          .text("strategy", Decision::strategy)
          .text("provider", Decision::provider)
          .text("model", Decision::model)
          .decimal("confidence", Decision::confidence)
          .decimal("cost", Decision::cost)
          .time("decided_at", Decision::decidedAt);

  @Override
  public Optional<Board> board(BoardContext context) {
    return Optional.of(new RoutingBoard());
  }

  @Override
  public List<Routes> routes(BoardContext context) {
    var ingest =
        context.ingest().handler(Decision.class, DECISIONS.sink(context, RoutingBoard.NAME));
    return List.of(
        router ->
            EarlyCheck.on(router.post("/routing/decisions"), context.ingest()::authorize)
                .setName("addRoutingDecisions")
                .handler(ingest));
  }
}
