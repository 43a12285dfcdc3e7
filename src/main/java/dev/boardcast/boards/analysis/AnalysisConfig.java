package dev.boardcast.boards.analysis;

import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import java.time.Duration;

/** What the analysis board counts. Nothing stored depends on it. */
@SettingGroup("Analysis board")
public record AnalysisConfig(
    @Setting(
            key = "analysis-window",
            defaultValue = "7d",
            min = "15m", // one step of WindowEdge
            description = "How far back messages are counted.")
        Duration window) {}
