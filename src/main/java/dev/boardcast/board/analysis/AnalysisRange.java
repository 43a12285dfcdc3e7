package dev.boardcast.board.analysis;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.LowerCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.math.BigDecimal;
import java.util.Map;

/**
 * The board's numbers of the messages of a range of time, as {@link AnalysisNumbers} has them of
 * the window; trends, topics in all and standing verdicts are of now only.
 *
 * @param activeAnalysisRuns those open when the range ends; null before the first was ever opened
 */
@JsonNaming(LowerCamelCaseStrategy.class)
record AnalysisRange(
    BigDecimal topicQualityScore,
    BigDecimal noiseRatio,
    BigDecimal classificationAccuracy,
    BigDecimal activeAnalysisRuns,
    long messages,
    long noise,
    long labelled,
    long correct,
    Map<String, AnalysisNumbers.Topic> topics) {

  static AnalysisRange of(Measures measures, Tally all, Map<String, Tally> topics) {
    return new AnalysisRange(
        measures.topicQualityScore(),
        measures.noiseRatio(),
        measures.classificationAccuracy(),
        measures.activeAnalysisRuns(),
        all.messages(),
        all.noise(),
        all.labelled(),
        all.correct(),
        AnalysisNumbers.Topic.of(topics));
  }
}
