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
 * @param corrected messages whose true label a person has given
 * @param confirmed those of them that were classified correctly
 * @param topicDrift see {@link TopicDrift}; against the window before
 * @param topicCount all topics, with and without messages
 * @param feedback current verdicts on all proposals
 * @param topics the largest topics in the window, by name, the largest first
 * @param confusion see {@link Confusion}
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
    long corrected,
    long confirmed,
    BigDecimal correctedAccuracy,
    BigDecimal topicDrift,
    long topicCount,
    long schedules,
    Verdicts feedback,
    Map<String, Topic> topics,
    Map<String, Map<String, Long>> confusion) {

  record Verdicts(long approved, long rejected) {}

  /**
   * The metrics of one topic's messages in the window.
   *
   * @param share of all messages in the window, those of other topics and of none too
   * @param shareChange in percentage points, against the window before
   */
  @JsonNaming(LowerCamelCaseStrategy.class)
  record Topic(
      long messages,
      long noise,
      long labelled,
      long correct,
      BigDecimal qualityScore,
      BigDecimal noiseRatio,
      BigDecimal classificationAccuracy,
      BigDecimal share,
      BigDecimal shareChange) {
    private static Topic of(MessageTotals totals, BigDecimal share, BigDecimal before) {
      return new Topic(
          totals.messages(),
          totals.noise(),
          totals.labelled(),
          totals.correct(),
          totals.quality(),
          totals.noiseRatio(),
          totals.accuracy(),
          share,
          share == null || before == null ? null : Percent.tidy(share.subtract(before)));
    }

    /**
     * The largest topics.
     *
     * @param all the messages of all topics and of none
     */
    static Map<String, Topic> of(
        Map<String, MessageTotals> totals, MessageTotals all, TopicDrift drift) {
      var byName = new LinkedHashMap<String, Topic>();
      totals.forEach(
          (name, ofTopic) ->
              byName.put(
                  name,
                  of(ofTopic, Percent.of(ofTopic.messages(), all.messages()), drift.share(name))));
      return byName;
    }
  }

  static AnalysisSnapshot of(
      MessageTotals all,
      RecordCounts counts,
      Trends.Before before,
      TopicDrift drift,
      Map<String, MessageTotals> topics,
      Map<String, Map<String, Long>> confusion) {
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
        all.corrected(),
        all.confirmed(),
        all.correctedAccuracy(),
        drift.divergence(),
        counts.topics(),
        counts.schedules(),
        new Verdicts(counts.approved(), counts.rejected()),
        Topic.of(topics, all, drift),
        confusion);
  }
}
