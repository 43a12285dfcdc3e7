package dev.boardcast.boards.analysis;

import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.MetricDescription.Kind;
import java.util.List;
import java.util.stream.Stream;

/** Describes every metric of {@link AnalysisSnapshot}. */
final class AnalysisMetrics {
  private static final String PERCENT = "percent";
  private static final String COUNT = "count";

  static final List<MetricDescription> ALL =
      Stream.of(
              Stream.of(
                  gauge("topicQualityScore", "Topic quality", PERCENT),
                  gauge("noiseRatio", "Noise", PERCENT),
                  gauge("classificationAccuracy", "Classification accuracy", PERCENT),
                  gauge("activeAnalysisRuns", "Open analysis runs", COUNT)),
              trend("topicQualityScore", "topic quality", PERCENT),
              trend("noiseRatio", "noise", PERCENT),
              trend("classificationAccuracy", "classification accuracy", PERCENT),
              trend("activeAnalysisRuns", "open analysis runs", COUNT),
              Stream.of(
                  gauge("messages", "Messages in the window", COUNT),
                  gauge("noise", "Noise messages in the window", COUNT),
                  gauge("labelled", "Messages with both labels", COUNT),
                  gauge("correct", "Messages classified correctly", COUNT),
                  gauge("corrected", "Messages labelled by a person", COUNT),
                  gauge("confirmed", "Classified as a person labelled them", COUNT),
                  gauge("correctedAccuracy", "Accuracy by labels of persons", PERCENT),
                  gauge("topicDrift", "Drift of topics", "ratio"),
                  gauge("confusion.*.*", "Messages by predicted and true label", COUNT),
                  gauge("schedules", "Scheduled analyses", COUNT),
                  new MetricDescription("topicCount", "Topics", COUNT, Kind.COUNTER),
                  gauge("feedback.approved", "Approvals", COUNT),
                  gauge("feedback.rejected", "Rejections", COUNT),
                  gauge("topics.*.messages", "Messages by topic", COUNT),
                  gauge("topics.*.share", "Share of all messages by topic", PERCENT),
                  gauge("topics.*.shareChange", "Change of the share by topic", PERCENT),
                  gauge("topics.*.noise", "Noise messages by topic", COUNT),
                  gauge("topics.*.labelled", "Messages with both labels by topic", COUNT),
                  gauge("topics.*.correct", "Messages classified correctly by topic", COUNT),
                  gauge("topics.*.qualityScore", "Quality by topic", PERCENT),
                  gauge("topics.*.noiseRatio", "Noise by topic", PERCENT),
                  gauge("topics.*.classificationAccuracy", "Accuracy by topic", PERCENT)))
          .flatMap(descriptions -> descriptions)
          .toList();

  private AnalysisMetrics() {}

  private static Stream<MetricDescription> trend(String metric, String label, String unit) {
    String path = "trends." + metric + ".";
    return Stream.concat(
        Stream.of(gauge(path + "change", "Change of " + label + " in one day", PERCENT)),
        Stream.of("hour", "day", "week")
            .flatMap(
                span ->
                    Stream.of(
                        gauge(
                            path + span + ".change",
                            "Change of " + label + " in one " + span,
                            PERCENT),
                        gauge(
                            path + span + ".previous",
                            "Previous " + label + ", one " + span + " ago",
                            unit))));
  }

  private static MetricDescription gauge(String path, String label, String unit) {
    return new MetricDescription(path, label, unit, Kind.GAUGE);
  }
}
