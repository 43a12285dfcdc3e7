package dev.boardcast.metrics.report;

import java.io.IOException;
import java.io.InputStream;
import org.apache.fontbox.ttf.CmapLookup;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType0Font;

/**
 * The font of reports, Liberation Sans, which is in the jar of PDFBox: Latin, Greek and Cyrillic.
 * Belongs to one document; not thread safe.
 */
final class ReportFont {
  private static final String RESOURCE =
      "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";
  private static final String ELLIPSIS = "\u2026";
  private static final int REPLACEMENT = '?';

  private final PDFont font;
  private final CmapLookup glyphs;

  ReportFont(PDDocument document) throws IOException {
    TrueTypeFont file;
    try (InputStream in = PDDocument.class.getResourceAsStream(RESOURCE)) {
      if (in == null) throw new IOException("the font " + RESOURCE + " is not on the class path");
      file = new TTFParser().parse(new RandomAccessReadBuffer(in));
    }
    document.registerTrueTypeFontForClosing(file);
    glyphs = file.getUnicodeCmapLookup();
    font = PDType0Font.load(document, file, true);
  }

  PDFont font() {
    return font;
  }

  /** The text with a question mark for each character that the font does not have. */
  String shown(String text) {
    var shown = new StringBuilder(text.length());
    text.codePoints()
        .map(each -> Character.isWhitespace(each) || Character.isISOControl(each) ? ' ' : each)
        .map(each -> glyphs.getGlyphId(each) == 0 ? REPLACEMENT : each)
        .forEach(shown::appendCodePoint);
    return shown.toString();
  }

  /** The width of a text that is {@link #shown}, in points. */
  float width(String shown, float size) throws IOException {
    return font.getStringWidth(shown) / 1000 * size;
  }

  /** The text as it is shown, cut off where it is wider than this. */
  String fitted(String text, float size, float width) throws IOException {
    // Nobody sees more, and measuring costs by length.
    String shown = shown(text.length() <= 300 ? text : text.substring(0, 300));
    if (width(shown, size) <= width) return shown;
    int end = shown.length();
    while (end > 0 && width(shown.substring(0, end) + ELLIPSIS, size) > width) {
      end = shown.offsetByCodePoints(end, -1);
    }
    return shown.substring(0, end) + ELLIPSIS;
  }
}
