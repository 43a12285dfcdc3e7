package dev.boardcast.boards.analysis;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.LowerCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The board's snapshot. Percent have one to four decimals; null where nothing is known.
 *
 * @param messages in the window, as {@code noise}, {@code labelled} and {@code correct} are
 * @param labelled messages that have both a predicted and a true label
 * @param topicCount of all topics
 * @param feedback standing verdicts on all proposals
 * @param topics the largest, by name
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

  /** The same numbers of one topic's messages. */
  @JsonNaming(LowerCamelCaseStrategy.class)
  record Topic(
      long messages,
      long noise,
      long labelled,
      long correct,
      BigDecimal qualityScore,
      BigDecimal noiseRatio,
      BigDecimal classificationAccuracy) {
    static Topic of(MessageTotals tally) {
      return new Topic(
          tally.messages(),
          tally.noise(),
          tally.labelled(),
          tally.correct(),
          tally.quality(),
          tally.noiseRatio(),
          tally.accuracy());
    }

    /** In the same order. */
    static Map<String, Topic> of(Map<String, MessageTotals> tallies) {
      var byName = new LinkedHashMap<String, Topic>();
      tallies.forEach((name, tally) -> byName.put(name, of(tally)));
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
