package dev.boardcast.boards.analysis;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.LowerCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The board's snapshot. Percentages have one to four decimals, and are null without data.
 *
 * @param messages messages in the window; {@code noise}, {@code labelled} and {@code correct} count
 *     some of these
 * @param labelled messages that have both a predicted and a true label
 * @param topicCount all topics, with and without messages
 * @param feedback current verdicts on all proposals
 * @param topics the largest topics in the window, by name, the largest first
 */
@JsonNaming(LowerCamelCaseStrategy.class)
record AnalysisSnapshot(
    BigDecimal topicQualityScore,
    BigDecimal noiseRatio,
    BigDecimal classificationAccuracy,
    long activeAnalysisRuns,
    Trends trends,
    long messages,
    long noise,
    long labelled,
    long correct,
    long topicCount,
    Verdicts feedback,
    Map<String, Topic> topics) {

  record Verdicts(long approved, long rejected) {}

  /** The metrics of one topic's messages in the window. */
  @JsonNaming(LowerCamelCaseStrategy.class)
  record Topic(
      long messages,
      long noise,
      long labelled,
      long correct,
      BigDecimal qualityScore,
      BigDecimal noiseRatio,
      BigDecimal classificationAccuracy) {
    static Topic of(MessageTotals totals) {
      return new Topic(
          totals.messages(),
          totals.noise(),
          totals.labelled(),
          totals.correct(),
          totals.quality(),
          totals.noiseRatio(),
          totals.accuracy());
    }

    static Map<String, Topic> of(Map<String, MessageTotals> totals) {
      var byName = new LinkedHashMap<String, Topic>();
      totals.forEach((name, ofTopic) -> byName.put(name, of(ofTopic)));
      return byName;
    }
  }

  static AnalysisSnapshot of(
      MessageTotals all,
      RecordCounts counts,
      Trends.Before before,
      Map<String, MessageTotals> topics) {
    var now = QualityMetrics.of(all, BigDecimal.valueOf(counts.openRuns()));
    return new AnalysisSnapshot(
        now.topicQualityScore(),
        now.noiseRatio(),
        now.classificationAccuracy(),
        counts.openRuns(),
        Trends.of(now, before),
        all.messages(),
        all.noise(),
        all.labelled(),
        all.correct(),
        counts.topics(),
        new Verdicts(counts.approved(), counts.rejected()),
        Topic.of(topics));
  }
}
