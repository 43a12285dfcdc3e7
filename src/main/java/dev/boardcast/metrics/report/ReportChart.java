package dev.boardcast.metrics.report;

import static dev.boardcast.metrics.report.ReportCanvas.FAINT;
import static dev.boardcast.metrics.report.ReportCanvas.INK;
import static dev.boardcast.metrics.report.ReportCanvas.MARGIN;
import static dev.boardcast.metrics.report.ReportCanvas.WIDTH;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Draws a metric over time as steps: a value holds until the next one. Gaps are left out. */
final class ReportChart {
  private static final float HEIGHT = 90;
  private static final float SCALE_WIDTH = 60;
  private static final MathContext SHOWN = new MathContext(4);
  private static final DateTimeFormatter TIMES =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private ReportChart() {}

  static void draw(Report.Chart chart, ReportCanvas canvas) throws IOException {
    float top = canvas.take(HEIGHT + 50) - 20;
    String unit = chart.unit().isBlank() ? "" : ", " + chart.unit();
    canvas.text(chart.label() + unit, MARGIN, top, 11, INK, WIDTH);
    float upper = top - 12;
    float lower = upper - HEIGHT;
    float left = MARGIN + SCALE_WIDTH;
    float width = WIDTH - SCALE_WIDTH;
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (Report.Point each : chart.points()) {
      if (!Double.isFinite(each.value())) continue;
      least = Math.min(least, each.value());
      most = Math.max(most, each.value());
    }
    // A constant is a line in the middle; nothing at all has a scale too.
    double constant = Double.isFinite(most) ? most : 0;
    double wide = Math.max(1, Math.abs(constant) * 0.01);
    double low = most > least ? least : Math.max(-Double.MAX_VALUE, constant - wide);
    double high = most > least ? most : Math.min(Double.MAX_VALUE, constant + wide);
    canvas.box(left, lower, width, HEIGHT);
    canvas.textTo(scale(high), left - 5, upper - 7, 8, FAINT, SCALE_WIDTH - 5);
    canvas.textTo(scale(low), left - 5, lower, 8, FAINT, SCALE_WIDTH - 5);
    Instant first = chart.points().get(0).at();
    Instant last = chart.points().get(chart.points().size() - 1).at();
    canvas.text(TIMES.format(first), left, lower - 11, 8, FAINT, width / 2);
    canvas.textTo(TIMES.format(last), left + width, lower - 11, 8, FAINT, width / 2);
    double span = Math.max(1, last.toEpochMilli() - first.toEpochMilli());
    canvas.begin();
    boolean isDrawing = false;
    float before = 0;
    for (Report.Point each : chart.points()) {
      if (!Double.isFinite(each.value())) {
        isDrawing = false;
        continue;
      }
      double along = (each.at().toEpochMilli() - first.toEpochMilli()) / span;
      float x = left + (float) (width * along);
      float y = lower + (float) (HEIGHT * ((each.value() - low) / (high - low)));
      // The difference of the greatest numbers there are.
      if (!Float.isFinite(y)) continue;
      if (isDrawing) canvas.lineTo(x, before);
      else canvas.moveTo(x, y);
      canvas.lineTo(x, y);
      before = y;
      isDrawing = true;
    }
    canvas.end();
  }

  private static String scale(double value) {
    var shown = new BigDecimal(value).round(SHOWN).stripTrailingZeros();
    return shown.scale() < -12 || shown.scale() > 12 ? shown.toString() : shown.toPlainString();
  }
}
