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
              "analysis_message AS m LEFT JOIN analysis_topic AS t ON t.id = m.topic_id",
              "m.at",
              Key.NUMBER,
              "m.id")
          .time("sent_at", "m.at")
          .column("topic_id", "m.topic_id")
          .column("topic", "t.name")
          .column("predicted_topic_id", "m.predicted_topic_id")
          .column("predicted_label", "m.predicted_label")
          .column("true_label", "m.true_label")
          .column("correct", "m.correct")
          .column("confidence", "m.confidence")
          .column("noise", "m.noise")
          .column("event_id", "m.event_id");
  private static final MetricFacts RUNS =
      MetricFacts.of("analysis_run", "opened_at", Key.TEXT, "id")
          .time("opened_at", "opened_at")
          .column("id", "id")
          .column("trigger_type", "trigger_type")
          .time("time_window_start", "time_window_start")
          .time("time_window_end", "time_window_end")
          .time("closed_at", "closed_at");
  private static final MetricFacts TOPICS =
      MetricFacts.of("analysis_topic", "created_at", Key.TEXT, "id")
          .time("created_at", "created_at")
          .column("id", "id")
          .column("name", "name")
          .column("description", "description");
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
      case "feedback.approved" -> VERDICTS.where("verdict = 'approved'");
      case "feedback.rejected" -> VERDICTS.where("verdict = 'rejected'");
      default -> ofMessages(metric, now -> since(now, window));
    };
  }

  private static MetricFacts ofMessages(String metric, Function<Instant, Span> period) {
    MetricFacts messages = MESSAGES.during(period);
    return switch (metric) {
      case "noise" -> messages.where("m.noise");
      case "labelled" -> messages.where("m.correct IS NOT NULL");
      case "correct" -> messages.where("m.correct");
      case "noiseRatio" -> messages.percent("noise");
      case "classificationAccuracy" -> messages.percent("correct");
      case "topicQualityScore", "qualityScore" ->
          messages.where("m.topic_id IS NOT NULL").other(QUALITY);
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
