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
  public static final List<BoardModule> BUILT_IN =
      List.of(
          new TasksModule(),
          new RoutingModule(),
          new AnalysisModule(),
          new PlatformModule(),
          new PipelineModule());

  private Boards() {}
}
