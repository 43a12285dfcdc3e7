package dev.boardcast.boards.pipeline;

import dev.boardcast.bus.FactsHintPublisher;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.Routes;
import java.util.List;
import java.util.Optional;

/** Scrapers, the quality of what they bring, and alerts. */
public final class PipelineModule implements BoardModule {
  private final PipelineConfig config;

  public PipelineModule() {
    this(PipelineConfig.DEFAULTS);
  }

  public PipelineModule(PipelineConfig config) {
    this.config = config;
  }

  @Override
  public Optional<Board> board(BoardContext context) {
    return Optional.of(new PipelineBoard(config, context.outbox()));
  }

  @Override
  public List<Routes> routes(BoardContext context) {
    var hints = new FactsHintPublisher(context.vertx(), context.bus(), PipelineBoard.NAME);
    var store = new PipelineStore(context.pool(), hints, context.clock());
    return List.of(
        new PipelineRoutes(context.http(), context.ingestNeedsRole(), store),
        new QualityRoutes(
            context.pool(), context.visibility().apply(PipelineBoard.NAME), context.clock()));
  }

  @Override
  public List<String> webSocketPaths() {
    return List.of("/api/v1/ws/monitoring/pipeline-status", "/ws/monitoring/pipeline-status");
  }

  @Override
  public List<String> streams() {
    return List.of(AlertState.STREAM);
  }
}
