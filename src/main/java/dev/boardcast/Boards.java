package dev.boardcast;

import dev.boardcast.board.BoardModule;
import dev.boardcast.board.analysis.AnalysisModule;
import dev.boardcast.board.pipeline.PipelineModule;
import dev.boardcast.board.platform.PlatformModule;
import dev.boardcast.board.routing.RoutingModule;
import dev.boardcast.board.tasks.TasksModule;
import java.util.List;

/** The boards that come with Boardcast. A new one is one line here. */
public final class Boards {
  /** With everything by default. */
  public static final List<BoardModule> BUILT_IN = of(BoardsConfig.DEFAULTS);

  private Boards() {}

  public static List<BoardModule> of(BoardsConfig config) {
    return List.of(
        new TasksModule(),
        new RoutingModule(),
        new AnalysisModule(config.analysis()),
        new PlatformModule(config.platform()),
        new PipelineModule(config.pipeline()));
  }
}
