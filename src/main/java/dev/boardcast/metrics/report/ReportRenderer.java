package dev.boardcast.metrics.report;

import static dev.boardcast.metrics.report.ReportCanvas.FAINT;
import static dev.boardcast.metrics.report.ReportCanvas.INK;
import static dev.boardcast.metrics.report.ReportCanvas.MARGIN;
import static dev.boardcast.metrics.report.ReportCanvas.WIDTH;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;

/** Draws reports. Blocks for up to {@link RenderingLimit}; thread safe. */
public final class ReportRenderer {
  private static final int TILES_IN_ROW = 3;
  private static final float TILE_GAP = 8;
  private static final float TILE_HEIGHT = 56;
  private static final float ROW_HEIGHT = 15;
  private static final float DOTS_PER_INCH = 96;
  private static final int MAX_IMAGE_PAGES = 6;

  private ReportRenderer() {}

  /** A PDF. */
  public static byte[] pdf(Report report) throws IOException {
    try (var document = new PDDocument()) {
      draw(report, document, new RenderingLimit());
      var bytes = new ByteArrayOutputStream();
      document.save(bytes);
      return bytes.toByteArray();
    }
  }

  /** A PNG of the first {@value #MAX_IMAGE_PAGES} pages, one below the other. */
  public static byte[] png(Report report) throws IOException {
    var limit = new RenderingLimit();
    try (var document = new PDDocument()) {
      draw(report, document, limit);
      var renderer = new PDFRenderer(document);
      List<BufferedImage> pages = new ArrayList<>();
      for (int i = 0; i < Math.min(document.getNumberOfPages(), MAX_IMAGE_PAGES); i++) {
        limit.check();
        pages.add(renderer.renderImageWithDPI(i, DOTS_PER_INCH, ImageType.RGB));
      }
      return encoded(pages);
    }
  }

  private static byte[] encoded(List<BufferedImage> pages) throws IOException {
    int width = pages.get(0).getWidth();
    int height = pages.get(0).getHeight();
    var all = new BufferedImage(width, height * pages.size(), BufferedImage.TYPE_INT_RGB);
    var graphics = all.createGraphics();
    for (int i = 0; i < pages.size(); i++) graphics.drawImage(pages.get(i), 0, i * height, null);
    graphics.dispose();
    var bytes = new ByteArrayOutputStream();
    // In memory: the file system may be read-only.
    try (var out = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(all, "png", out)) throw new IOException("this JRE writes no PNG");
    }
    return bytes.toByteArray();
  }

  private static void draw(Report report, PDDocument document, RenderingLimit limit)
      throws IOException {
    document.getDocumentInformation().setTitle(report.title());
    try (var canvas = new ReportCanvas(document, limit)) {
      canvas.text(report.title(), MARGIN, canvas.take(30) - 20, 20, INK, WIDTH);
      for (String line : report.lines()) {
        canvas.text(line, MARGIN, canvas.take(14) - 10, 9, FAINT, WIDTH);
      }
      canvas.take(10);
      tiles(report.tiles(), canvas);
      for (Report.Chart chart : report.charts()) ReportChart.draw(chart, canvas);
      for (Report.Table table : report.tables()) table(table, canvas);
    }
  }

  private static void tiles(List<Report.Tile> tiles, ReportCanvas canvas) throws IOException {
    float width = (WIDTH - (TILES_IN_ROW - 1) * TILE_GAP) / TILES_IN_ROW;
    float top = 0;
    for (int i = 0; i < tiles.size(); i++) {
      int column = i % TILES_IN_ROW;
      if (column == 0) top = canvas.take(TILE_HEIGHT + TILE_GAP);
      Report.Tile tile = tiles.get(i);
      float x = MARGIN + column * (width + TILE_GAP);
      canvas.box(x, top - TILE_HEIGHT, width, TILE_HEIGHT);
      String label = tile.unit().isBlank() ? tile.label() : tile.label() + ", " + tile.unit();
      canvas.text(label, x + 7, top - 14, 8, FAINT, width - 14);
      canvas.text(tile.value(), x + 7, top - 34, 15, INK, width - 14);
      if (!tile.other().isEmpty()) {
        canvas.text("beside " + tile.other(), x + 7, top - 48, 8, FAINT, width - 14);
      }
    }
  }

  private static void table(Report.Table table, ReportCanvas canvas) throws IOException {
    // The heading stands with a row at least.
    float top = canvas.take(30 + ROW_HEIGHT) - 20;
    String unit = table.unit().isBlank() ? "" : ", " + table.unit();
    canvas.text(table.label() + unit, MARGIN, top, 11, INK, WIDTH);
    boolean isFirst = true;
    for (Report.Entry row : table.rows()) {
      float baseline = (isFirst ? top - 10 : canvas.take(ROW_HEIGHT)) - 10;
      isFirst = false;
      row(row, baseline, INK, canvas);
    }
    if (table.left() > 0) {
      String more = "and %d more".formatted(table.left());
      canvas.text(more, MARGIN, canvas.take(ROW_HEIGHT) - 10, 9, FAINT, WIDTH);
    }
  }

  private static void row(Report.Entry row, float baseline, Color color, ReportCanvas canvas)
      throws IOException {
    float third = WIDTH / 3;
    canvas.rule(MARGIN, baseline - 4, WIDTH);
    canvas.text(row.key(), MARGIN, baseline, 9, color, third - 6);
    canvas.textTo(row.value(), MARGIN + 2 * third, baseline, 9, color, third - 6);
    canvas.textTo(row.other(), MARGIN + WIDTH, baseline, 9, FAINT, third - 6);
  }
}
