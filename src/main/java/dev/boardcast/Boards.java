package dev.boardcast;

import dev.boardcast.board.BoardModule;
import dev.boardcast.board.analysis.AnalysisModule;
import dev.boardcast.board.file.BadBoardFile;
import dev.boardcast.board.file.BoardFiles;
import dev.boardcast.board.pipeline.PipelineModule;
import dev.boardcast.board.platform.PlatformModule;
import dev.boardcast.board.routing.RoutingModule;
import dev.boardcast.board.tasks.TasksModule;
import java.nio.file.Path;
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

  /**
   * The boards of a directory such as {@code conf/boards}, one per file; add them to {@link
   * #BUILT_IN} and those of your own. Blocks.
   *
   * @param directory none there is the same as an empty one
   * @throws BadBoardFile for the first that makes no board: file, line and reason. What only the
   *     database can tell, such as an unknown column, {@link Boardcast#deploy} fails with
   */
  public static List<BoardModule> ofFiles(Path directory) {
    return BoardFiles.read(directory);
  }
}
