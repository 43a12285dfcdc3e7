package dev.boardcast.boards.pipeline;

import java.util.List;

/** The board's snapshot. */
record PipelineSnapshot(
    ScrapingHealth scrapingHealth,
    DataQuality dataQuality,
    List<Anomaly> anomalies,
    List<Alert> alerts) {}
