package dev.boardcast.metrics.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Reports need no display, no fonts of the system, and no library that looks for them. */
class ReportHeadlessIT {
  @TempDir private Path directory;

  @Test
  @EnabledOnOs(OS.LINUX)
  void aReportIsDrawnWithoutFontconfig() throws Exception {
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.awt.headless=true",
            "-Djava.io.tmpdir=" + directory,
            "-cp",
            System.getProperty("java.class.path"),
            ReportProcess.class.getName(),
            directory.toString());
    builder.environment().put("FONTCONFIG_PATH", directory.toString());
    builder.environment().put("FONTCONFIG_FILE", directory.resolve("none").toString());
    builder.environment().remove("DISPLAY");
    var process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), output);
    assertEquals(0, process.exitValue(), output);
    // Neither the JRE's library of fonts nor fontconfig nor freetype: they need not be there.
    assertTrue(output.contains("loaded []"), output);
    try (var document = Loader.loadPDF(directory.resolve("report.pdf").toFile())) {
      assertTrue(document.getNumberOfPages() > 1);
      String text = new PDFTextStripper().getText(document);
      assertTrue(text.startsWith("A report ? \u0416"), text);
      assertTrue(text.contains("49.50"), text);
      assertTrue(text.contains("and 3 more"), text);
      int height = ImageIO.read(directory.resolve("report.png").toFile()).getHeight();
      assertEquals(1123 * document.getNumberOfPages(), height, 2 * document.getNumberOfPages());
      assertTrue(Files.size(directory.resolve("report.pdf")) < 200_000);
    }
  }
}
