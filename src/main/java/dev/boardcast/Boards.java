package dev.boardcast;

import dev.boardcast.boards.analysis.AnalysisModule;
import dev.boardcast.boards.pipeline.PipelineModule;
import dev.boardcast.boards.platform.PlatformModule;
import dev.boardcast.boards.routing.RoutingModule;
import dev.boardcast.boards.tasks.TasksModule;
import dev.boardcast.boards.yaml.BoardFiles;
import dev.boardcast.boards.yaml.InvalidBoardFileException;
import dev.boardcast.spi.BoardModule;
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
   * @throws InvalidBoardFileException for the first that makes no board: file, line and reason.
   *     What only the database can tell, such as an unknown column, {@link Boardcast#deploy} fails
   *     with
   */
  public static List<BoardModule> ofFiles(Path directory) {
    return BoardFiles.read(directory);
  }
}
