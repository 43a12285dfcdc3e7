package dev.boardcast.metrics.report;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportChartTest {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  @ParameterizedTest
  @ValueSource(
      doubles = {
        0,
        -1e17,
        1e300,
        Double.MAX_VALUE,
        -Double.MAX_VALUE,
        Double.POSITIVE_INFINITY,
        Double.NaN
      })
  void anyConstantIsDrawn(double value) throws Exception {
    draw(value, value, value);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, Double.MAX_VALUE, Double.MIN_VALUE, Double.NEGATIVE_INFINITY})
  void anyRangeIsDrawn(double value) throws Exception {
    draw(-value, value, 0, Double.POSITIVE_INFINITY, value);
  }

  private static void draw(double... values) throws Exception {
    var points = new java.util.ArrayList<Report.Point>();
    for (double each : values) {
      points.add(new Report.Point(BEGIN.plusSeconds(60L * points.size()), each));
    }
    var chart = new Report.Chart("cost", "", points);
    var report = new Report("r", List.of(), List.of(), List.of(chart), List.of());
    assertTrue(ReportRenderer.pdf(report).length > 0);
  }
}
