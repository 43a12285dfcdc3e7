package dev.boardcast.boards.analysis;

import java.math.BigDecimal;

/** The four metrics of the contract at one time; null where there was no data. */
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
