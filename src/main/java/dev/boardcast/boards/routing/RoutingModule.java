package dev.boardcast.boards.routing;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.EarlyCheck;
import dev.boardcast.spi.FactTable;
import dev.boardcast.spi.Routes;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The routing board: decisions of an LLM router. */
public final class RoutingModule implements BoardModule {
  static final FactTable<Decision> DECISIONS =
      FactTable.of("routing_decision", Decision::eventId)
          .text("strategy", Decision::strategy)
          .text("provider", Decision::provider)
          .text("model", Decision::model)
          .decimal("confidence", Decision::confidence)
          .decimal("cost", Decision::cost)
          .time("decided_at", Decision::decidedAt)
          .integer("input_tokens", Decision::inputTokens)
          .integer("output_tokens", Decision::outputTokens)
          .integer("cached_tokens", Decision::cachedTokens)
          .integer("reasoning_tokens", Decision::reasoningTokens)
          .integer("latency_ms", Decision::latencyMs)
          .text("status", Decision::storedStatus)
          .text("user_id", Decision::user)
          .text("team", Decision::team)
          .text("api_key", Decision::key)
          .text("tags", Decision::storedTags);

  @Override
  public List<String> streams() {
    return List.of(BudgetStore.STREAM);
  }

  @Override
  public Set<String> eventTypes() {
    return Set.of(BudgetStore.REACHED);
  }

  @Override
  public Optional<Board> board(BoardContext context) {
    return Optional.of(new RoutingBoard(context.events()));
  }

  @Override
  public List<Routes> routes(BoardContext context) {
    var ingest =
        context
            .ingest()
            .handler(
                Decision.class,
                new PricedSink(context, DECISIONS.sink(context, RoutingBoard.NAME)));
    return List.of(
        new CostRoutes(context),
        router ->
            EarlyCheck.on(router.post("/routing/decisions"), context.ingest()::authorize)
                .setName("addRoutingDecisions")
                .handler(ingest));
  }
}
