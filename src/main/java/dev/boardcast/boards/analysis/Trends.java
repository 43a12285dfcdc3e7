package dev.boardcast.boards.analysis;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.LowerCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;

/** Each metric of {@link QualityMetrics} compared with an hour, a day and a week ago. */
@JsonNaming(LowerCamelCaseStrategy.class)
record Trends(
    Trend topicQualityScore,
    Trend noiseRatio,
    Trend classificationAccuracy,
    Trend activeAnalysisRuns) {
  static final Duration HOUR = Duration.ofHours(1);
  static final Duration DAY = Duration.ofDays(1);
  static final Duration WEEK = Duration.ofDays(7);

  /** The metrics at the three earlier times. */
  record Before(QualityMetrics hour, QualityMetrics day, QualityMetrics week) {
    static Future<Before> read(Baseline baseline, SqlClient transaction, Instant now) {
      var hour = baseline.at(transaction, now.minus(HOUR));
      var day = baseline.at(transaction, now.minus(DAY));
      var week = baseline.at(transaction, now.minus(WEEK));
      return Future.all(hour, day, week)
          .map(read -> new Before(hour.result(), day.result(), week.result()));
    }

    private Trend trend(QualityMetrics now, Function<QualityMetrics, BigDecimal> metric) {
      return Trend.of(metric.apply(now), metric.apply(hour), metric.apply(day), metric.apply(week));
    }
  }

  static Trends of(QualityMetrics now, Before before) {
    return new Trends(
        before.trend(now, QualityMetrics::topicQualityScore),
        before.trend(now, QualityMetrics::noiseRatio),
        before.trend(now, QualityMetrics::classificationAccuracy),
        before.trend(now, QualityMetrics::activeAnalysisRuns));
  }
}
