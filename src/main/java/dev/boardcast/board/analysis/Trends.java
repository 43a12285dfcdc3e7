package dev.boardcast.board.analysis;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.LowerCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;

/** Each number against what it was an hour, a day and a week ago. */
@JsonNaming(LowerCamelCaseStrategy.class)
record Trends(
    Trend topicQualityScore,
    Trend noiseRatio,
    Trend classificationAccuracy,
    Trend activeAnalysisRuns) {
  static final Duration HOUR = Duration.ofHours(1);
  static final Duration DAY = Duration.ofDays(1);
  static final Duration WEEK = Duration.ofDays(7);

  /** The three looks back. */
  record Before(Measures hour, Measures day, Measures week) {
    static Future<Before> read(Past past, SqlClient transaction, Instant now) {
      var hour = past.at(transaction, now.minus(HOUR));
      var day = past.at(transaction, now.minus(DAY));
      var week = past.at(transaction, now.minus(WEEK));
      return Future.all(hour, day, week)
          .map(read -> new Before(hour.result(), day.result(), week.result()));
    }

    private Trend trend(Measures now, Function<Measures, BigDecimal> metric) {
      return Trend.of(metric.apply(now), metric.apply(hour), metric.apply(day), metric.apply(week));
    }
  }

  static Trends of(Measures now, Before before) {
    return new Trends(
        before.trend(now, Measures::topicQualityScore),
        before.trend(now, Measures::noiseRatio),
        before.trend(now, Measures::classificationAccuracy),
        before.trend(now, Measures::activeAnalysisRuns));
  }
}
