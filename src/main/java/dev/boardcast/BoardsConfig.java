package dev.boardcast;

import dev.boardcast.boards.analysis.AnalysisConfig;
import dev.boardcast.boards.pipeline.PipelineConfig;
import dev.boardcast.boards.platform.PlatformConfig;

/** What the boards that come with Boardcast are told. The same on every node of a cluster. */
public record BoardsConfig(
    AnalysisConfig analysis, PlatformConfig platform, PipelineConfig pipeline) {
  public static final BoardsConfig DEFAULTS =
      new BoardsConfig(AnalysisConfig.DEFAULTS, PlatformConfig.DEFAULTS, PipelineConfig.DEFAULTS);
}
