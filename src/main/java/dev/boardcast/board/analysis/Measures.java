package dev.boardcast.board.analysis;

import java.math.BigDecimal;

/** The four numbers of the board at one moment, as shown; null where nothing was known. */
record Measures(
    BigDecimal topicQualityScore,
    BigDecimal noiseRatio,
    BigDecimal classificationAccuracy,
    BigDecimal activeAnalysisRuns) {

  static Measures of(Tally messages, BigDecimal openRuns) {
    return new Measures(messages.quality(), messages.noiseRatio(), messages.accuracy(), openRuns);
  }
}
