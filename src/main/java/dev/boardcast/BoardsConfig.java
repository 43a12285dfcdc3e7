package dev.boardcast;

import dev.boardcast.board.analysis.AnalysisConfig;
import dev.boardcast.board.pipeline.PipelineConfig;
import dev.boardcast.board.platform.PlatformConfig;

/** What the boards that come with Boardcast are told. The same on every node of a cluster. */
public record BoardsConfig(
    AnalysisConfig analysis, PlatformConfig platform, PipelineConfig pipeline) {
  public static final BoardsConfig DEFAULTS =
      new BoardsConfig(AnalysisConfig.DEFAULTS, PlatformConfig.DEFAULTS, PipelineConfig.DEFAULTS);
}
