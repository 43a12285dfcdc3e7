package dev.boardcast.boards.analysis;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.LowerCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.math.BigDecimal;
import java.util.Map;

/**
 * The metrics of a time range, with the meaning they have in {@link AnalysisSnapshot} for the
 * window. Metrics that exist for the present only are left out.
 *
 * @param activeAnalysisRuns runs open at the end of the range; null before the first run was opened
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
      QualityMetrics metrics, MessageTotals all, Map<String, MessageTotals> topics) {
    return new AnalysisRange(
        metrics.topicQualityScore(),
        metrics.noiseRatio(),
        metrics.classificationAccuracy(),
        metrics.activeAnalysisRuns(),
        all.messages(),
        all.noise(),
        all.labelled(),
        all.correct(),
        AnalysisSnapshot.Topic.of(topics));
  }
}
