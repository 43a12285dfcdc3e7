package dev.boardcast.metrics.report;

import java.awt.Color;
import java.io.IOException;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;

/**
 * Draws on the pages of a document, A4 upright, from top to bottom; places are in points from the
 * lower left corner. Not thread safe.
 */
final class ReportCanvas implements AutoCloseable {
  static final float MARGIN = 40;
  static final float WIDTH = PDRectangle.A4.getWidth() - 2 * MARGIN;
  static final Color INK = new Color(0x1f2933);
  static final Color FAINT = new Color(0x616e7c);
  static final Color RULE = new Color(0xcbd2d9);
  static final Color LINE = new Color(0x1d5fa8);

  private final PDDocument document;
  private final ReportFont font;
  private final RenderingLimit limit;
  private PDPageContentStream page;
  private float y;

  ReportCanvas(PDDocument document, RenderingLimit limit) throws IOException {
    this.document = document;
    this.limit = limit;
    font = new ReportFont(document);
    next();
  }

  private void next() throws IOException {
    if (page != null) page.close();
    PDPage added = new PDPage(PDRectangle.A4);
    document.addPage(added);
    page = new PDPageContentStream(document, added);
    y = PDRectangle.A4.getHeight() - MARGIN;
  }

  /** Takes the next so many points of height, on a new page if need be; returns their top. */
  float take(float height) throws IOException {
    limit.check();
    if (y - height < MARGIN) next();
    float top = y;
    y -= height;
    return top;
  }

  void text(String text, float x, float baseline, float size, Color color, float width)
      throws IOException {
    show(font.fitted(text, size, width), x, baseline, size, color);
  }

  /** As {@link #text}, ending at {@code right}. */
  void textTo(String text, float right, float baseline, float size, Color color, float width)
      throws IOException {
    String fitted = font.fitted(text, size, width);
    show(fitted, right - font.width(fitted, size), baseline, size, color);
  }

  private void show(String shown, float x, float baseline, float size, Color color)
      throws IOException {
    if (shown.isEmpty()) return;
    page.beginText();
    page.setNonStrokingColor(color);
    page.setFont(font.font(), size);
    page.newLineAtOffset(x, baseline);
    page.showText(shown);
    page.endText();
  }

  void box(float x, float bottom, float width, float height) throws IOException {
    page.setStrokingColor(RULE);
    page.setLineWidth(0.75f);
    page.addRect(x, bottom, width, height);
    page.stroke();
  }

  void rule(float x, float at, float width) throws IOException {
    page.setStrokingColor(RULE);
    page.setLineWidth(0.5f);
    page.moveTo(x, at);
    page.lineTo(x + width, at);
    page.stroke();
  }

  void begin() throws IOException {
    page.setStrokingColor(LINE);
    page.setLineWidth(1.25f);
  }

  void moveTo(float x, float at) throws IOException {
    page.moveTo(x, at);
  }

  void lineTo(float x, float at) throws IOException {
    page.lineTo(x, at);
  }

  void end() throws IOException {
    page.stroke();
  }

  @Override
  public void close() throws IOException {
    page.close();
  }
}
