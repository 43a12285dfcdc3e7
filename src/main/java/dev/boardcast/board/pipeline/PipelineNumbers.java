package dev.boardcast.board.pipeline;

import java.util.List;

/** The board's snapshot. */
record PipelineNumbers(
    ScrapingHealth scrapingHealth,
    DataQuality dataQuality,
    List<Anomaly> anomalies,
    List<Alert> alerts) {}
