package dev.boardcast.boards.analysis;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.LowerCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.math.BigDecimal;
import java.util.Map;

/**
 * The board's numbers of the messages of a range of time, as {@link AnalysisSnapshot} has them of
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
    Map<String, AnalysisSnapshot.Topic> topics) {

  static AnalysisRange of(
      QualityMetrics measures, MessageTotals all, Map<String, MessageTotals> topics) {
    return new AnalysisRange(
        measures.topicQualityScore(),
        measures.noiseRatio(),
        measures.classificationAccuracy(),
        measures.activeAnalysisRuns(),
        all.messages(),
        all.noise(),
        all.labelled(),
        all.correct(),
        AnalysisSnapshot.Topic.of(topics));
  }
}
