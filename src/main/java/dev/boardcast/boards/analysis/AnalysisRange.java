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
 * @param topicDrift against the time before the range that is as long
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
    long corrected,
    long confirmed,
    BigDecimal correctedAccuracy,
    BigDecimal topicDrift,
    Map<String, AnalysisSnapshot.Topic> topics,
    Map<String, Map<String, Long>> confusion) {

  static AnalysisRange of(
      QualityMetrics metrics,
      MessageTotals all,
      TopicDrift drift,
      Map<String, MessageTotals> topics,
      Map<String, Map<String, Long>> confusion) {
    return new AnalysisRange(
        metrics.topicQualityScore(),
        metrics.noiseRatio(),
        metrics.classificationAccuracy(),
        metrics.activeAnalysisRuns(),
        all.messages(),
        all.noise(),
        all.labelled(),
        all.correct(),
        all.corrected(),
        all.confirmed(),
        all.correctedAccuracy(),
        drift.divergence(),
        AnalysisSnapshot.Topic.of(topics, all, drift),
        confusion);
  }
}
