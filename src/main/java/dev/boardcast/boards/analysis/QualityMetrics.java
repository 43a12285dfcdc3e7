package dev.boardcast.boards.analysis;

import java.math.BigDecimal;

/** The four numbers of the board at one moment, as shown; null where nothing was known. */
record QualityMetrics(
    BigDecimal topicQualityScore,
    BigDecimal noiseRatio,
    BigDecimal classificationAccuracy,
    BigDecimal activeAnalysisRuns) {

  static QualityMetrics of(MessageTotals messages, BigDecimal openRuns) {
    return new QualityMetrics(
        messages.quality(), messages.noiseRatio(), messages.accuracy(), openRuns);
  }
}
