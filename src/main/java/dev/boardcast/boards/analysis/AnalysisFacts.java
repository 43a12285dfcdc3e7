package dev.boardcast.boards.analysis;

import dev.boardcast.spi.MetricFacts;
import dev.boardcast.spi.MetricFacts.Key;
import dev.boardcast.spi.MetricFacts.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;

/** The facts behind each metric of {@link AnalysisBoard}. */
final class AnalysisFacts {
  private static final MetricFacts MESSAGES =
      MetricFacts.of(
              "analysis_message AS m LEFT JOIN analysis_topic AS t ON t.id = m.topic_id"
                  + " LEFT JOIN analysis_label AS l ON l.message_id = m.id"
                  + " CROSS JOIN LATERAL (SELECT coalesce(l.true_label, m.true_label) AS true_label,"
                  + " coalesce(l.correct, m.correct) AS correct) AS c",
              "m.at",
              Key.NUMBER,
              "m.id")
          .time("sent_at", "m.at")
          .column("topic_id", "m.topic_id")
          .column("topic", "t.name")
          .column("predicted_topic_id", "m.predicted_topic_id")
          .column("predicted_label", "m.predicted_label")
          .column("true_label", "c.true_label")
          .column("correct", "c.correct")
          .column("confidence", "m.confidence")
          .column("noise", "m.noise")
          .column("event_id", "m.event_id")
          .column("id", "m.id::text")
          .column("corrected_by", "l.corrected_by")
          .time("corrected_at", "l.corrected_at");
  private static final MetricFacts RUNS =
      MetricFacts.of("analysis_run", "opened_at", Key.TEXT, "id")
          .time("opened_at", "opened_at")
          .column("id", "id")
          .column("trigger_type", "trigger_type")
          .column("schedule_id", "schedule_id::text")
          .time("time_window_start", "time_window_start")
          .time("time_window_end", "time_window_end")
          .time("closed_at", "closed_at");
  private static final MetricFacts TOPICS =
      MetricFacts.of("analysis_topic", "created_at", Key.TEXT, "id")
          .time("created_at", "created_at")
          .column("id", "id")
          .column("name", "name")
          .column("description", "description");
  private static final MetricFacts SCHEDULES =
      MetricFacts.of("analysis_schedule", "created_at", Key.TEXT, "id::text")
          .time("created_at", "created_at")
          .column("id", "id::text")
          .column("name", "name")
          .time("next_at", "next_at")
          .time("last_at", "last_at");
  // As Confusion shows them: the predicted label, a blank, the true one.
  private static final String CONFUSION =
      "coalesce((SELECT name FROM analysis_topic WHERE id = m.predicted_label), m.predicted_label)"
          + " || ' ' || CASE WHEN c.correct THEN coalesce((SELECT name FROM analysis_topic WHERE id"
          + " = m.predicted_label), m.predicted_label) ELSE coalesce((SELECT name FROM"
          + " analysis_topic WHERE id = c.true_label), c.true_label) END";
  private static final MetricFacts VERDICTS =
      MetricFacts.of("analysis_feedback", "given_at", Key.TEXT, "(proposal_id || ' ' || user_id)")
          .time("given_at", "given_at")
          .column("proposal_id", "proposal_id")
          .column("user_id", "user_id")
          .column("verdict", "verdict");
  private static final String QUALITY =
      "the mean over topics, weighted by messages, of the share that is not noise times the mean"
          + " confidence of that share, in percent";

  private AnalysisFacts() {}

  /**
   * The facts of a metric.
   *
   * @param window the time that the board's metrics cover
   */
  static MetricFacts of(String metric, Duration window) {
    if (metric.startsWith("trends.")) return ofTrend(metric.split("\\."), window);
    if (metric.startsWith("topics.*.")) {
      return ofMessages(metric.substring("topics.*.".length()), now -> since(now, window))
          .groupedBy("t.name");
    }
    return switch (metric) {
      case "activeAnalysisRuns" -> RUNS.where("closed_at IS NULL");
      case "topicCount" -> TOPICS;
      case "schedules" -> SCHEDULES;
      case "topicDrift" ->
          MESSAGES
              .during(now -> Span.since(edge(now.minus(window.multipliedBy(2)))))
              .other(
                  "the Jensen–Shannon divergence of the shares of topics in the window and in the"
                      + " one before it");
      case "confusion.*.*" ->
          ofMessages("labelled", now -> since(now, window)).groupedBy(CONFUSION);
      case "feedback.approved" -> VERDICTS.where("verdict = 'approved'");
      case "feedback.rejected" -> VERDICTS.where("verdict = 'rejected'");
      default -> ofMessages(metric, now -> since(now, window));
    };
  }

  private static MetricFacts ofMessages(String metric, Function<Instant, Span> period) {
    MetricFacts messages = MESSAGES.during(period);
    return switch (metric) {
      case "noise" -> messages.where("m.noise");
      case "labelled" -> messages.where("c.correct IS NOT NULL");
      case "correct" -> messages.where("c.correct");
      case "corrected" -> messages.where("l.correct IS NOT NULL");
      case "confirmed" -> messages.where("l.correct");
      case "correctedAccuracy" -> messages.where("l.correct IS NOT NULL").percent("correct");
      case "noiseRatio" -> messages.percent("noise");
      case "classificationAccuracy" -> messages.percent("correct");
      case "topicQualityScore", "qualityScore" ->
          messages.where("m.topic_id IS NOT NULL").other(QUALITY);
      case "share" -> messages.other("the number of these in percent of all messages");
      case "shareChange" ->
          messages.other("the percentage points between this share and that of the time before");
      default -> messages;
    };
  }

  /** {@code trends.<metric>.<span>.previous}, or a change. */
  private static MetricFacts ofTrend(String[] path, Duration window) {
    String metric = path[1];
    if (!path[path.length - 1].equals("previous")) {
      return MetricFacts.none("it compares " + metric + " at two times");
    }
    Duration ago =
        switch (path[2]) {
          case "hour" -> Trends.HOUR;
          case "day" -> Trends.DAY;
          default -> Trends.WEEK;
        };
    if (metric.equals("activeAnalysisRuns")) {
      return RUNS.during(now -> Span.before(edge(now.minus(ago))))
          .other("the runs of these that were not closed yet at the end of the range");
    }
    return ofMessages(
        metric,
        now -> {
          Instant end = now.minus(ago);
          return Span.between(edge(end.minus(window)), edge(end));
        });
  }

  private static Span since(Instant now, Duration window) {
    return Span.since(edge(now.minus(window)));
  }

  private static Instant edge(Instant time) {
    return WindowEdge.of(time).quarter();
  }
}
