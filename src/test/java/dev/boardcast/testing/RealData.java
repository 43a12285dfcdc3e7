package dev.boardcast.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.boardcast.spi.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Recorded real data that is not part of this project: in {@code BOARDCAST_DATA}, or {@code
 * ../shared/data}. Without it a test is skipped with a message; with {@code CI} set it fails.
 */
public final class RealData {
  private RealData() {}

  /** The folder of a board, such as {@code routing}. */
  public static Path folder(String board) {
    String root = System.getenv("BOARDCAST_DATA");
    Path folder = (root == null ? Path.of("..", "shared", "data") : Path.of(root)).resolve(board);
    if (Files.isDirectory(folder)) return folder;
    String missing = "no recorded data at " + folder.toAbsolutePath() + "; set BOARDCAST_DATA";
    if (System.getenv("CI") != null) throw new AssertionError(missing);
    System.err.println(missing);
    assumeTrue(false, missing);
    throw new IllegalStateException();
  }

  /** The totals that a correct import produces. */
  public static JsonNode expectedTotals(String board) throws IOException {
    return Json.MAPPER.readTree(folder(board).resolve("truth.json").toFile());
  }

  /** All rows of a CSV file with a header, by column. */
  public static List<Map<String, String>> csv(String board, String file) throws IOException {
    try (var rows =
        new CsvMapper()
            .readerForMapOf(String.class)
            .with(CsvSchema.emptySchema().withHeader())
            .<Map<String, String>>readValues(folder(board).resolve(file).toFile())) {
      return rows.readAll();
    }
  }
}
