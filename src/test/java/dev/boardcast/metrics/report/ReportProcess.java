package dev.boardcast.metrics.report;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Draws a report in a process of its own, and prints which libraries of fonts it has loaded. */
final class ReportProcess {
  private ReportProcess() {}

  /** A report of several pages. */
  static Report report() {
    List<Report.Tile> tiles = new ArrayList<>();
    List<Report.Entry> rows = new ArrayList<>();
    List<Report.Point> points = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      tiles.add(new Report.Tile("Tile " + i, i + ".50", "eur", "7 (+5.0 %)"));
      rows.add(new Report.Entry("key " + i, "" + i, ""));
      points.add(
          new Report.Point(Instant.ofEpochSecond(60L * i), i == 20 ? Double.NaN : Math.sin(i)));
    }
    return new Report(
        "A report \u2713\n\u0416",
        List.of("As of now"),
        tiles,
        List.of(new Report.Chart("Chart", "ms", points)),
        List.of(new Report.Table("Table", "", rows, 3)));
  }

  public static void main(String[] words) throws Exception {
    Path directory = Path.of(words[0]);
    Files.write(directory.resolve("report.pdf"), ReportRenderer.pdf(report()));
    Files.write(directory.resolve("report.png"), ReportRenderer.png(report()));
    try (var maps = Files.lines(Path.of("/proc/self/maps"))) {
      System.out.println(
          "loaded "
              + maps.filter(line -> line.contains("libfont") || line.contains("libfreetype"))
                  .map(line -> line.substring(line.lastIndexOf('/') + 1))
                  .distinct()
                  .toList());
    }
  }
}
